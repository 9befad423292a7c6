/** Points at an element: what the mouse is over or the arrow keys have come to. The page learns nothing of it. */
import { h } from "./element.ts";
import { host, partAt } from "./host.ts";
import { describe, interactiveOf, parentOf } from "./matching.ts";
import { outlineHovered } from "./outlines.ts";

const POINTED = ["pointermove", "pointerdown", "pointerup", "mousedown", "mouseup", "click", "dblclick", "auxclick"];
const TOUCHED = ["contextmenu", "touchstart", "touchmove", "touchend", "dragstart", "mouseover", "mousemove"];

/** Covers the page while somebody points at it. */
export const glass = h("div", { class: "glass", hidden: true });

export interface Picking {
  picked(element: Element): void;
  /** The person gave up. */
  left(): void;
}

let current: Element | undefined;
let cameFrom: Element | undefined;
let picking: Picking | undefined;

/** Returns the page's element at a point, within open shadow trees too. */
const elementAt = (x: number, y: number): Element | undefined => {
  glass.hidden = true;
  let element = document.elementFromPoint(x, y);
  for (let inner = element; inner?.shadowRoot; element = inner ?? element)
    if ((inner = inner.shadowRoot.elementFromPoint(x, y)) == element) break;
  glass.hidden = false;
  return !element || element == host || element == document.documentElement ? undefined : element;
};

const show = (element: Element | undefined): void => {
  if (element == current) return;
  current = element;
  outlineHovered(element, element && describe(element));
};

const shadowOf = (element: Element): Element | undefined => element.shadowRoot?.firstElementChild ?? undefined;

/** Where each key leads from an element. */
const STEPS: Record<string, (element: Element) => Element | null | undefined> = {
  ArrowUp: (element) => {
    cameFrom = element;
    return parentOf(element);
  },
  ArrowDown: (element) =>
    cameFrom && parentOf(cameFrom) == element ? cameFrom : (element.firstElementChild ?? shadowOf(element)),
  ArrowLeft: (element) => element.previousElementSibling,
  ArrowRight: (element) => element.nextElementSibling,
};

const first = (): Element | undefined =>
  [...document.querySelectorAll("a[href], button, input")].find((element) => element.checkVisibility()) ??
  document.body.firstElementChild ??
  undefined;

const pressed = (event: KeyboardEvent): void => {
  const step = STEPS[event.key];
  const ends = event.key == "Escape" || (event.key == "Enter" && current);
  if (!step && !ends) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.type != "keydown") return;
  if (event.key == "Escape") return end()?.left();
  if (!step) return choose(current!);
  const next = current ? step(current) : first();
  if (!next || next == host || next == document.documentElement) return;
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
  show(next);
};

const choose = (element: Element): void => end()?.picked(element);

/** Handles the pointer before the page can; the panel's own is left alone. */
const pointed = (event: Event): void => {
  const { clientX: x, clientY: y } = event as MouseEvent;
  if (event.target == host && (event as MouseEvent).clientX !== undefined && partAt(x, y) != glass) return;
  if (event.cancelable) event.preventDefault();
  event.stopImmediatePropagation();
  if (event.type != "click" && event.type != "pointermove") return;
  const element = elementAt(x, y);
  const meant = element && interactiveOf(element);
  show(meant);
  if (event.type == "click" && meant) choose(meant);
};

const KEYS = ["keydown", "keypress", "keyup"];
const CAPTURED = { capture: true, passive: false };

/** Starts pointing, until an element is picked or the person gives up. */
export const start = (next: Picking): void => {
  end();
  picking = next;
  glass.hidden = false;
  for (const type of [...POINTED, ...TOUCHED]) addEventListener(type, pointed, CAPTURED);
  for (const type of KEYS) addEventListener(type, pressed as EventListener, CAPTURED);
};

/** Ends pointing, if it was on; returns who pointed. */
export const end = (): Picking | undefined => {
  const ended = picking;
  picking = undefined;
  glass.hidden = true;
  show(undefined);
  for (const type of [...POINTED, ...TOUCHED]) removeEventListener(type, pointed, CAPTURED);
  for (const type of KEYS) removeEventListener(type, pressed as EventListener, CAPTURED);
  return ended;
};
