/** Finds elements, open shadow roots included. A selector that is none finds nothing. */
import { attempt } from "./attempt.ts";

/** Returns the document, or the root given, and all open shadow roots within. */
export const rootsIn = (root: ParentNode & Node): (ParentNode & Node)[] => [
  root,
  ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? rootsIn(shadowRoot) : [])),
];

export const all = (selector: string): Element[] =>
  attempt(() => rootsIn(document).flatMap((root) => [...root.querySelectorAll(selector)])) || [];

/**
 * Returns where an event's way up starts: at its target, and again wherever the way leaves a shadow tree or a slot,
 * where `closest` would stop.
 */
export const startsOf = (event: Event): Element[] =>
  event
    .composedPath()
    .filter(
      (node, index, path) =>
        (node as Element).closest && (path[index - 1] as Node | undefined)?.parentNode != node,
    ) as Element[];

/** Returns the nearest element that matches, from the starts upwards. */
export const nearest = (starts: Element[], selector: string): Element | null | undefined =>
  attempt(() => starts.map((start) => start.closest(selector)).find((element) => element));

/**
 * The same with fallbacks: each counts only while those before it match nothing in the whole document. Says which one
 * it was: 0 is the tracker's selector, then come its fallbacks.
 */
export const nearestOf = (
  starts: Element[],
  selectors: string[],
): [element: Element, fallback: number] | undefined => {
  for (const [fallback, selector] of selectors.entries()) {
    const element = nearest(starts, selector);
    if (element)
      return selectors.slice(0, fallback).some((earlier) => all(earlier)[0]) ? undefined : [element, fallback];
  }
  return;
};
