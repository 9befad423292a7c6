/** What the visitor is in: the variation of each campaign, for the page to act on. */
import { attempt } from "./attempt.ts";
import { variationOf } from "./bucketing.ts";
import { configuration, HAS_CAMPAIGNS } from "./configuration.ts";

type Callback = (campaign: number, variation: number) => void;

/** Campaign number to index of the variation, as events carry them. */
export let variations: Record<string, string> = {};

const callbacks: Callback[] = [];

/** Calls back for each variation the visitor is in, those known already and those to come. */
export const onVariation = (callback: Callback): void => {
  callbacks.push(callback);
  for (const campaign in variations) attempt(() => callback(+campaign, +variations[campaign]!));
};

/** Marks the page with a variation and calls back. */
export const show = (campaign: number, variation: number): void => {
  variations[campaign] = document.documentElement.dataset["actrail-" + campaign] = "" + variation;
  callbacks.forEach((callback) => attempt(() => callback(campaign, variation)));
};

/** Puts the visitor into the live campaigns and marks the page with the variations. */
export const assign = (visitor: string): void => {
  if (!HAS_CAMPAIGNS) return;
  variations = {};
  for (const [campaign, ...weights] of configuration.c) {
    const variation = variationOf(visitor, campaign, weights);
    if (variation >= 0) show(campaign, variation);
  }
};
