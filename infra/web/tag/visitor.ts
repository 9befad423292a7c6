/** Who the visitor is, and whether they may be followed. */
import { attempt } from "./attempt.ts";
import { configuration, HAS_SERVER_COOKIE } from "./configuration.ts";
import { keysOf, remove, store, write } from "./storage.ts";

const CONSENT = "actrail.consent";
const EDITOR = "actrail.editor";
const VISITOR = "actrail.visitor";
/** 13 months from the visitor's first page on: the cookie is never prolonged. */
const COOKIE_SECONDS = 34_164_000;

/**
 * What opens the visual editor in this tab. It is taken out of the address before the page's other scripts see it
 * there, and stays with the tab until the editor is left.
 */
export const editorToken: string | undefined = attempt(() => {
  const [address, token] = location.href.split("#actrail-editor=");
  if (token) {
    history.replaceState(0, "", address);
    sessionStorage[EDITOR] = token;
  }
  return sessionStorage[EDITOR];
});

/** Whoever edits, automation, and what calls itself a bot; the phones named Cubot are none. */
export const isBot =
  editorToken ||
  (!configuration.a &&
    (navigator.webdriver || /[^u]bot|crawl|spider|headless|lighthouse/i.test(navigator.userAgent)));

/** Returns a random UUID, as the address of any blob ends in. `crypto.randomUUID` would need a secure context. */
export const uuid = (): string => {
  const url = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(url);
  return url.slice(-36);
};

const setCookie = (value: string, seconds: number): void => {
  document.cookie =
    `actrail=${value};path=/;samesite=lax;max-age=${seconds}` +
    (configuration.d || "") +
    (location.protocol == "https:" ? ";secure" : "");
};

/** Whether events may be recorded: asked for each, since another tab may have withdrawn it. */
export const consented = (): boolean => +(store[CONSENT] ?? !configuration.r) > 0;

export const allow = (): void => write(CONSENT, "1");

/** Removes the visitor's cookie, session and unsent events. Only the refusal itself stays. */
export const forget = (): void => {
  keysOf("actrail").forEach(remove);
  setCookie("", 0);
  write(CONSENT, "0");
};

/** Returns the visitor's id: the cookie's, or a new one. */
export const visitorId = (): string => {
  const known = document.cookie.split(/\bactrail=/)[1]?.split(";")[0];
  // Until the server's cookie is there, the id has to be the same in every tab and page.
  const id = known || (HAS_SERVER_COOKIE && store[VISITOR]) || uuid();
  if (!HAS_SERVER_COOKIE) known || setCookie(id, COOKIE_SECONDS);
  else if (known) remove(VISITOR);
  else write(VISITOR, id);
  return id;
};
