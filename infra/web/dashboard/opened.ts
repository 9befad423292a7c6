/**
 * What can be opened and closed: it stays as somebody has left it when the part around it is loaded anew, and on paper
 * everything is open.
 */
import htmx from "htmx.org";

export function startOpened(): void {
  let known = new Map<string, boolean>();
  htmx.on("htmx:beforeSwap", (event) => {
    const { target } = (event as CustomEvent<{ target: Element }>).detail;
    const within = [...target.querySelectorAll<HTMLDetailsElement>("details[id]")];
    known = new Map(within.map((details) => [details.id, details.open]));
  });
  htmx.on("htmx:afterSwap", () => {
    for (const [id, open] of known) {
      const details = document.getElementById(id);
      if (details instanceof HTMLDetailsElement) details.open = open;
    }
  });
  let closed: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });
}
