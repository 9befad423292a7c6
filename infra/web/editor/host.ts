/** Where the editor lives: a closed shadow tree above everything else of the page, which neither sees nor styles it. */
import { STYLE } from "./style.ts";

export const host = document.createElement("actrail-editor");
const shadow = host.attachShadow({ mode: "closed" });

/** What the page might listen to; it concerns the editor alone. */
const PRIVATE = [
  ...["click", "dblclick", "auxclick", "contextmenu", "mousedown", "mouseup", "pointerdown", "pointerup", "pointermove"],
  ...["touchstart", "touchend", "keydown", "keyup", "keypress", "input", "change", "submit", "focusin", "focusout"],
  ...["copy", "cut", "paste", "toggle", "cancel", "close"],
];

/** Puts parts of the editor on the page, later ones above earlier ones. */
export const put = (...parts: Element[]): void => shadow.append(...parts);

/** Returns the part of the editor at a point of the window, if any. */
export const partAt = (x: number, y: number): Element | null => shadow.elementFromPoint(x, y);

/** Returns what has the focus within the editor. */
export const focused = (): Element | null => shadow.activeElement;

/** A modal dialog makes everything outside it inert, the editor too unless it is within. */
const home = (): Element => [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.documentElement;

const stay = (): void => {
  const place = home();
  if (host.parentNode != place) place.append(host);
  if (!host.matches(":popover-open")) host.showPopover();
};

/** What opened above the editor goes below it. */
const rise = (event: Event): void => {
  if (event.target == host || (event as ToggleEvent).newState != "open") return;
  stay();
  host.hidePopover();
  host.showPopover();
};

/** Opens the editor's layer and keeps it on top, whatever the page opens or takes away. */
export const openHost = (): void => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  host.popover = "manual";
  host.dir = "ltr";
  host.lang = "en";
  for (const type of PRIVATE) shadow.addEventListener(type, (event) => event.stopPropagation());
  // A page that keeps the focus within its own dialog would take it from the editor's fields.
  for (const type of ["focusin", "focusout"])
    addEventListener(type, (event) => event.target == host && event.stopImmediatePropagation(), true);
  stay();
  new MutationObserver(stay).observe(document, { childList: true, subtree: true, attributeFilter: ["open"] });
  addEventListener("toggle", rise, true);
};
