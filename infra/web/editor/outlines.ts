/** Frames around elements of the page, drawn above it so that nothing of it changes. */
import { h } from "./element.ts";
import { watch } from "./watching.ts";

const MOST = 200;

type Look = "hover" | "match";

export const layer = h("div", { class: "outlines", "aria-hidden": "true" });

const shown: Record<Look, Element[]> = { hover: [], match: [] };
const frames: Record<Look, HTMLElement[]> = { hover: [], match: [] };
const caption = h("div", { class: "caption" });
let drawing = false;

const place = (frame: HTMLElement, element: Element): void => {
  const { left, top, width, height } = element.getBoundingClientRect();
  frame.style.transform = `translate(${left}px, ${top}px)`;
  frame.style.width = `${width}px`;
  frame.style.height = `${height}px`;
};

/** Follows the elements: a page scrolls, and moves what is on it. */
const draw = (): void => {
  drawing = shown.hover.length + shown.match.length > 0;
  if (!drawing) return;
  for (const look of ["match", "hover"] as const)
    frames[look].forEach((frame, index) => place(frame, shown[look][index]!));
  requestAnimationFrame(draw);
};

/** Outlines these elements in place of those before. */
const outline = (look: Look, elements: Element[], text = ""): void => {
  shown[look] = elements.slice(0, MOST);
  frames[look].forEach((frame) => frame.remove());
  frames[look] = shown[look].map(() => h("div", { class: `frame ${look}` }));
  layer.append(...frames[look]);
  if (look == "hover") {
    caption.textContent = text;
    frames.hover[0]?.append(caption);
  }
  if (!drawing) draw();
};

/** Outlines what is pointed at, with a few words on it. */
export const outlineHovered = (element?: Element, text = ""): void => outline("hover", element ? [element] : [], text);

let find = (): Element[] => [];

/** Outlines what is found, now and as the page changes; without a way to find something, nothing. */
export const outlineMatches = (next: typeof find = () => []): void => {
  find = next;
  outline("match", find());
  watch(layer, () => {
    const now = find().slice(0, MOST);
    if (now.length != shown.match.length || now.some((element, index) => element != shown.match[index])) outline("match", now);
  });
};
