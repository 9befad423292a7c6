/** Records what happens, for a visitor who may be followed. */
import { assign } from "./campaigns.ts";
import { configuration, HAS_ROUTES } from "./configuration.ts";
import { enqueue } from "./queue.ts";
import { updateSession } from "./session.ts";
import { consented, forget, isBot, uuid, visitorId } from "./visitor.ts";

export interface Details {
  id?: string;
  time?: string;
  label?: string | undefined;
  tracker_id?: string;
  campaigns?: Record<string, string>;
  /** Which of the tracker's fallback selectors matched, from 1 on. */
  fallback?: number | undefined;
}

let visitor = "";

export const put = (action: string, params: object = {}, details?: Details): void =>
  enqueue({ id: uuid(), action, time: new Date().toJSON(), uuid: visitor, params, ...details });

/** Records an event. The first one is always the visit to this page. */
export const record = (action: string, params?: object, details?: Details): void => {
  if (!begin()) return;
  updateSession(true);
  put(action, params, details);
};

/** The page's address; where routes are followed, its fragment belongs to it only if that is the route. */
const address = (): string =>
  HAS_ROUTES && !configuration.h ? location.href.split("#")[0]! : location.href;

/** The address of the last page visit. */
export let visited = "";

export const visit = (): void => {
  if (!begin()) return;
  const referrer = visited || document.referrer;
  visited = address();
  record("page.visit", { url: location.href, referrer, title: document.title });
};

let atFirst: (() => undefined) | undefined;

/** Sets what is done once, when the first visitor of this page may be followed. */
export const onBegin = (work: () => undefined): void => {
  atFirst = work;
};

/** Starts following the visitor if they may be and are not yet; tells whether they are followed. */
export const begin = (): boolean => {
  if (isBot || !consented()) return false;
  if (!visitor) {
    visitor = visitorId();
    assign(visitor);
    visit();
    atFirst = atFirst?.();
  }
  return true;
};

/** Forgets the visitor. */
export const end = (): void => {
  visitor = visited = "";
  forget();
};

/** A visit for each address that a script of the page goes to; afterwards, when the title is that of the new page. */
const followRoutes = (): void => {
  const follow = () => setTimeout(() => visited && visited != address() && visit());
  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method].bind(history);
    history[method] = (...values) => {
      original(...values);
      follow();
    };
  }
  addEventListener("popstate", follow);
};

/** Sets up what records by itself. */
export const watchPage = (): void => {
  if (HAS_ROUTES) followRoutes();
  addEventListener("pageshow", ({ persisted }) => persisted && visit());
  // Consent may have been given in another tab meanwhile.
  setInterval(() => begin() && updateSession(false), 60_000);
};
