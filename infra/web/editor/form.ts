/** The form that a tracker is made or changed with. */
import { type Campaign, changeTracker, createTracker, isNameTaken, type NewTracker, Problem, type Tracker } from "./api.ts";
import { openDialog } from "./dialogs.ts";
import { fill, h } from "./element.ts";
import { judgedSelector } from "./judged.ts";
import { keep } from "./session.ts";
import { remember, walk } from "./variations.ts";

const CHECK_MS = 300;

/** What people call the events, as the dashboard does. */
export const EVENTS: Record<string, string> = {
  click: "Click",
  mousedown: "Mouse button down",
  submit: "Form sent",
  change: "Field changed",
  hover: "Pointer rests on it",
  visible: "Seen on the screen",
  scroll: "Scrolled to",
};

/** What an event takes besides: its label, least, most and usual value, as the server has them. */
const PARAMS: Record<string, Record<string, [label: string, least: number, most: number, usual: number]>> = {
  hover: { milliseconds: ["Milliseconds over it", 100, 60_000, 1000] },
  visible: {
    percent: ["Percent of it in view", 1, 100, 50],
    milliseconds: ["Milliseconds in view", 0, 60_000, 1000],
  },
  scroll: { percent: ["Percent of the way down", 1, 100, 50] },
};

const KINDS = {
  xat: ["Only this campaign (XAT)", "Listed and counted in this campaign alone. It can be edited, and made an account tracker later."],
  aat: ["Whole account (AAT)", "Counts in every campaign from now on, and any may select it. Once saved, only its context changes, so that its numbers stay comparable."],
} as const;

export interface Draft {
  tracker: NewTracker;
  /** The tracker that is changed; without it, one is made. */
  of?: Tracker;
}

const text = (id: string, label: string, value: string, attributes: object = {}): [HTMLElement, HTMLInputElement] => {
  const input = h("input", { id, ...attributes });
  input.value = value;
  return [h("label", { for: id }, label), input];
};

/** Returns the fields of what an event takes besides, and what they say. */
const paramFields = (known: Record<string, number> | null) => {
  const part = h("div", { class: "row" });
  const show = (event: string) =>
    fill(
      part,
      ...Object.entries(PARAMS[event] ?? {}).map(([name, [label, min, max, usual]]) => {
        const value = String(known?.[name] ?? usual);
        const attributes = { type: "number", name, min, max, required: true };
        return h("div", { class: "grow" }, ...text(`param-${name}`, label, value, attributes));
      }),
    );
  const values = () => {
    const inputs = [...part.querySelectorAll("input")];
    return inputs.length ? Object.fromEntries(inputs.map((input) => [input.name, input.valueAsNumber])) : null;
  };
  return { part, show, values };
};

const kindChoice = (chosen: string): HTMLFieldSetElement =>
  h(
    "fieldset",
    {},
    h("legend", {}, "For whom"),
    ...Object.entries(KINDS).map(([kind, [label, meaning]]) =>
      h(
        "label",
        { class: "choice" },
        h("input", { type: "radio", name: "kind", value: kind, checked: kind == chosen }),
        h("b", {}, label),
        h("span", { class: "quiet" }, meaning),
      ),
    ),
  );

/** Returns the choice of a sub-test, in a campaign that has some. */
const subtestChoice = ({ subtests }: Campaign, chosen: string | null): [HTMLElement, HTMLSelectElement] => {
  const options = subtests.map(({ id, name }) => h("option", { value: id, selected: id == chosen }, name));
  const select = h("select", { id: "subtest" }, h("option", { value: "" }, "None"), ...options);
  return [h("div", { hidden: !subtests[0] }, h("label", { for: "subtest" }, "Sub-test"), select), select];
};

/** Tells at once when an account tracker has the name. */
const nameCheck = (error: HTMLElement, tracker: () => NewTracker, own: string): (() => Promise<void>) => {
  let checks = 0;
  return async () => {
    const check = ++checks;
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
    const { name, kind } = tracker();
    if (check != checks) return;
    const isTaken = name != own && name.length > 0 && (await isNameTaken(name).catch(() => false)); // saving asks again
    if (check != checks) return;
    const advice = kind == "aat" ? "Choose another name." : "This campaign's tracker may have it too, but is easily mistaken for it.";
    error.textContent = isTaken ? `An account tracker has this name. ${advice}` : "";
  };
};

