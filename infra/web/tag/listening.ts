/** Listens for what trackers and the page's own attributes ask for. */
import { attempt } from "./attempt.ts";
import { variations } from "./campaigns.ts";
import { configuration, HAS_GESTURES, HAS_TRACKERS, type TrackerGroup } from "./configuration.ts";
import { record, visited } from "./events.ts";
import { nearest, nearestOf, startsOf } from "./selection.ts";
import { lookUp, unpack } from "./unpacking.ts";
import { visible } from "./visibility.ts";

type Watch = (starts: Element[], event: Event) => void;
/** Which of the tracker's selectors matched, 0 for the first, and the element if its text is the label. */
export type Fire = (fallback: number, element?: Element) => void;
/** Sets up one tracker. */
export type Kind = (selectors: string[], fire: Fire, milliseconds: number, percent: number) => void;

const watches: Record<string, Watch[]> = {};

const handle = (event: Event): void => {
  const starts = startsOf(event);
  // Changes and submissions stay within their shadow tree; a click or a focus comes before and shows the tree.
  if (HAS_TRACKERS)
    for (const node of event.composedPath())
      if (node instanceof ShadowRoot)
        for (const type in watches) node.addEventListener(type, handleWithin, true);
  watches[event.type]!.forEach((watch) => attempt(() => watch(starts, event)));
};

/** Handles what ends at its shadow root; `composed` does not tell, since browsers set it on submissions as well. */
const handleWithin = (event: Event): void => {
  if (!event.composedPath().includes(window)) handle(event);
};

/** One listener per DOM event, on the window and before the page's own, which can then not keep it from us. */
const watch = (type: string, reaction: Watch): void => {
  watches[type] ||= (addEventListener(type, handle, true), []);
  watches[type]!.push(reaction);
};

const hover: Kind = (selectors, fire, milliseconds) => {
  let over: Element | undefined;
  let timer: number | undefined;
  watch("mouseover", (starts) => {
    const [element, fallback] = nearestOf(starts, selectors) || [];
    if (element == over) return;
    over = element;
    clearTimeout(timer);
    if (element) timer = setTimeout(() => element.matches(":hover") && fire(fallback!, element), milliseconds);
  });
};

/** Once a page: the depth of the page itself (selected as `html` or `body`) or of a scrolling element. */
const scroll: Kind = (selectors, fire, _, percent) => {
  let done = "";
  watch("scroll", (starts, { target }) => {
    const isPage = target == document;
    const box = isPage ? document.scrollingElement! : (target as Element);
    const [element, fallback] = nearestOf(isPage ? [document.body] : starts, selectors) || [];
    // A pixel more, since positions are rounded.
    const depth = (100 * (box.scrollTop + box.clientHeight + 1)) / box.scrollHeight;
    if (!element || (!isPage && element != box) || depth < percent || done == visited) return;
    done = visited;
    fire(fallback!);
  });
};

const plain =
  (type: string): Kind =>
  (selectors, fire) =>
    watch(type, (starts) => {
      const [element, fallback] = nearestOf(starts, selectors) || [];
      if (element) fire(fallback!, element);
    });

const kinds: Record<string, Kind> = HAS_GESTURES ? { hover, scroll, visible } : {};

/** What the page declares itself: `data-actrail-action`, on a form for its submission, else for a click. */
const declared: Watch = (starts, { type }) => {
  const element = nearest(starts, "[data-actrail-action]") as HTMLElement | undefined;
  if (!element || (element.tagName == "FORM") != (type == "submit")) return;
  const parameters: Record<string, string> = {};
  for (const { name, value } of element.attributes)
    if (name.startsWith("data-actrail-param-")) parameters[name.slice(19)] = value;
  for (const field of element.querySelectorAll<HTMLInputElement>("[data-actrail-field]"))
    if (field.checked || !/password|radio|checkbox/.test(field.type))
      parameters[field.dataset.actrailField || field.name] = field.value;
  record(element.dataset.actrailAction!, parameters, { label: element.dataset.actrailLabel });
};

const track = (event: string, campaign: number, number: number): Fire => (fallback, element) => {
  // A tracker of one campaign says nothing about the others, nor about visitors outside it.
  const campaigns = campaign ? { [campaign]: variations[campaign]! } : variations;
  if (campaign && !variations[campaign]) return;
  const label = element?.textContent!.replace(/\s+/g, " ").trim().slice(0, 100);
  record("element." + event, {}, { label, tracker_id: "" + number, campaigns, fallback: fallback || undefined });
};

const listenForTrackers = (): void => {
  watch("focusin", () => {});
  const selectors = unpack(configuration);
  let number = 0;
  let next = 0;
  for (const group of lookUp(configuration.g, configuration.t) as (TrackerGroup | number)[])
    if (+group) number += group as number;
    else {
      const [event, campaign, ...timing] = group as TrackerGroup;
      const kind = kinds[event] || plain(event);
      kind(selectors[next++]!, track(event, campaign, ++number), ...timing);
    }
};

export const listen = (): void => {
  watch("click", declared);
  watch("submit", declared);
  if (HAS_TRACKERS) listenForTrackers();
};
