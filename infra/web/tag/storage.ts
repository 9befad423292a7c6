/**
 * The site's local storage, shared by its tabs; a plain object of this page where the browser refuses it.
 *
 * Each value has a key of its own, so that two tabs never write over each other's events.
 */
import { attempt } from "./attempt.ts";

export let store: Record<string, string> = attempt(() => localStorage) || {};

/** Full or forbidden, the storage is left as it is and the page goes on with a copy in memory. */
export const write = (key: string, value: string): void => {
  try {
    store[key] = value;
  } catch {
    store = { ...store, [key]: value };
  }
};

export const remove = (key: string): void => {
  delete store[key];
};

/** The keys that start with a prefix, in order. */
export const keysOf = (prefix: string): string[] =>
  Object.keys(store)
    .filter((key) => key.startsWith(prefix))
    .sort();
