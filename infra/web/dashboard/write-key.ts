/**
 * Puts a write key that somebody has kept into the snippets around. Actrail stores hashes and cannot show it again, so
 * this browser remembers it: a write key stands on pages for everybody to read.
 */
const FORM = /^wk_([0-9a-z]+)_([0-9a-z]+)_[0-9a-z]{32}$/;
const UNKNOWN = "This is none of the account’s write keys.";

export function start(part: HTMLElement): void {
  const { writeKey: account = "", keys = "", shown = "" } = part.dataset;
  const field = part.querySelector("input");
  const hint = part.querySelector(".hint");
  if (!field || !hint) return;
  const place = `actrail.write-key.${account}`;
  const explanation = hint.textContent;
  const isKnown = (text: string) => {
    const [, of, id] = FORM.exec(text) ?? [];
    return of === account && keys.split(" ").includes(id ?? "");
  };
  let inSnippets = shown;
  const show = (text: string) => {
    const known = isKnown(text);
    const key = known ? text : shown;
    for (const block of part.closest("#guide")?.querySelectorAll(".code-block") ?? []) {
      const [code, copies] = [block.querySelector("code"), block.querySelector<HTMLElement>("[data-copy]")];
      if (code) code.textContent = code.textContent.replaceAll(inSnippets, key);
      if (copies?.dataset["copy"]) copies.dataset["copy"] = copies.dataset["copy"].replaceAll(inSnippets, key);
    }
    inSnippets = key;
    const wrong = text !== "" && !known;
    if (wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    hint.textContent = wrong ? UNKNOWN : explanation;
    if (known) localStorage[place] = text;
    else if (!text) localStorage.removeItem(place);
    part.toggleAttribute("data-touched", wrong);
  };
  const remembered = isKnown(shown) ? shown : String(localStorage[place] ?? "");
  if (isKnown(remembered)) field.value = remembered;
  field.addEventListener("input", () => show(field.value.trim()));
  if (field.value) show(field.value);
  part.hidden = keys === "";
}
