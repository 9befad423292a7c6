/**
 * Keeps lists true: elements with hx-trigger="refresh from:body" are asked for anew when the window gets the focus
 * back and once a minute while somebody looks, unless that would take something away from under a hand. Those with
 * data-keeps-rows ask for as many rows as they show.
 */
const EVERY = 60_000;
const AT_MOST_EVERY = 3000;

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
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = (event as CustomEvent<{ elt: Element; parameters: FormData }>).detail;
    const rows = elt.querySelectorAll("[data-row]").length;
    if (elt.hasAttribute("data-keeps-rows") && rows) parameters.set("rows", String(rows));
  });
}

/** Whether a dialog or a box is open, or something is being dragged. */
function isBusy(): boolean {
  return document.querySelector("dialog[open], :popover-open, .dragging") !== null;
}
