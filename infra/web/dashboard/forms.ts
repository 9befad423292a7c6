/** Forms: rows that are added and removed, what depends on a choice, what is copied, and what was touched. */
export function startForms(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const adds = target.closest<HTMLElement>("[data-add-row]");
    if (adds) addRow(adds);
    const removes = target.closest("[data-remove-row]");
    if (adds ?? removes) touch(target);
    removes?.closest("[data-form-row]")?.remove();
    showSums();
    const copies = target.closest<HTMLElement>("[data-copy]");
    if (copies) void copy(copies);
  });
  document.addEventListener("input", (event) => {
    touch(event.target as Element);
    showDependents(event.target as HTMLElement);
    showSums();
  });
}

/** Marks a form that holds what is not saved yet: a refresh leaves it alone. */
function touch(field: Element): void {
  field.closest("form")?.setAttribute("data-touched", "");
}

/** Appends what the template holds to the list that the button names. */
function addRow(button: HTMLElement): void {
  const list = document.getElementById(button.dataset["addRow"] ?? "");
  const template = list?.querySelector("template");
  if (!list || !template) return;
  const row = template.content.cloneNode(true) as DocumentFragment;
  const key = `new-${list.childElementCount}-${Date.now()}`;
  for (const input of row.querySelectorAll<HTMLInputElement>("[data-new-key]")) input.value = key;
  list.append(row);
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

/** Shows what the numbers typed add up to. */
function showSums(): void {
  for (const output of document.querySelectorAll<HTMLOutputElement>("output[data-sum-of]")) {
    const fields = output.form?.querySelectorAll<HTMLInputElement>(`input[name="${output.dataset["sumOf"]}"]`) ?? [];
    output.value = String([...fields].reduce((sum, field) => sum + (field.valueAsNumber || 0), 0));
  }
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
  const detail = { message: "Copied.", tone: "done" };
  document.body.dispatchEvent(new CustomEvent("toast", { detail }));
}
