/** A selector that somebody reads and edits: what it matches just now, how long it will hold, and where it is missing. */
import type { Campaign } from "./api.ts";
import { fillWithNews, h } from "./element.ts";
import { judge } from "./grading.ts";
import { isSelector, matchesOf } from "./matching.ts";
import { outlineMatches } from "./outlines.ts";
import { known, missingIn, rememberMore } from "./variations.ts";
import { watch } from "./watching.ts";

const counted = (count: number): string => `${count} ${count == 1 ? "element" : "elements"} on this page`;

/** Returns what a list of selectors matches on this page, and in which variations it was looked for. */
const found = (campaign: Campaign, selectors: string[]): Node[] => {
  const counts = known(selectors);
  const missing = missingIn(campaign, selectors);
  const [own, any] = [matchesOf(selectors.slice(0, 1)).length, matchesOf(selectors).length];
  const instead = !own && any ? `, a fallback ${any}` : "";
  const parts: Node[] = [h("p", { class: "quiet" }, `Matches ${counted(own)}${instead}`)];
  const { variations } = campaign;
  if (missing.length)
    parts.push(h("p", { class: "warning" }, `Missing in ${missing.join(", ")}: this would bias the test.`));
  else if (variations.length > 1 && counts.size == variations.length && [...counts.values()].every(Boolean))
    parts.push(h("p", { class: "anchored quiet" }, "Found in every variation."));
  return parts;
};

/** Returns what selectors match, kept true as the page changes. */
export const watched = (campaign: Campaign, selectors: string[]): HTMLElement => {
  const part = h("div", {}, ...found(campaign, selectors));
  watch(part, () => {
    rememberMore(campaign, selectors);
    fillWithNews(part, ...found(campaign, selectors));
  });
  return part;
};

export interface Judged {
  parts: HTMLElement[];
  value(): string;
  valid(): boolean;
  /** Outlines and counts anew: other fallbacks may have been chosen. */
  refresh(): void;
}

/** Returns a field with a selector, judged with every change. */
export const judgedSelector = (
  id: string,
  campaign: Campaign,
  selector: string,
  fallbacks: () => string[],
  changed: () => void = () => {},
): Judged => {
  const verdict = h("div", { id: `${id}-verdict`, class: "verdict", "aria-live": "polite" });
  const field = h("textarea", {
    ...{ id, class: "selector", rows: 2, spellcheck: "false", maxlength: 2000, required: true, dir: "ltr" },
    "aria-describedby": verdict.id,
    input: () => {
      refresh();
      changed();
    },
  });
  field.value = selector;
  const value = () => field.value.trim();
  const valid = () => isSelector(value());
  const selectors = () => (valid() ? [value(), ...fallbacks()] : []);
  const look = () => {
    if (!valid()) return fillWithNews(verdict, h("p", { class: "error" }, "The browser does not understand this selector."));
    const { grade, reason } = judge(value());
    // How long it will hold is nothing to know of what matches nothing.
    const holds = matchesOf([value()])[0] && h("p", { class: "grade" }, h("span", { class: `badge ${grade}` }, grade), h("span", {}, reason));
    fillWithNews(verdict, ...found(campaign, selectors()), holds);
  };
  const refresh = () => {
    field.setAttribute("aria-invalid", String(!valid()));
    outlineMatches(() => matchesOf(selectors()));
    look();
  };
  refresh();
  watch(verdict, look);
  return { parts: [h("label", { for: id }, "Selector"), field, verdict], value, valid, refresh };
};
