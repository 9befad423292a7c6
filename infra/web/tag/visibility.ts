/** Elements that come into view, those added later and those in open shadow roots included. */
import type { Kind } from "./listening.ts";
import { all, rootsIn } from "./selection.ts";

const SCAN_MS = 500;
const DONE = -1;

const searches: (() => void)[] = [];
let timer: number | undefined;

const mutations = /* @__PURE__ */ new MutationObserver(() => (timer ||= setTimeout(search, SCAN_MS)));

const search = (): void => {
  timer = 0;
  for (const root of rootsIn(document))
    mutations.observe(root, { childList: true, subtree: true, attributes: true });
  searches.forEach((each) => each());
};

/** Fires once for each element. */
export const visible: Kind = (selectors, fire, milliseconds, percent) => {
  const timers = new WeakMap<Element, number>();
  const fallbacks = new WeakMap<Element, number>();
  const arm = (element: Element): void => {
    const ring = () => {
      // A page in the background shows nothing.
      if (document.hidden) return arm(element);
      timers.set(element, DONE);
      fire(fallbacks.get(element)!, element);
    };
    timers.set(element, setTimeout(ring, milliseconds));
  };
  const observer = new IntersectionObserver(
    (entries) =>
      entries.forEach(({ target, isIntersecting }) => {
        if (timers.get(target) == DONE) return;
        clearTimeout(timers.get(target));
        if (isIntersecting) arm(target);
      }),
    { threshold: percent / 100 },
  );
  searches.push(() =>
    selectors.some((selector, fallback) => {
      const elements = all(selector);
      elements.forEach((element) => {
        fallbacks.set(element, fallback);
        observer.observe(element);
      });
      return elements[0];
    }),
  );
  timer ||= setTimeout(search);
};
