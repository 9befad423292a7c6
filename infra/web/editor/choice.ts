/** What was picked: the element, its selector and how long that will hold, and what it can be used for. */
import type { Campaign, NewTracker } from "./api.ts";
import { fill, h } from "./element.ts";
import { judgedSelector } from "./judged.ts";
import { describe } from "./matching.ts";
import { outlineMatches } from "./outlines.ts";
import { fingerprintOf, selectorsOf } from "./selectors.ts";
import { token } from "./session.ts";

/** The event that people mean when they pick an element like this. */
const eventOf = (element: Element): string => {
  if (element.matches("form")) return "submit";
  return element.matches("input:not([type=submit], [type=button], [type=image], [type=reset]), select, textarea")
    ? "change"
    : "click";
};

/** A frame is a page of its own: it has to be opened by itself. */
const frameCard = (frame: HTMLIFrameElement): HTMLElement[] => {
  const address = frame.src && /^https?:/.test(frame.src) ? frame.src.split("#actrail-editor=")[0] : "";
  return [
    h("p", { class: "what" }, "This is a frame"),
    h("p", { class: "quiet" }, "What is within it is a page of its own, which has to carry the tag itself."),
    address
      ? h("button", { type: "button", click: () => location.assign(`${address}#actrail-editor=${token}`) }, "Open the frame by itself")
      : h("p", { class: "quiet" }, "It has no address of its own, so nothing in it can be tracked."),
  ];
};

/** What is done with what was picked, and how the button says it. */
export interface Use {
  label: string;
  with(tracker: NewTracker): void;
}

const elementCard = (campaign: Campaign, element: Element, use: Use): HTMLElement[] => {
  const [best, ...fallbacks] = selectorsOf(element);
  const selector = judgedSelector("picked", campaign, best, () => fallbacks, () => (button.disabled = !selector.valid()));
  const button = h("button", {
    type: "button",
    class: "primary",
    click: () =>
      use.with({
        ...{ name: "", context: "", kind: "xat", subtest_id: null, params: null },
        event: eventOf(element),
        selector: selector.value(),
        fallback_selectors: fallbacks,
        fingerprint: fingerprintOf(element),
      }),
  });
  button.textContent = use.label;
  return [
    h("p", { class: "what" }, describe(element)),
    h("div", {}, ...selector.parts),
    h("div", { class: "fallbacks", hidden: !fallbacks[0] }, h("p", { class: "quiet" }, "If it matches nothing:"), ...fallbacks.map((each) => h("code", {}, each))),
    button,
  ];
};

/** The card of what was picked last. */
export const card = h("section", { class: "card", hidden: true, "aria-label": "Picked element" });

/** Shows what was picked, to be used for something. */
export const showChoice = (campaign: Campaign, element: Element, use: Use): void => {
  hideChoice();
  fill(card, ...(element instanceof HTMLIFrameElement ? frameCard(element) : elementCard(campaign, element, use)));
  card.hidden = false;
};

export const hideChoice = (): void => {
  card.hidden = true;
  outlineMatches();
};
