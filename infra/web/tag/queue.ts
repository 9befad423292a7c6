/**
 * Events on their way to the intake. Each waits in the storage until the intake has answered for it, so that neither
 * an absent network nor a busy server nor a closed page loses it. One may be sent twice: the intake knows it by its id.
 */
import { warn } from "./attempt.ts";
import { configuration, HAS_SERVER_COOKIE } from "./configuration.ts";
import { keysOf, read, remove, write } from "./storage.ts";

const WAITING = "actrail:";
const MAX_WAITING = 1000;
/** So many new events do not wait for the delay. */
const FULL = 20;
const DELAY_MS = 200;
const MAX_BACKOFF_MS = 300_000;
/** A browser grants 65,536 bytes in all to what may outlive the page. */
const MAX_BYTES = 60_000;

const script = document.currentScript as HTMLScriptElement;
const endpoint = `${configuration.b || script.src.split("/v1/")[0]}/v1/events?write_key=${configuration.k}`;

let timer: number | undefined;
let recorded = 0;
/** Keys of what is on its way. Where the intake refuses this page for good, they stay there. */
let sent: string[] = [];
let failures = 0;
let limit = 100;

/** Returns the oldest events that fit: their keys, the body, and the bytes left, below 0 when one alone is too big. */
const nextBatch = (bytes: number): [keys: string[], body: string, bytes: number] => {
  const keys: string[] = [];
  const events: string[] = [];
  for (const key of keysOf(WAITING)) {
    if (sent.includes(key)) continue;
    const event = read(key)!;
    const size = new Blob([event]).size + 1;
    if (keys[0] && (size > bytes || keys.length >= limit)) break;
    bytes -= size;
    keys.push(key);
    events.push(event);
  }
  return [keys, `{"events":[${events}],"sent_at":"${new Date().toJSON()}"}`, bytes];
};

const schedule = (delay: number): void => {
  timer ||= setTimeout(flush, delay);
};

/** Sends what waits, one batch at a time. */
const flush = async (): Promise<void> => {
  timer = clearTimeout(timer) as undefined;
  keysOf(WAITING).slice(0, -MAX_WAITING).forEach(remove);
  const [keys, body, left] = nextBatch(MAX_BYTES);
  if (sent[0] || !keys[0]) return;
  sent = keys;
  let pause = 0;
  try {
    const answer = await fetch(endpoint, {
      method: "POST",
      body,
      keepalive: left >= 0,
      ...(HAS_SERVER_COOKIE && { credentials: "include" }),
    });
    const { status } = answer;
    pause = +answer.headers.get("retry-after")! * 1000 || 0;
    // A 200 that lists nothing comes from something in between, such as a hotel's log-in page, and fails here.
    if (status == 200) (await answer.json()).rejected.map(warn);
    else if (status != 400 && status != 413) throw status;
    if (status == 413 && keys[1]) limit = keys.length >> 1;
    else keys.forEach(remove);
    failures = 0;
  } catch (reason) {
    warn(reason);
    failures++;
    // Refused, but not for being busy: the next page may try again, with another key or address.
    if ((reason as number) < 500 && reason != 429) return;
    // Full jitter: browsers that failed together do not come back together.
    pause += Math.random() * Math.min(MAX_BACKOFF_MS, 500 * 2 ** failures);
  }
  sent = [];
  clearTimeout(timer);
  timer = setTimeout(flush, pause);
};

/** Puts an event in the queue, after those of the same millisecond. */
export const enqueue = (event: { id: string; [field: string]: unknown }): void => {
  write(WAITING + Date.now() + (1e6 + ++recorded) + event.id, JSON.stringify(event));
  recorded % FULL || failures ? schedule(DELAY_MS) : flush();
};

/** Starts sending, first what earlier pages left behind. */
export const startSending = (): void => {
  schedule(DELAY_MS);
  addEventListener("online", flush);
  // A hidden page may never come back, but mostly does: it can still take the answer, unlike one that is left.
  addEventListener("visibilitychange", () => failures || flush());
  addEventListener("pagehide", () => {
    for (let bytes = failures ? 0 : MAX_BYTES; bytes > 500; ) {
      const [keys, body] = nextBatch(bytes);
      if (!keys[0]) break;
      if (navigator.sendBeacon(endpoint, body)) sent = sent.concat(keys);
      else bytes /= 2;
    }
    // No answer will come: a page that is restored sends them again.
    setTimeout(() => (sent = []));
  });
};
