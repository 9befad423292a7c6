/** The editor's looks, as a constructed style sheet: no policy of a page forbids one. */
export const STYLE = `
:host {
  all: initial !important;
  display: block !important;
  position: fixed !important;
  inset: 0 !important;
  pointer-events: none !important;
  color-scheme: light dark !important;
  font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif !important;
  --ground: light-dark(#fff, #1c1f26);
  --raised: light-dark(#f5f6f8, #262a33);
  --ink: light-dark(#1b1f27, #eceef2);
  --quiet: light-dark(#565d6b, #a7aebb);
  --line: light-dark(#d9dde4, #3a404c);
  --edge: light-dark(#868e9c, #7d8594);
  --accent: light-dark(#2450d6, #9db4ff);
  --on-accent: light-dark(#fff, #101935);
  --good: light-dark(#17653a, #7fd8a4);
  --fair: light-dark(#7a5200, #f0c36a);
  --bad: light-dark(#b3261e, #ffb0a8);
  color: var(--ink);
}
*, ::before, ::after { box-sizing: border-box }
[hidden] { display: none !important }
h1, h2, h3, p, ul, fieldset { margin: 0; padding: 0; border: 0 }
ul { list-style: none }
.glass { position: fixed; inset: 0; cursor: crosshair; pointer-events: auto }
.outlines { position: fixed; inset: 0; overflow: hidden }
.frame { position: absolute; left: 0; top: 0; border-radius: 3px }
.frame.match { outline: 2px solid #17865a; background: rgb(23 134 90 / .12) }
.frame.hover { outline: 2px solid #2450d6; background: rgb(36 80 214 / .14) }
.caption { position: absolute; left: -2px; bottom: 100%; max-width: 360px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; padding: 1px 6px; border-radius: 3px 3px 0 0; background: #2450d6; color: #fff; font-size: 12px }
.panel { position: fixed; right: 16px; bottom: 16px; width: 360px; max-width: calc(100vw - 16px);
  max-height: min(640px, calc(100vh - 32px)); display: flex; flex-direction: column; overflow: hidden;
  pointer-events: auto; background: var(--ground); color: var(--ink); border: 1px solid var(--line);
  border-radius: 12px; box-shadow: 0 12px 40px rgb(0 0 0 / .28) }
.head { display: flex; align-items: center; gap: 4px; padding: 6px 6px 6px 4px; border-bottom: 1px solid var(--line) }
.head h1 { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 14px;
  font-weight: 600 }
.picking .body > :not(.pick) { display: none }
.minimised .head { border-bottom: 0 }
.minimised .body, .minimised .note { display: none }
.body { overflow: auto; padding: 14px; display: grid; gap: 14px; align-content: start }
.note { padding: 8px 14px; border-top: 1px solid var(--line); background: var(--raised); font-size: 13px }
.note:empty { display: none }
.note.problem { color: var(--bad) }
button, input, select, textarea { font: inherit; color: inherit; margin: 0 }
button { padding: 6px 12px; border: 1px solid var(--edge); border-radius: 8px; background: var(--ground); cursor: pointer }
button:hover:not(:disabled) { background: var(--raised) }
button:disabled { color: var(--quiet); border-color: var(--line); cursor: default }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600 }
button.primary:hover:not(:disabled) { background: var(--accent); filter: brightness(1.08) }
button.danger { background: var(--bad); border-color: var(--bad); color: light-dark(#fff, #300) }
button.danger:hover:not(:disabled) { background: var(--bad) }
button.plain { padding: 4px 6px; border-color: transparent; background: none; border-radius: 6px; line-height: 1;
  min-width: 28px; min-height: 28px }
button.link { padding: 2px 0; min-height: 24px; border: 0; background: none; color: var(--accent);
  text-decoration: underline; text-underline-offset: 2px; border-radius: 4px }
.handle { cursor: grab; touch-action: none; color: var(--quiet) }
.handle:active { cursor: grabbing }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
label, legend { display: block; font-weight: 600; font-size: 13px; padding: 0; margin-bottom: 4px }
input:not([type=radio], [type=checkbox]), select, textarea { width: 100%; padding: 6px 9px; border: 1px solid var(--edge);
  border-radius: 8px; background: var(--ground) }
textarea { resize: vertical; display: block }
.selector { font: 12.5px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
:user-invalid, [aria-invalid=true] { border-color: var(--bad) !important }
.row { display: flex; gap: 8px; align-items: end }
.row > .grow { flex: 1; min-width: 0 }
.card { display: grid; gap: 8px; padding: 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--raised) }
.card .what { font-weight: 600; overflow-wrap: anywhere }
.grade { display: flex; gap: 8px; align-items: baseline; font-size: 13px }
.badge { flex: none; padding: 0 7px; border: 1px solid currentColor; border-radius: 999px; font-size: 11.5px; font-weight: 600 }
.anchored { color: var(--good) }
.structural { color: var(--fair) }
.fragile, .problem { color: var(--bad) }
.quiet { color: var(--quiet); font-size: 13px }
.verdict { display: grid; gap: 4px; padding-top: 6px }
.error, fieldset .row { padding-top: 6px }
.row:empty { display: none }
.fallbacks code { display: block; overflow-wrap: anywhere; font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace;
  color: var(--quiet) }
h2 { font-size: 13px; margin-bottom: 6px }
dialog h2 { font-size: 17px; margin: 0 }
.trackers { display: grid; gap: 8px }
.trackers li { border: 1px solid var(--line); border-radius: 10px; padding: 9px 11px; display: grid; gap: 3px }
.trackers .name { display: flex; gap: 8px; align-items: center; justify-content: space-between; font-weight: 600;
  overflow-wrap: anywhere }
.trackers .badge { color: var(--quiet) }
.actions { display: flex; flex-wrap: wrap; gap: 2px 12px }
.actions button { font-size: 13px }
.warning { color: var(--bad); font-size: 13px }
dialog { width: 520px; max-width: calc(100vw - 24px); max-height: calc(100vh - 32px); padding: 20px; overflow: auto;
  pointer-events: auto; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 14px;
  box-shadow: 0 20px 60px rgb(0 0 0 / .35) }
dialog::backdrop { background: rgb(10 14 24 / .45) }
dialog, form { display: none }
dialog[open], dialog form { display: grid; gap: 14px }
dialog ul { list-style: disc; padding-inline-start: 20px }
.choice { display: grid; grid-template-columns: auto 1fr; gap: 2px 9px; padding: 9px 11px; border: 1px solid var(--line);
  border-radius: 10px; margin-bottom: 6px; font-weight: 400 }
.choice:has(:checked) { border-color: var(--accent) }
.choice b { font-weight: 600 }
.choice .quiet { grid-column: 2 }
.buttons { display: flex; gap: 8px; justify-content: flex-end }
dialog form > .buttons { position: sticky; bottom: -20px; margin: 0 -20px -20px; padding: 12px 20px;
  background: var(--ground); border-top: 1px solid var(--line) }
.error { color: var(--bad); font-size: 13px }
.error:empty, fieldset:empty { display: none }
@media (prefers-reduced-motion: no-preference) { button { transition: background .12s } }
`;
