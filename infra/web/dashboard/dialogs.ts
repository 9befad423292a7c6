/**
 * Dialogs: what is loaded into the page's one dialog opens it, and it closes when the server says so, with Escape,
 * its close button or a click beside it. The browser gives the focus back to what had opened it.
 */
import htmx from "htmx.org";

export function startDialogs(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#dialog");
  if (!dialog) return;
  htmx.on("htmx:afterSwap", (event) => {
    if (event.target !== dialog || !dialog.firstElementChild) return;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  });
  dialog.addEventListener("close", () => dialog.replaceChildren());
  dialog.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });
  document.body.addEventListener("close-dialog", () => dialog.close());
}
