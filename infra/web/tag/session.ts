/** Sessions: they end after 30 idle minutes, or at midnight in the account's time zone. */
import { attempt } from "./attempt.ts";
import { variations } from "./campaigns.ts";
import { configuration, HAS_CAMPAIGNS } from "./configuration.ts";
import { put } from "./events.ts";
import { remove, store, write } from "./storage.ts";
import { uuid } from "./visitor.ts";

/** Id, time of the last event in ms, and the campaigns exposed in it, parted by commas. */
const SESSION = "actrail.session";
const IDLE_MS = 1_800_000;

const dayOf = (time: number): string | undefined =>
  attempt(() => new Date(time).toLocaleDateString([], { timeZone: configuration.z }));

/**
 * Ends the session when it is over, at the time of its last event; when something happens now, goes on with it or with
 * a new one, whose exposures come first. Every tab that ends a session gives that event the same id: it counts once.
 */
export const updateSession = (happens: boolean): void => {
  const now = Date.now();
  let [id, last, ...exposed] = (store[SESSION] || "").split(",");
  if (id && (now - +last! >= IDLE_MS || dayOf(now) != dayOf(+last!))) {
    put("session.end", {}, { id: id + "-end", time: new Date(+last!).toJSON() });
    remove(SESSION);
    id = "";
    exposed = [];
  }
  if (!happens) return;
  if (!id) put("session.start", {}, { id: (id = uuid()) });
  if (HAS_CAMPAIGNS)
    for (const campaign in variations) {
      if (exposed.includes(campaign)) continue;
      exposed.push(campaign);
      put("campaign.exposure", { campaign_id: campaign, variation_id: variations[campaign] });
    }
  write(SESSION, [id, now, ...exposed].join());
};
