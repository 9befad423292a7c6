/** What the editor asks Actrail, with its token: nothing beyond one campaign is open to it. */
import { actrail, campaignId, sessionId, token } from "./session.ts";

export interface Variation {
  id: string;
  name: string;
  weight: number;
}

export interface Campaign {
  id: string;
  number: number;
  name: string;
  status: string;
  variations: Variation[];
  subtests: { id: string; name: string }[];
}

export type Kind = "aat" | "xat" | "widget";

export interface Fingerprint {
  tag?: string;
  text?: string;
  href?: string;
}

/** What is said of a tracker when it is made. */
export interface NewTracker {
  name: string;
  event: string;
  selector: string;
  fallback_selectors: string[];
  kind: Kind;
  context: string;
  subtest_id: string | null;
  fingerprint: Fingerprint | null;
  params: Record<string, number> | null;
}

export interface Tracker extends NewTracker {
  id: string;
  hidden: boolean;
  active_uses: number;
  version: number;
}

export interface Use {
  name: string;
  status: string;
  role: string;
}

/** Where a tracker is a goal, and what is lost when it is deleted: numbers by what they count. */
export interface Uses {
  items: Use[];
  would_lose: Record<string, number>;
}

/** Why Actrail refused; `code` is stable, `body` has what helps to act. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: { errors?: { field: string; message: string }[] },
  ) {
    super(message);
  }
}

type Query = Record<string, string>;

const OVER = "This editing session is over. Open the editor from the campaign again.";

const ask = async <Answer>(method: string, path: string, query: Query = {}, body?: object, version?: number) => {
  const address = new URL(path, actrail);
  address.search = new URLSearchParams(query).toString();
  const answer = await fetch(address, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body && { "Content-Type": "application/json" }),
      ...(version !== undefined && { "If-Match": `"${version}"` }),
    },
    ...(body && { body: JSON.stringify(body) }),
    credentials: "omit",
  }).catch(() => {
    throw new Problem(0, "unreachable", "Actrail cannot be reached. Check the network and this page's policy.", {});
  });
  if (answer.status == 204) return undefined as Answer;
  const content = await answer.json().catch(() => ({}));
  if (answer.status == 401) throw new Problem(401, content.code ?? "", OVER, content);
  if (!answer.ok) throw new Problem(answer.status, content.code ?? "", content.message ?? "It did not work.", content);
  return content as Answer;
};

const CAMPAIGN = `v1/campaigns/${campaignId}`;
const IN_EDITOR = { view: "editor" };

export const getCampaign = () => ask<Campaign>("GET", CAMPAIGN);

/** Returns every tracker made in the campaign, the account's included. */
export const listTrackers = async (): Promise<Tracker[]> => {
  const trackers: Tracker[] = [];
  let cursor = "";
  do {
    const query = { ...IN_EDITOR, limit: "100", ...(cursor && { cursor }) };
    const page = await ask<{ items: Tracker[]; next_cursor: string | null }>("GET", `${CAMPAIGN}/trackers`, query);
    trackers.push(...page.items);
    cursor = page.next_cursor ?? "";
  } while (cursor);
  return trackers;
};

export const createTracker = (tracker: NewTracker) => ask<Tracker>("POST", `${CAMPAIGN}/trackers`, {}, tracker);

/** Tells whether an account tracker has a name. */
export const isNameTaken = async (name: string): Promise<boolean> =>
  (await ask<{ tracker_id: string | null }>("GET", `${CAMPAIGN}/tracker-name`, { name })).tracker_id != null;

export const changeTracker = ({ id, version }: Tracker, changes: object) =>
  ask<Tracker>("PATCH", `v1/trackers/${id}`, IN_EDITOR, changes, version);

/** Returns where a tracker is a goal now, and what would be lost with it. */
export const getUses = ({ id }: Tracker) => ask<Uses>("GET", `v1/trackers/${id}/uses`, { limit: "100" });

/** Deletes a tracker; one that a campaign uses only with its data. */
export const deleteTracker = ({ id }: Tracker, withData: boolean) =>
  ask<void>("DELETE", `v1/trackers/${id}`, { ...IN_EDITOR, ...(withData && { confirm: "delete-data" }) });

export const endSession = () => ask<void>("DELETE", `${CAMPAIGN}/editor-sessions/${sessionId}`);
