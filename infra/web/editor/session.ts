/** What a tab knows of its editing: the token, where Actrail is, and what has to outlive a reload. */

const TOKEN = "actrail.editor";
const STATE = "actrail.editor.state";

export const token: string = sessionStorage[TOKEN] ?? "";

/** The token names its campaign and session: `chalicelib/domain/editor_session.py`. */
const [, , campaign = "", session = ""] = token.split("_");
export const campaignId = campaign;
export const sessionId = session;

/** Where Actrail is: this script is at `/v1/editor.js` there. */
export const actrail = new URL("..", import.meta.url).href;

/** How many elements a tracker's selectors match, by the page's path, the variation and the selectors. */
export type Matches = Record<string, Record<string, Record<string, number>>>;

export interface State {
  /** The variation shown. */
  variation?: string;
  minimised?: boolean;
  /** Where the panel was moved to, in CSS pixels. */
  place?: [left: number, top: number];
  /** While all variations are looked at: those left, and where to go back to. */
  walk?: { left: string[]; back: string } | undefined;
  /** The tracker being made or changed, as it was when the page was reloaded. */
  draft?: unknown;
  matches?: Matches;
}

const read = (): State => {
  try {
    return JSON.parse(sessionStorage[STATE] ?? "{}") as State;
  } catch {
    return {}; // Written by something else: begin anew.
  }
};

export const state: State = read();

let left = false;

/** Keeps some of the state for after the next reload, unless the editor is left. */
export const keep = (changes: Partial<State>): void => {
  Object.assign(state, changes);
  if (!left) sessionStorage[STATE] = JSON.stringify(state);
};

/** Makes this tab a visitor's again. */
export const forget = (): void => {
  left = true;
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(STATE);
};
