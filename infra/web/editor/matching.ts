/** What a tracker's selectors match on this page, exactly as the tag sees it. */
import { all } from "../tag/selection.ts";

/** Returns the elements of the first selector that matches any. */
export const matchesOf = (selectors: string[]): Element[] => {
  for (const selector of selectors) {
    const elements = all(selector);
    if (elements[0]) return elements;
  }
  return [];
};

/** Tells whether the browser understands a selector. */
export const isSelector = (text: string): boolean => {
  try {
    document.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
};

/** Returns the parent, across the edge of a shadow tree. */
export const parentOf = (element: Element): Element | null => {
  const root = element.getRootNode();
  return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
};

const INTERACTIVE =
  "a[href], button, input, select, textarea, summary, label, option, [onclick], [contenteditable=''], " +
  "[contenteditable=true], [tabindex]:not([tabindex='-1']), [role=button], [role=link], [role=tab], [role=menuitem], " +
  "[role=checkbox], [role=switch], [role=radio], [role=option]";

const seemsClickable = (element: Element): boolean => getComputedStyle(element).cursor == "pointer";

/** Returns the nearest ancestor somebody can do something with: what was meant by a click on the icon within. */
export const interactiveOf = (element: Element): Element => {
  for (let each: Element | null = element; each; each = parentOf(each)) {
    if (each.matches(INTERACTIVE)) return each;
    const parent = parentOf(each);
    // The outermost one that shows a hand: what is within inherits it.
    if (seemsClickable(each) && !(parent && seemsClickable(parent))) return each;
  }
  return element;
};

/** Returns what an element is, in a few words: its tag, and what it says. */
export const describe = (element: Element): string => {
  const text = textOf(element);
  return `<${element.localName}>${text ? ` “${text.length > 40 ? `${text.slice(0, 39)}…` : text}”` : ""}`;
};

export const textOf = (element: Element): string =>
  (element.getAttribute("aria-label") || (element as HTMLElement).innerText || element.textContent || element.getAttribute("placeholder") || "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
