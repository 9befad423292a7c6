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
  xhr: XMLHttpRequest;
}

/** What the elements were last refreshed with: an answer that says the same again changes nothing. */
const shown = new WeakMap<Element, string>();

/** How many requests that somebody has asked for are under way: what they answer is not to be swapped from under them. */
let asked = 0;

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
  htmx.on("htmx:beforeSend", (event) => count(event, 1));
  htmx.on("htmx:afterRequest", (event) => count(event, -1));
  htmx.on("htmx:beforeOnLoad", (event) => {
    const { requestConfig, xhr } = (event as CustomEvent<Swap>).detail;
    // Signed out meanwhile: nobody is sent away from what they have typed.
    if (isRefresh(requestConfig) && xhr.getResponseHeader("HX-Redirect") && isHeld(document.body)) event.preventDefault();
  });
  htmx.on("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<Swap>;
    if (!isRefresh(detail.requestConfig)) return;
    // Somebody may have begun to type, or opened something, while the answer was on its way.
    if (isBusy() || isHeld(detail.target) || shown.get(detail.target) === detail.serverResponse) detail.shouldSwap = false;
    const active = document.activeElement;
    focused = active && detail.target.contains(active) ? { tag: active.localName, name: nameOf(active) } : undefined;
  });
  htmx.on("htmx:afterSwap", (event) => {
    const { target, requestConfig, xhr } = (event as CustomEvent<Swap>).detail;
    const now = target.id && document.getElementById(target.id);
    if (!now || !isRefresh(requestConfig)) return;
    shown.set(now, xhr.response as string);
    if (focused && document.activeElement === document.body) {
      const like = [...now.querySelectorAll<HTMLElement>(focused.tag)].find((each) => nameOf(each) === focused?.name);
      like?.focus({ preventScroll: true });
    }
    focused = undefined;
  });
}

/** What had the focus in what is swapped out, to give it to its like. */
let focused: { tag: string; name: string } | undefined;

function nameOf(element: Element): string {
  return ["href", "aria-label"].map((name) => element.getAttribute(name)).join() + element.textContent;
}

function count(event: Event, change: number): void {
  if (!isRefresh((event as CustomEvent<Swap>).detail.requestConfig)) asked = Math.max(0, asked + change);
}

/** Whether a request is the page's own: nobody has asked for it. */
function isRefresh({ triggeringEvent }: Swap["requestConfig"]): boolean {
  return triggeringEvent?.type === "refresh" || triggeringEvent?.type === "live";
}

/** Whether a dialog or a box is open, something is pressed, dragged or asked for, or some text is selected. */
function isBusy(): boolean {
  const used = document.querySelector("dialog[open], :popover-open, .dragging, #main :active");
  return used !== null || asked > 0 || isTextSelected();
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
