/**
 * Keeps the page true without a reload: elements with hx-trigger="refresh from:body" are asked for anew when the window
 * gets the focus back and every few seconds while somebody looks, unless that would take something away from under a
 * hand. Those with data-keeps-rows ask for as many rows as they show.
 */
import htmx from "htmx.org";

const EVERY = 10_000;
const AT_MOST_EVERY = 3000;

interface Swap {
  elt: HTMLElement;
  target: HTMLElement;
  requestConfig: { triggeringEvent?: Event };
  serverResponse: string;
  shouldSwap: boolean;
}

/** What the elements were last refreshed with: an answer that says the same again changes nothing. */
const shown = new WeakMap<Element, string>();

export function startRefreshing(): void {
  let last = Date.now();
  const refresh = () => {
    if (document.hidden || isBusy() || Date.now() - last < AT_MOST_EVERY) return;
    last = Date.now();
    document.body.dispatchEvent(new Event("refresh"));
  };
  window.addEventListener("focus", refresh);
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, EVERY);
  htmx.on("htmx:configRequest", (event) => {
    const { elt, parameters } = (event as CustomEvent<{ elt: Element; parameters: FormData }>).detail;
    const rows = elt.querySelectorAll("[data-row]").length;
    if (elt.hasAttribute("data-keeps-rows") && rows) parameters.set("rows", String(rows));
  });
  htmx.on("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = (event as CustomEvent<Swap>).detail;
    if (isRefresh(requestConfig) && isHeld(elt)) event.preventDefault();
  });
  htmx.on("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<Swap>;
    if (!isRefresh(detail.requestConfig)) return;
    // Somebody may have begun to type, or opened something, while the answer was on its way.
    if (isBusy() || isHeld(detail.target) || shown.get(detail.target) === detail.serverResponse) detail.shouldSwap = false;
  });
  htmx.on("htmx:afterSwap", (event) => {
    const { target, requestConfig, xhr } = (event as CustomEvent<Swap & { xhr: XMLHttpRequest }>).detail;
    const now = target.id && document.getElementById(target.id);
    if (now && isRefresh(requestConfig)) shown.set(now, xhr.response as string);
  });
}

function isRefresh({ triggeringEvent }: Swap["requestConfig"]): boolean {
  return triggeringEvent?.type === "refresh";
}

/** Whether a dialog or a box is open, something is being dragged, or some text is selected. */
function isBusy(): boolean {
  return document.querySelector("dialog[open], :popover-open, .dragging") !== null || isTextSelected();
}

function isTextSelected(): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed;
}

/** Whether somebody types there, or has typed what is not saved yet. */
function isHeld(element: Element): boolean {
  const types = document.activeElement?.matches("input, select, textarea") && element.contains(document.activeElement);
  return Boolean(types) || element.querySelector("[data-touched]") !== null;
}
