/** The panel: a head to move, minimise and leave it by, a body, and a note of what happened last. */
import { type Child, fill, h, named } from "./element.ts";
import { state, keep } from "./session.ts";

const STEP = 24;
const DIRECTIONS: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

const title = h("h1", {}, "Actrail");
const body = h("div", { class: "body" });
const note = h("p", { class: "note", role: "status" });
const handle = h(
  "button",
  { type: "button", class: "plain handle", "aria-label": "Move: drag, or press arrow keys", title: "Move" },
  "⠿",
);
const minimise = h("button", { type: "button", class: "plain" });
export const leaveButton = h("button", { type: "button", class: "plain", "aria-label": "Leave the editor", title: "Leave" }, "✕");

export const panel = h(
  "section",
  { class: "panel", "aria-label": "Actrail visual editor" },
  h("header", { class: "head" }, handle, title, minimise, leaveButton),
  body,
  note,
);

/** Puts parts into the panel's body. */
export const showInPanel = (...parts: Child[]): void => fill(body, ...parts);

/** Says whose trackers are edited. */
export const setTitle = (name: string): void => {
  fill(title, named(name));
  title.title = name;
};

/** Says what happened, to screen readers too. */
export const say = (text: string, isProblem = false): void => {
  note.textContent = text;
  note.classList.toggle("problem", isProblem);
};

/** Moves the panel, within the window. */
const moveTo = (left: number, top: number): void => {
  const { width, height } = panel.getBoundingClientRect();
  const place: [number, number] = [
    Math.max(0, Math.min(left, innerWidth - width)),
    Math.max(0, Math.min(top, innerHeight - height)),
  ];
  Object.assign(panel.style, { left: `${place[0]}px`, top: `${place[1]}px`, right: "auto", bottom: "auto" });
  keep({ place });
};

const dragged = (down: PointerEvent): void => {
  const { left, top } = panel.getBoundingClientRect();
  const move = ({ clientX, clientY }: PointerEvent) => moveTo(left + clientX - down.clientX, top + clientY - down.clientY);
  handle.setPointerCapture(down.pointerId);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
};

const pressed = (event: KeyboardEvent): void => {
  const direction = DIRECTIONS[event.key];
  if (!direction) return;
  event.preventDefault();
  const { left, top } = panel.getBoundingClientRect();
  moveTo(left + direction[0], top + direction[1]);
};

const setMinimised = (minimised: boolean): void => {
  keep({ minimised });
  panel.classList.toggle("minimised", minimised);
  minimise.textContent = minimised ? "▢" : "–";
  minimise.setAttribute("aria-expanded", String(!minimised));
  minimise.setAttribute("aria-label", minimised ? "Show the editor" : "Minimise the editor");
};

/** Puts the panel where it was and makes it work. */
export const startPanel = (): void => {
  handle.addEventListener("pointerdown", dragged);
  handle.addEventListener("keydown", pressed);
  minimise.addEventListener("click", () => setMinimised(!state.minimised));
  setMinimised(state.minimised ?? false);
  if (state.place) moveTo(...state.place);
  addEventListener("resize", () => state.place && moveTo(...state.place));
};
