/** Shows the page's variations, and finds out in which of them a tracker has something to track. */
import type { Campaign } from "./api.ts";
import { h } from "./element.ts";
import { matchesOf } from "./matching.ts";
import { keep, state } from "./session.ts";

/** A page that builds itself has been still for so long. */
const STILL_MS = 400;
const MOST_MS = 3000;

const keyOf = (selectors: string[]): string => selectors.join("\f");

/** Returns the variation shown: the one asked for, else the first. */
export const shownIn = ({ variations }: Campaign): string =>
  variations.find(({ id }) => id == state.variation)?.id ?? variations[0]!.id;

const reloadIn = (variation: string): void => {
  keep({ variation });
  location.reload();
};

/** Waits until nothing has changed on the page for a moment. */
const stillness = (): Promise<void> =>
  new Promise((resolve) => {
    let timer = setTimeout(done, STILL_MS);
    const longest = setTimeout(done, MOST_MS);
    const mutations = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(done, STILL_MS);
    });
    function done() {
      clearTimeout(timer);
      clearTimeout(longest);
      mutations.disconnect();
      resolve();
    }
    mutations.observe(document, { childList: true, subtree: true, attributes: true });
  });

/** Remembers how many elements each list of selectors matches in the variation shown. */
export const remember = (campaign: Campaign, ...lists: string[][]): void => {
  const matches = (state.matches ??= {});
  const found = ((matches[location.pathname] ??= {})[shownIn(campaign)] ??= {});
  for (const selectors of lists) found[keyOf(selectors)] = matchesOf(selectors).length;
  keep({ matches });
};

/** Remembers what has come to match more than it did: a page that builds itself goes on after it was looked at. */
export const rememberMore = (campaign: Campaign, selectors: string[]): void => {
  const before = known(selectors).get(shownIn(campaign));
  if (before !== undefined && matchesOf(selectors).length > before) remember(campaign, selectors);
};

/** Returns the numbers of matches by variation, as far as they are known of this page. */
export const known = (selectors: string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const [variation, found] of Object.entries(state.matches?.[location.pathname] ?? {})) {
    const count = found[keyOf(selectors)];
    if (count !== undefined) counts.set(variation, count);
  }
  return counts;
};

/** Returns the names of the variations that lack what others have: visitors there could never convert. */
export const missingIn = ({ variations }: Campaign, selectors: string[]): string[] => {
  const counts = known(selectors);
  if (![...counts.values()].some(Boolean)) return [];
  return variations.filter(({ id }) => counts.get(id) === 0).map(({ name }) => name);
};

/** Looks at every variation in turn, one reload each, and comes back to this one. */
export const walk = (campaign: Campaign): void => {
  const back = shownIn(campaign);
  const left = campaign.variations.map(({ id }) => id).filter((id) => id != back);
  const next = left.shift();
  if (next === undefined) return;
  keep({ walk: { left, back } });
  reloadIn(next);
};

/** Goes on with a walk that a reload was part of; tells whether the page is about to be reloaded again. */
export const goOn = async (campaign: Campaign, lists: string[][], say: (text: string) => void): Promise<boolean> => {
  const { walk } = state;
  if (!walk) return false;
  const name = campaign.variations.find(({ id }) => id == shownIn(campaign))!.name;
  say(`Looking at “${name}”…`);
  if (document.readyState != "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  await stillness();
  remember(campaign, ...lists);
  if (shownIn(campaign) == walk.back) {
    keep({ walk: undefined });
    return false;
  }
  const [next = walk.back, ...left] = walk.left;
  keep({ walk: { left, back: walk.back } });
  reloadIn(next);
  return true;
};

/** Returns the switch between variations. */
export const variationSwitch = (campaign: Campaign): HTMLElement => {
  const options = campaign.variations.map(({ id, name }) =>
    h("option", { value: id, selected: id == shownIn(campaign) }, name),
  );
  const select = h("select", { id: "variation", change: () => reloadIn(select.value) }, ...options);
  return h(
    "div",
    { class: "row" },
    h("div", { class: "grow" }, h("label", { for: "variation" }, "Variation shown"), select),
    campaign.variations.length > 1 &&
      h("button", { type: "button", click: () => walk(campaign) }, "Check all"),
  );
};
