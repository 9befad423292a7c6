/** The visual editor: the tag imports it on a page that has an editor token, and collects nothing there itself. */
import { type Campaign, endSession, getCampaign, listTrackers, Problem, type Tracker } from "./api.ts";
import { card, hideChoice, showChoice, type Use } from "./choice.ts";
import { h } from "./element.ts";
import { type Draft, openForm } from "./form.ts";
import { openHost, put } from "./host.ts";
import { layer } from "./outlines.ts";
import { leaveButton, panel, say, setTitle, showInPanel, startPanel } from "./panel.ts";
import { end, glass, start } from "./picking.ts";
import { forget, state } from "./session.ts";
import { selectorsOfTracker, trackerList } from "./trackers.ts";
import { goOn, remember, shownIn, variationSwitch } from "./variations.ts";

const KEYS = "↑ ↓ walk to the parent and child, ← → to its neighbours, Enter picks, Esc ends.";

const REFRESH_MS = 10_000;
const MOST_REFRESHED = 100; // a page of the list

type Show = (campaign: number, variation: number) => void;

const leave = async (): Promise<void> => {
  forget();
  await endSession().catch(() => undefined); // It ends by itself as well.
  // The visitor that this tab is again gets the trackers that are there now.
  const tags = [...document.scripts].filter(({ src }) => /\/v1\/tag\/wk_/.test(src));
  await Promise.allSettled(tags.map(({ src }) => fetch(src, { cache: "reload", mode: "no-cors" })));
  location.reload();
};

/** Shows that nothing can be edited, and why. */
const over = (problem: unknown): void => {
  showInPanel(
    h("p", {}, problem instanceof Problem ? problem.message : String(problem)),
    h("button", { type: "button", class: "primary", click: leave }, "Leave the editor"),
  );
};

const edit = (campaign: Campaign, first: Tracker[]): void => {
  let trackers = first;
  const show = () => {
    remember(campaign, ...trackers.map(selectorsOfTracker));
    list.show(trackers);
  };
  const reload = async () => {
    trackers = await listTrackers();
    show();
  };
  /** What others have changed meanwhile; what is the same is left alone. */
  const refresh = async () => {
    const now = document.hidden || trackers.length > MOST_REFRESHED ? trackers : await listTrackers();
    if (JSON.stringify(now) == JSON.stringify(trackers)) return;
    trackers = now;
    show();
  };
  setInterval(() => void refresh().catch(() => undefined), REFRESH_MS); // what somebody does next says what is wrong
  const make = (draft: Draft) =>
    openForm(campaign, draft, async ({ name }) => {
      hideChoice();
      await reload();
      say(`Saved “${name}”.`);
    });
  const pick = h("button", { type: "button", class: "primary pick", "aria-pressed": "false" }, "Pick an element");
  const stopped = () => {
    pick.setAttribute("aria-pressed", "false");
    pick.textContent = "Pick an element";
    panel.classList.remove("picking");
    say("");
  };
  const pointAt = (hint: string, use: Use): void => {
    end();
    pick.setAttribute("aria-pressed", "true");
    pick.textContent = "Stop picking";
    panel.classList.add("picking");
    say(`${hint} ${KEYS}`);
    start({
      picked: (element) => {
        stopped();
        showChoice(campaign, element, use);
        card.querySelector<HTMLElement>("textarea, button")?.focus();
      },
      left: stopped,
    });
  };
  pick.addEventListener("click", () => {
    if (end()) return stopped();
    pointAt("Click what you want to track.", { label: "Add a tracker", with: (tracker) => make({ tracker }) });
  });
  /** A tracker whose page has changed gets the selectors of what is picked, and stays what it is besides. */
  const pointAgain = (of: Tracker): void =>
    pointAt(`Click what “${of.name}” is to track.`, {
      label: "Use it for the tracker",
      with: ({ selector, fallback_selectors, fingerprint }) =>
        make({ tracker: { ...of, selector, fallback_selectors, fingerprint }, of }),
    });
  const list = trackerList(campaign, reload, pointAgain);
  showInPanel(variationSwitch(campaign), pick, card, list.part);
  show();
  if (state.draft) make(state.draft as Draft);
};

const begin = async (showVariation: Show): Promise<void> => {
  const campaign = await getCampaign();
  showVariation(campaign.number, Number(shownIn(campaign)));
  if (window != window.top) return; // A frame shows its variation; what is around it has the panel.
  setTitle(campaign.name);
  const trackers = await listTrackers();
  const draft = state.draft as Draft | undefined;
  const drafted = draft ? [[draft.tracker.selector, ...draft.tracker.fallback_selectors]] : [];
  if (!(await goOn(campaign, [...trackers.map(selectorsOfTracker), ...drafted], say))) {
    say("");
    edit(campaign, trackers);
  }
};

/** Opens the editor; `showVariation` marks the page with a variation, as the tag does for a visitor. */
export const open = (showVariation: Show): void => {
  if (window == window.top) {
    openHost();
    put(layer, glass, panel);
    startPanel();
    leaveButton.addEventListener("click", leave);
    showInPanel(h("p", { class: "quiet" }, "Loading…"));
  }
  begin(showVariation).catch(over);
};
