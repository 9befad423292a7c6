/** What every page of the dashboard runs: htmx, dialogs, messages, and lists that stay true. */
import htmx from "htmx.org";
import { startDialogs } from "./dialogs.ts";
import { startForms } from "./forms.ts";
import { startOpened } from "./opened.ts";
import { startRefreshing } from "./refreshing.ts";
import { startToasts } from "./toasts.ts";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0, // what was on the screen is not for the disk
  refreshOnHistoryMiss: true,
  includeIndicatorStyles: false,
  attributesToSettle: ["class"], // by default style too, which counts as inline
  scrollIntoViewOnBoost: false,
  defaultSwapStyle: "outerHTML",
  defaultSettleDelay: 0, // else what is pressed right after an answer came is not heard
});

startDialogs();
startForms();
startToasts();
startOpened();
startRefreshing();

/** Scripts that only some elements need, by their attribute; each is a file of its own. */
const needed: Record<string, () => Promise<{ start(element: HTMLElement): void }>> = {
  "data-goals": () => import("./goals.ts"),
  "data-live": () => import("./live.ts"),
  "data-plot": () => import("./plot.ts"),
  "data-write-key": () => import("./write-key.ts"),
};

htmx.onLoad((content) => {
  for (const step of found(content, ".steps [aria-current]")) showStep(step);
  for (const [attribute, load] of Object.entries(needed)) {
    for (const element of found(content, `[${attribute}]`)) {
      void load().then((script) => script.start(element));
    }
  }
});

function found(content: Node, selector: string): HTMLElement[] {
  if (!(content instanceof HTMLElement)) return [];
  const inside = [...content.querySelectorAll<HTMLElement>(selector)];
  return content.matches(selector) ? [content, ...inside] : inside;
}

/** Scrolls the steps, where they are wider than the screen, to the one that is shown; the page stays where it is. */
function showStep(step: HTMLElement): void {
  const steps = step.closest(".steps");
  if (steps) steps.scrollLeft += Math.max(0, step.getBoundingClientRect().right - steps.getBoundingClientRect().right);
}
