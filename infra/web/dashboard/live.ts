/**
 * What is watched as it happens: elements with data-live and hx-trigger="live" are asked for every few seconds, but not
 * while the tab is hidden or somebody has opened something in them.
 */
import htmx from "htmx.org";

const EVERY = 4000;

export function start(element: HTMLElement): void {
  const timer = setInterval(() => {
    if (!element.isConnected) clearInterval(timer); // its successor has a timer of its own
    else if (!document.hidden && !element.querySelector("details[open]")) htmx.trigger(element, "live", {});
  }, EVERY);
}
