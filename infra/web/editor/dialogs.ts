/** Modal dialogs of the editor: the browser keeps the focus within, and gives it back. */
import type { Uses } from "./api.ts";
import { type Child, h, named } from "./element.ts";
import { put } from "./host.ts";

let numbers = 0;

/** Opens a dialog with a title; it is gone once it is closed. */
export const openDialog = (title: string, ...content: Child[]): HTMLDialogElement => {
  const id = `title-${++numbers}`;
  const dialog = h("dialog", { "aria-labelledby": id }, h("h2", { id }, title), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  put(dialog);
  dialog.showModal();
  return dialog;
};

/** Asks before something that cannot be taken back; calls back only if the person wants it. */
export const confirm = (title: string, does: string, work: () => void, ...content: Child[]): HTMLDialogElement => {
  const decided = (submission: Event) => {
    submission.preventDefault();
    dialog.close();
    work();
  };
  const dialog = openDialog(
    title,
    h(
      "form",
      { submit: decided },
      ...content,
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "button", click: () => dialog.close(), autofocus: true }, "Cancel"),
        h("button", { class: "danger" }, does),
      ),
    ),
  );
  return dialog;
};

/** Returns a name as a page shows it, however it was typed. */
const asShown = (name: string): string => name.normalize("NFC").replace(/\s+/g, " ").trim();

/** Asks the same with a name to type first: what goes has been in use. */
export const confirmByName = (name: string, title: string, does: string, work: () => void, ...content: Child[]): void => {
  const typed = h("input", { id: "typed", required: true, autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "auto" });
  const check = () => typed.setCustomValidity(asShown(typed.value) == asShown(name) ? "" : `Type the name as it is: ${name}`);
  typed.addEventListener("input", check);
  check();
  confirm(title, does, work, ...content, h("div", {}, h("label", { for: "typed" }, "Type its name to delete it with its data"), typed));
  typed.focus();
};

const counted = (count: number, one: string): string => `${count.toLocaleString("en")} ${one}${count == 1 ? "" : "s"}`;

/** Says where a tracker is a goal, and what goes with it. */
export const losses = ({ items, would_lose }: Uses): Child[] => {
  const numbers = Object.entries(would_lose).map(([name, count]) => counted(count, name.replaceAll("_", " ").replace(/s$/, "")));
  return [
    h("p", {}, "It is a goal of:"),
    h("ul", {}, ...items.map((use) => h("li", {}, named(use.name), ` (${use.status}, ${use.role} goal)`))),
    h("p", {}, `These would be lost: ${numbers.join(", ")}.`),
  ];
};
