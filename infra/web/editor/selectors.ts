/** Finds selectors of an element: the one that will hold longest, and others for when it no longer does. */
import { finder } from "@medv/finder";
import { all } from "../tag/selection.ts";
import type { Fingerprint } from "./api.ts";
import { type Grade, judge } from "./grading.ts";
import { isForTests, isGenerated, isGeneric, isState, isUtility } from "./lexicon.ts";
import { textOf } from "./matching.ts";

const MAX_FALLBACKS = 2;
const RANK: Record<Grade, number> = { anchored: 0, structural: 1, fragile: 2 };
const LIMITS = { timeoutMs: 200, maxNumberOfPathChecks: 1500 };

const never = (): boolean => false;
const isName = (name: string): boolean => !isGenerated(name) && !isState(name);
const isClass = (name: string): boolean => isName(name) && !isUtility(name) && !isGeneric(name);
const isMeant = (attribute: string, value: string): boolean =>
  value.length > 0 &&
  value.length < 100 &&
  ((attribute == "name" && isName(value)) ||
    attribute == "aria-label" ||
    (attribute == "href" && !/^(?:#?$|javascript:)/.test(value) && !/[0-9a-f]{16}/i.test(value)));

/** What each search may hang on, besides tags and positions; the best comes first among equals. */
const SEARCHES = [
  { idName: never, className: never, attr: (name: string, value: string) => isForTests(name) && value.length < 100 },
  { idName: isName, className: never, attr: never },
  { idName: never, className: never, attr: isMeant },
  { idName: never, className: isClass, attr: never },
  {
    idName: isName,
    className: isClass,
    attr: (name: string, value: string) => isForTests(name) || isMeant(name, value),
  },
  { idName: never, className: never, attr: never },
];

/** The finder escapes what needs no escape within quotes. */
const readable = (selector: string): string =>
  selector.replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replace(/\\([^0-9a-f"\\])/gi, "$1"));

const found = (
  element: Element,
  search: (typeof SEARCHES)[number],
  root = element.getRootNode() as Element,
): string | undefined => {
  try {
    const selector = finder(element, { root, ...search, ...LIMITS });
    const pretty = readable(selector);
    return all(pretty).includes(element) ? pretty : selector;
  } catch {
    return undefined; // Nothing that is unique, or not in time: another search may do better.
  }
};

/** Returns positions counted from the nearest ancestor that has a name of its own. */
const within = (element: Element): string | undefined => {
  for (let each = element.parentElement; each; each = each.parentElement) {
    const anchor = SEARCHES.slice(0, 4)
      .map((search) => found(each, search))
      .find((selector) => selector && judge(selector).grade == "anchored" && !/[\s>]/.test(selector));
    const inner = anchor && found(element, SEARCHES[5]!, each);
    if (inner) return `${anchor} ${inner}`;
  }
  return undefined;
};

/** Returns the element's selector and up to two fallbacks, the best first. */
export const selectorsOf = (element: Element): [selector: string, ...fallbacks: string[]] => {
  const candidates = [...new Set([...SEARCHES.map((search) => found(element, search)), within(element)])]
    .filter((selector) => selector !== undefined)
    .map((selector) => ({
      selector,
      others: all(selector).length - 1,
      rank: RANK[judge(selector).grade],
      // What hangs on the element itself does not care about what is around it.
      steps: selector.replace(/"[^"]*"/g, "").split(/[\s>]+/).length,
    }));
  // In components used twice, nothing within their shadow trees is unique.
  const best = candidates.sort((one, other) => one.others - other.others || one.rank - other.rank || one.steps - other.steps)[0];
  if (!best) return [element.localName];
  // On pages without the element a fallback is asked too, and a wrong element is worse than none.
  const fallbacks = candidates.filter(
    ({ selector, others, rank }) => selector != best.selector && others <= best.others && rank <= best.rank,
  );
  return [best.selector, ...fallbacks.slice(0, MAX_FALLBACKS).map((each) => each.selector)];
};

/** Returns what is known of an element besides where it is. */
export const fingerprintOf = (element: Element): Fingerprint => {
  const [text, href] = [textOf(element), element.getAttribute("href")];
  return { tag: element.localName.slice(0, 64), ...(text && { text }), ...(href && { href: href.slice(0, 2000) }) };
};
