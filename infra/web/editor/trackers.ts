/** The list of the trackers made in this campaign, the account's among them, and what can be done with each. */
import { type Campaign, changeTracker, deleteTracker, getUses, Problem, type Tracker } from "./api.ts";
import { confirm, confirmByName, losses } from "./dialogs.ts";
import { fill, h, named } from "./element.ts";
import { EVENTS, openForm } from "./form.ts";
import { watched } from "./judged.ts";
import { matchesOf } from "./matching.ts";
import { outlineMatches } from "./outlines.ts";
import { say } from "./panel.ts";

const KINDS = { aat: "AAT", xat: "XAT", widget: "Widget" };

export const selectorsOfTracker = ({ selector, fallback_selectors }: Tracker): string[] => [selector, ...fallback_selectors];

export interface List {
  part: HTMLElement;
  /** Shows trackers, matched against the page as it is now. */
  show(trackers: Tracker[]): void;
}

/** Returns the list; `reload` reads the trackers anew and shows them, `pointAgain` has a tracker's element picked. */
export const trackerList = (
  campaign: Campaign,
  reload: () => Promise<void>,
  pointAgain: (tracker: Tracker) => void,
): List => {
  const heading = h("h2", { id: "trackers" });
  const items = h("ul", { class: "trackers", "aria-labelledby": "trackers" });

  const done = async (what: string): Promise<void> => {
    await reload();
    say(what);
  };
  const attempt = (work: () => Promise<void>) => async () => {
    try {
      await work();
    } catch (problem) {
      say(problem instanceof Problem ? problem.message : String(problem), true);
      if (problem instanceof Problem && problem.status == 412) await reload();
    }
  };
  const edit = (tracker: Tracker) => openForm(campaign, { tracker, of: tracker }, ({ name }) => done(`Saved “${name}”.`));
  const promote = (tracker: Tracker) =>
    confirm(
      "Make it an account tracker?",
      "Make it an AAT",
      attempt(async () => {
        await changeTracker(tracker, { kind: "aat" });
        await done(`“${tracker.name}” is an account tracker now.`);
      }),
      h("p", {}, named(tracker.name), " will count in every campaign, and any may select it. There is no way back: from then on only its context changes."),
    );
  const hide = async (tracker: Tracker): Promise<void> => {
    await changeTracker(tracker, { hidden: !tracker.hidden });
    await done(tracker.hidden ? `“${tracker.name}” is shown in goal set-up again.` : `“${tracker.name}” is left out of goal set-up.`);
  };
  const remove = async (tracker: Tracker): Promise<void> => {
    const { name } = tracker;
    const uses = await getUses(tracker);
    const isUsed = uses.would_lose["goals"]! > 0;
    const go = attempt(async () => {
      await deleteTracker(tracker, isUsed);
      await done(`Deleted “${name}”.`);
    });
    if (isUsed) confirmByName(name, `Delete “${name}” with its data?`, "Delete with its data", go, ...losses(uses));
    else confirm(`Delete “${name}”?`, "Delete tracker", go, h("p", {}, "No campaign uses it, so no campaign loses anything. It stops collecting."));
  };

  const entry = (tracker: Tracker): HTMLElement => {
    const action = (label: string, work: () => void) =>
      h("button", { type: "button", class: "link", click: work, "aria-label": `${label}: ${tracker.name}` }, label);
    return h(
      "li",
      {
        mouseenter: () => outlineMatches(() => matchesOf(selectorsOfTracker(tracker))),
        mouseleave: () => outlineMatches(),
      },
      h("p", { class: "name" }, named(tracker.name), h("span", { class: "badge" }, KINDS[tracker.kind])),
      h("p", { class: "quiet" }, `${EVENTS[tracker.event]}${tracker.hidden ? ", hidden" : ""}${tracker.active_uses ? `, goal of ${tracker.active_uses} ${tracker.active_uses == 1 ? "campaign" : "campaigns"}` : ""}`),
      watched(campaign, selectorsOfTracker(tracker)),
      h(
        "div",
        { class: "actions" },
        action("Edit", () => edit(tracker)),
        tracker.kind != "aat" && action("Point again", () => pointAgain(tracker)),
        tracker.kind == "xat" && action("Make an AAT", () => promote(tracker)),
        action(tracker.hidden ? "Show" : "Hide", attempt(() => hide(tracker))),
        action("Delete", attempt(() => remove(tracker))),
      ),
    );
  };

  const show = (trackers: Tracker[]): void => {
    if (items.matches(":hover")) outlineMatches(); // the mouse leaves none that is taken away
    heading.textContent = trackers.length ? `Trackers of this campaign (${trackers.length})` : "No trackers yet";
    fill(items, ...trackers.map(entry));
    items.hidden = !trackers.length;
  };
  return { part: h("section", {}, heading, items), show };
};
