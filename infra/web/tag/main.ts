/** The tag: puts `actrail` on the page, starts what was configured, and makes up for what was called before. */
import { attempt } from "./attempt.ts";
import { onVariation, show } from "./campaigns.ts";
import { begin, end, onBegin, record, visit, watchPage } from "./events.ts";
import { listen } from "./listening.ts";
import { source, startSending } from "./queue.ts";
import { allow, editorToken } from "./visitor.ts";

type Method = (...values: never[]) => unknown;

/** What the visual editor's script exports: `infra/web/editor/main.ts`. */
interface Editor {
  open(showVariation: typeof show): void;
}

declare global {
  interface Window {
    actrail?: { q?: [method: string, ...values: never[]][]; track?: unknown };
  }
  interface Document {
    prerendering?: boolean;
  }
}

const methods: Record<string, Method> = {
  track: (action: string, parameters?: object, label?: string) => record(action, parameters, { label }),
  identify: (identifiers: object) => record("profile.identify", identifiers),
  page: visit,
  consent: (given: boolean) => (given ? (allow(), begin()) : end()),
  onVariation,
};

const install = (): void => {
  const { q, track } = window.actrail || {};
  // The script is on the page twice; calls wait in `q` only until the first is there.
  if (track && !q) return;
  const api: Record<string, Method> = {};
  for (const name in methods) api[name] = (...values) => attempt(() => methods[name]!(...values));
  window.actrail = api;
  onBegin(() => {
    listen();
    watchPage();
    startSending();
  });
  q?.forEach(([method, ...values]) => api[method]!(...values));
  begin();
  if (editorToken) import(source + "/v1/editor.js").then((editor: Editor) => editor.open(show));
};

// A page that is only prepared has no visitor yet.
if (document.prerendering) addEventListener("prerenderingchange", install, true);
else install();
