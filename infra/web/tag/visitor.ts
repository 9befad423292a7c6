/** Who the visitor is, and whether they may be followed. */
import { configuration, HAS_SERVER_COOKIE } from "./configuration.ts";
import { keysOf, read, remove, write } from "./storage.ts";

const CONSENT = "actrail.consent";
const VISITOR = "actrail.visitor";
/** 13 months from the visitor's first page on: the cookie is never prolonged. */
const COOKIE_SECONDS = 34_164_000;

/** Automation, and what calls itself a bot; the phones named Cubot are none. */
export const isBot =
  !configuration.a &&
  (navigator.webdriver ||
    /[^u]bot|crawl|spider|headless|lighthouse/i.test(navigator.userAgent));

/** Returns a random UUID (version 4). `crypto.randomUUID` would need a secure context. */
export const uuid = (): string =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (+digit ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+digit / 4)))).toString(16),
  );

const setCookie = (value: string, seconds: number): void => {
  document.cookie =
    `actrail=${value};path=/;samesite=lax;max-age=${seconds}` +
    (configuration.d || "") +
    (location.protocol == "https:" ? ";secure" : "");
};

/** Whether events may be recorded: asked for each, since another tab may have withdrawn it. */
export const consented = (): boolean => +(read(CONSENT) ?? !configuration.r) > 0;

export const allow = (): void => write(CONSENT, "1");

/** Removes the visitor's cookie, session and unsent events. Only the refusal itself stays. */
export const forget = (): void => {
  keysOf("actrail").forEach(remove);
  setCookie("", 0);
  write(CONSENT, "0");
};

/** Returns the visitor's id: the cookie's, or a new one. */
export const visitorId = (): string => {
  const known = /\bactrail=([^;]+)/.exec(document.cookie)?.[1];
  // Until the server's cookie is there, the id has to be the same in every tab and page.
  const id = known || (HAS_SERVER_COOKIE && read(VISITOR)) || uuid();
  if (!HAS_SERVER_COOKIE) known || setCookie(id, COOKIE_SECONDS);
  else if (known) remove(VISITOR);
  else write(VISITOR, id);
  return id;
};
