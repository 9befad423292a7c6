/** Forms: rows that are added and removed, what depends on a choice, what is copied, and double submits. */
export function startForms(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const adds = target.closest<HTMLElement>("[data-add-row]");
    if (adds) addRow(adds);
    target.closest("[data-remove-row]")?.closest("[data-form-row]")?.remove();
    const copies = target.closest<HTMLElement>("[data-copy]");
    if (copies) void copy(copies);
  });
  document.addEventListener("input", (event) => showDependents(event.target as HTMLElement));
}

/** Appends what the template holds to the list that the button names. */
function addRow(button: HTMLElement): void {
  const list = document.getElementById(button.dataset["addRow"] ?? "");
  const template = list?.querySelector("template");
  if (!list || !template) return;
  list.append(template.content.cloneNode(true));
  list.querySelector<HTMLElement>("[data-form-row]:last-of-type input")?.focus();
}

/** Shows the fields that belong to the choice made and hides those of the others. */
function showDependents(field: HTMLElement): void {
  if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return;
  for (const part of field.form?.querySelectorAll<HTMLFieldSetElement>(`[data-if^="${field.name}:"]`) ?? []) {
    const values = part.dataset["if"]?.slice(field.name.length + 1).split(" ") ?? [];
    part.hidden = part.disabled = !values.includes(field.value);
  }
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
  const detail = { message: "Copied.", tone: "done" };
  document.body.dispatchEvent(new CustomEvent("toast", { detail }));
}
