/** Tells parts of the editor that the page has changed, in open shadow trees too, as long as they are shown. */
import { rootsIn } from "../tag/selection.ts";
import { host } from "./host.ts";

const LEAST_MS = 300;
/** Looking at a page that never rests takes at most one part in so many of the time. */
const SHARE = 10;

const watchers = new Map<Element, () => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let took = 0;

const look = (): void => {
  const began = performance.now();
  timer = undefined;
  for (const [part, changed] of watchers) {
    if (part.isConnected) changed();
    else watchers.delete(part);
  }
  observe();
  took = performance.now() - began;
};

const mutations = new MutationObserver((records) => {
  const matters = records.some(({ target, attributeName }) => target != host && attributeName != "style");
  if (matters) timer ??= setTimeout(look, Math.max(LEAST_MS, took * SHARE));
});

/** What has come meanwhile may have shadow trees of its own; what is observed already stays so once. */
const observe = (): void => {
  for (const root of rootsIn(document))
    mutations.observe(root, { childList: true, subtree: true, attributes: true });
};

/** Calls back a moment after the page has changed, until the part is taken away. */
export const watch = (part: Element, changed: () => void): void => {
  if (!watchers.size) observe();
  watchers.set(part, changed);
};