/** Opens the form; calls back with what was saved. */
export const openForm = (campaign: Campaign, { tracker, of }: Draft, saved: (tracker: Tracker) => void): void => {
  const fixed = of?.kind == "aat";
  const [nameLabel, name] = text("name", "Name", tracker.name, {
    ...{ required: true, maxlength: 128, autocomplete: "off", autofocus: true, dir: "auto" },
    "aria-describedby": "name-error",
  });
  const nameError = h("p", { id: "name-error", class: "error", role: "alert" });
  const event = h(
    "select",
    { id: "event" },
    ...Object.entries(EVENTS).map(([value, label]) => h("option", { value, selected: value == tracker.event }, label)),
  );
  const params = paramFields(tracker.params);
  params.show(tracker.event);
  event.addEventListener("change", () => params.show(event.value));
  const kept = tracker.fallback_selectors.map((selector) => ({
    selector,
    box: h("input", { type: "checkbox", checked: true }),
  }));
  const fallbacks = () => kept.filter(({ box }) => box.checked).map(({ selector }) => selector);
  const selector = judgedSelector("selector", campaign, tracker.selector, fallbacks);
  const kinds = kindChoice(tracker.kind);
  const [subtestPart, subtest] = subtestChoice(campaign, tracker.subtest_id);
  const context = h("textarea", { id: "context", rows: 2, maxlength: 2000, dir: "auto" });
  context.value = tracker.context;
  const error = h("p", { class: "error", role: "alert" });

  const said = (): NewTracker => ({
    name: name.value.trim(),
    event: event.value,
    selector: selector.value(),
    fallback_selectors: fallbacks(),
    kind: (of?.kind ?? kinds.querySelector<HTMLInputElement>(":checked")?.value ?? "xat") as NewTracker["kind"],
    context: context.value,
    subtest_id: subtest.value || null,
    fingerprint: tracker.fingerprint,
    params: params.values(),
  });
  const check = nameCheck(nameError, said, of?.name ?? "");
  name.addEventListener("input", check);
  kinds.addEventListener("change", check);

  const save = async (submission: Event): Promise<void> => {
    submission.preventDefault();
    if (!selector.valid()) return;
    button.disabled = true;
    const { kind, ...changes } = said();
    try {
      const done = of
        ? await changeTracker(of, fixed ? { context: context.value } : changes)
        : await createTracker({ kind, ...changes });
      dialog.close();
      saved(done);
    } catch (problem) {
      error.textContent = problem instanceof Problem ? problem.message : String(problem);
      error.scrollIntoView({ block: "center" });
    }
    button.disabled = false;
  };
  const walkOn = () => {
    keep({ draft: { tracker: said(), ...(of && { of }) } satisfies Draft });
    remember(campaign, [selector.value(), ...fallbacks()]);
    walk(campaign);
  };
  const button = h("button", { class: "primary" }, of ? "Save" : "Add tracker");
  const dialog = openDialog(
    of ? "Edit tracker" : "Add a tracker",
    h(
      "form",
      { submit: save },
      fixed && h("p", { class: "quiet" }, "A saved account tracker keeps its name, event and selector: only the context changes."),
      h("fieldset", { class: "fields", disabled: fixed }, h("div", {}, nameLabel, name, nameError)),
      h("fieldset", { disabled: fixed }, h("label", { for: "event" }, "Event"), event, params.part),
      h("fieldset", { disabled: fixed }, ...selector.parts),
      kept.length > 0 &&
        h(
          "fieldset",
          { class: "fallbacks", disabled: fixed },
          h("legend", {}, "If it matches nothing, try"),
          ...kept.map(({ selector, box }) => h("label", { class: "choice" }, box, h("code", {}, selector))),
        ),
      campaign.variations.length > 1 &&
        h("p", {}, h("button", { type: "button", class: "link", click: walkOn }, "Check in every variation")),
      !of && kinds,
      subtestPart,
      h("div", {}, h("label", { for: "context" }, "Context (a memo)"), context),
      error,
      h("div", { class: "buttons" }, h("button", { type: "button", click: () => dialog.close() }, "Cancel"), button),
    ),
  );
  dialog.addEventListener("close", () => keep({ draft: undefined }));
  kept.forEach(({ box }) => box.addEventListener("change", selector.refresh));
};
