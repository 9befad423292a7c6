import type { PackedSelectors } from "./unpacking.ts";

/**
 * What the server puts into the script for one account: `chalicelib/domain/tag.py` writes it.
 *
 * Names are one letter long because they travel to every page; what is off or empty is left out.
 */
export interface Configuration extends PackedSelectors {
  /** The public write key. */
  k: string;
  /** The account's time zone, an IANA name. */
  z: string;
  /** Where the intake is; without it, where this script came from. */
  b?: string;
  /** 1: nothing is collected before consent is given. */
  r?: 1;
  /** What is added to the visitor's cookie, such as `;domain=.shop.example`. */
  d?: string;
  /** 1: the fragment of an address is a route of its own. */
  h?: 1;
  /** 1: bots are visitors too. */
  a?: 1;
  /** 1: what goes wrong is said on the console. */
  v?: 1;
  /** Live campaigns: the number, then the weight of each variation. */
  c: [campaign: number, ...weights: number[]][];
  /** What trackers have in common, and how many numbers in a row have none. */
  t: (TrackerGroup | number)[];
  /** For the numbers from 1 on: indices of the above, as `unpacking.ts` reads them. */
  g: string;
}

export type TrackerGroup = [
  event: string,
  /** Of trackers that belong to one campaign, else 0. */
  campaign: number,
  /** Of `hover` and `visible`: how long it has to last. */
  milliseconds: number,
  /** Of `visible`: how much of the element has to show; of `scroll`: how far down. */
  percent: number,
];

/** Stands in the built script once; the server writes the JSON in its place. */
declare const ACTRAIL_CONFIGURATION: Configuration;

export const configuration = ACTRAIL_CONFIGURATION;

/** Parts that are left out of the script of an account that has no use for them: set when the script is built. */
declare const ACTRAIL_CAMPAIGNS: boolean;
declare const ACTRAIL_TRACKERS: boolean;
declare const ACTRAIL_GESTURES: boolean;
declare const ACTRAIL_ROUTES: boolean;
declare const ACTRAIL_SERVER_COOKIE: boolean;

export const HAS_CAMPAIGNS = ACTRAIL_CAMPAIGNS;
export const HAS_TRACKERS = ACTRAIL_TRACKERS;
/** Hover, scroll and visible: what is more than a DOM event. */
export const HAS_GESTURES = ACTRAIL_GESTURES;
export const HAS_ROUTES = ACTRAIL_ROUTES;
export const HAS_SERVER_COOKIE = ACTRAIL_SERVER_COOKIE;
