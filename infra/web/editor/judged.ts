/** A selector that somebody reads and edits: what it matches just now, how long it will hold, and where it is missing. */
import type { Campaign } from "./api.ts";
import { fill, h } from "./element.ts";
import { judge } from "./grading.ts";
import { isSelector, matchesOf } from "./matching.ts";
import { outline } from "./outlines.ts";
import { known, missingIn } from "./variations.ts";

const counted = (count: number): string => `${count} ${count == 1 ? "element" : "elements"} on this page`;

/** Returns what a list of selectors matches on this page, and in which variations it was looked for. */
export const found = (campaign: Campaign, selectors: string[]): Node[] => {
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

export interface Judged {
  parts: HTMLElement[];
  value(): string;
  valid(): boolean;
  /** Outlines and counts anew: the page may have changed. */
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
  const refresh = () => {
    field.setAttribute("aria-invalid", String(!valid()));
    outline("match", valid() ? matchesOf([value(), ...fallbacks()]) : []);
    if (!valid()) return fill(verdict, h("p", { class: "error" }, "The browser does not understand this selector."));
    const { grade, reason } = judge(value());
    fill(
      verdict,
      ...found(campaign, [value(), ...fallbacks()]),
      h("p", { class: "grade" }, h("span", { class: `badge ${grade}` }, grade), h("span", {}, reason)),
    );
  };
  refresh();
  return { parts: [h("label", { for: id }, "Selector"), field, verdict], value, valid, refresh };
};
