/** Modal dialogs of the editor: the browser keeps the focus within, and gives it back. */
import type { Use } from "./api.ts";
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
export const confirm = (title: string, does: string, work: () => void, ...content: Child[]): void => {
  const decide = (wanted: boolean) => () => {
    dialog.close();
    if (wanted) work();
  };
  const dialog = openDialog(
    title,
    ...content,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", click: decide(false), autofocus: true }, "Cancel"),
      h("button", { type: "button", class: "danger", click: decide(true) }, does),
    ),
  );
};

const counted = (count: number, one: string): string => `${count.toLocaleString("en")} ${one}${count == 1 ? "" : "s"}`;

/** Returns where a tracker is a goal, and what goes with it. */
export const losses = (uses: Use[], lost: Record<string, number>): Child[] => {
  const numbers = Object.entries(lost).map(([name, count]) => counted(count, name.replaceAll("_", " ").replace(/s$/, "")));
  return [
    h("p", {}, "It is a goal of:"),
    h("ul", {}, ...uses.map((use) => h("li", {}, named(use.name), ` (${use.status}, ${use.role} goal)`))),
    h("p", {}, `These would be lost: ${numbers.join(", ")}.`),
  ];
};
