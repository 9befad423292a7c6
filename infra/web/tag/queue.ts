/**
 * Events on their way to the intake. Each waits in the storage until the intake has answered for it, so that neither
 * an absent network nor a busy server nor a closed page loses it. One may be sent twice: the intake knows it by its id.
 */
import { warn } from "./attempt.ts";
import { configuration, HAS_SERVER_COOKIE } from "./configuration.ts";
import { keysOf, remove, store, write } from "./storage.ts";

const WAITING = "actrail:";
const MAX_WAITING = 1000;
/** So many new events do not wait for the delay. */
const FULL = 20;
const DELAY_MS = 200;
const MAX_BACKOFF_MS = 300_000;
/** A browser grants 65,536 bytes in all to what may outlive the page; what is put around events takes some. */
const MAX_BYTES = 60_000;

/** Where this script came from, and whatever else Actrail has for a page. */
export const source = (document.currentScript as HTMLScriptElement | null)?.src.split("/v1/")[0];
const endpoint = `${configuration.b || source}/v1/events?write_key=${configuration.k}`;

let timer: number | undefined;
let recorded = 0;
/** Keys of what is on its way. */
let sent: string[] = [];
let failures = 0;
/** Events a request; none once the intake has refused this page for good. */
let limit = 100;

const schedule = (): void => {
  timer ||= setTimeout(flush, DELAY_MS);
};

const size = (keys: string[]): number => new Blob(keys.map((key) => store[key]!)).size;

/**
 * Sends the oldest events, as many as the browser still lets outlive the page: what is on its way already holds up no
 * others when the page is left. An event that is larger by itself goes alone, and not when the page is left.
 */
const flush = async (): Promise<void> => {
  timer = clearTimeout(timer) as undefined;
  keysOf(WAITING).slice(0, -MAX_WAITING).forEach(remove);
  const keys: string[] = [];
  for (const key of keysOf(WAITING)) {
    if (sent.includes(key)) continue;
    if ((sent[0] && size([...sent, key]) > MAX_BYTES) || keys.length >= limit) break;
    keys.push(key);
    sent.push(key);
  }
  if (!keys[0]) return;
  let pause = 0;
  try {
    const answer = await fetch(endpoint, {
      method: "POST",
      body: `{"events":[${keys.map((key) => store[key])}]}`,
      keepalive: size(sent) <= MAX_BYTES,
      ...(HAS_SERVER_COOKIE && { credentials: "include" }),
    });
    pause = +answer.headers.get("retry-after")! * 1000 || 0;
    // A 200 that lists nothing comes from something in between, such as a hotel's log-in page, and fails here.
    if (answer.status == 200) (await answer.json()).rejected.map(warn);
    else if (answer.status != 400 && answer.status != 413) throw answer.status;
    if (answer.status == 413 && keys[1]) limit = keys.length >> 1;
    else keys.forEach(remove);
    failures = 0;
  } catch (reason) {
    warn(reason);
    failures++;
    // Refused, but not for being busy: the next page may try again, with another key or address.
    if ((reason as number) < 500 && reason != 429) limit = 0;
    // Full jitter: browsers that failed together do not come back together.
    pause += Math.random() * Math.min(MAX_BACKOFF_MS, 500 * 2 ** failures);
  }
  sent = sent.filter((key) => !keys.includes(key));
  clearTimeout(timer);
  timer = setTimeout(flush, pause);
};

/** Puts an event in the queue, after those of the same millisecond. */
export const enqueue = (event: { id: string; [field: string]: unknown }): void => {
  write(WAITING + Date.now() + (1e6 + ++recorded) + event.id, JSON.stringify(event));
  recorded % FULL || failures ? schedule() : flush();
};

/** Starts sending, first what earlier pages left behind. */
export const startSending = (): void => {
  schedule();
  addEventListener("online", flush);
  // A hidden page may never come back, and one that is left is hidden.
  addEventListener("visibilitychange", () => failures || flush());
};
