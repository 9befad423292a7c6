/**
 * The goals step: trackers are dragged into the sections, within them and out of them. Where something is dropped is
 * told to the server, whose answer shows it; what it refuses goes back. Arrow keys on a goal's handle press its
 * buttons.
 */
import htmx from "htmx.org";
import Sortable, { type SortableEvent } from "sortablejs";

export function start(board: HTMLElement): void {
  const makeLists = () => {
    for (const list of board.querySelectorAll<HTMLElement>("[data-drop]")) {
      if (Sortable.get(list)) continue;
      makeSortable(board, list);
      list.dataset["ready"] = "";
    }
  };
  makeLists();
  board.addEventListener("htmx:afterSettle", makeLists);
  board.addEventListener("keydown", moveByKey);
}

function makeSortable(board: HTMLElement, list: HTMLElement): void {
  const isSource = list.dataset["drop"] === "";
  Sortable.create(list, {
    group: { name: "goals", pull: isSource ? "clone" : true, put: (to, from) => to.el !== from.el },
    sort: !isSource,
    draggable: ".tracker",
    filter: "[data-fixed], .tools *, [popover]",
    preventOnFilter: false,
    animation: 120,
    delay: 150,
    delayOnTouchOnly: true,
    onStart: ({ item }) => {
      document.body.classList.add("dragging");
      preview(item.dataset["preview"]);
    },
    onEnd: (event) => {
      document.body.classList.remove("dragging");
      preview(undefined);
      dropped(board, event);
    },
  });
}

/** Tells the server what was dropped where: a role and a place, or out of the goals. */
function dropped(board: HTMLElement, { item, from, to, oldDraggableIndex, newDraggableIndex }: SortableEvent): void {
  const { id } = item.dataset;
  const { drop: role } = to.dataset;
  if (!id || (from === to && oldDraggableIndex === newDraggableIndex)) return;
  const url = `${board.dataset["url"]}/${id}`;
  const answered = role
    ? htmx.ajax("put", url, { target: "#selected", values: { role, position: String(newDraggableIndex ?? "") } })
    : htmx.ajax("delete", url, { target: "#selected" });
  // After a refusal nothing was swapped in: ask for what there is.
  void answered.then(() => {
    if (item.isConnected) document.body.dispatchEvent(new Event("goals-restore"));
  });
}

function preview(text: string | undefined): void {
  const place = document.querySelector<HTMLElement>("#goal-preview");
  if (!place) return;
  place.textContent = text ?? "";
  place.hidden = !text;
}

function moveByKey(event: KeyboardEvent): void {
  const handle = (event.target as Element).closest("[data-move]");
  const button = { ArrowUp: "[data-up]", ArrowDown: "[data-down]" }[event.key];
  if (!handle || !button) return;
  event.preventDefault();
  handle.closest(".tracker")?.querySelector<HTMLButtonElement>(button)?.click();
}
