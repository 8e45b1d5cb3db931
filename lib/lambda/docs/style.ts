/** The page's looks: one column, a list of operations beside it where there is room, light or dark as the reader has it. */
export const DOCS_STYLE = `
:root {
  --page: #fafaf8; --card: #ffffff; --text: #1d2127; --soft: #5b6370; --line: #e2e4e8; --fill: #f3f4f5;
  --accent: #1f5fbf; --on-accent: #ffffff; --good: #12723f; --good-fill: #e3f4ea; --bad: #b3261e; --bad-fill: #fbe9e7;
  --post: #1f5fbf; --post-fill: #e5eefb; --key: #1f5fbf; --string: #12723f; --literal: #9a4a00;
  --mono: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1b1f24; --text: #e6e8eb; --soft: #9aa3af; --line: #2d333b; --fill: #23282f;
    --accent: #7fb0ff; --on-accent: #0e1420; --good: #6fd39b; --good-fill: #16301f; --bad: #ff9a8f; --bad-fill: #3a1d1b;
    --post: #9cc2ff; --post-fill: #1a2a45; --key: #9cc2ff; --string: #8fd8ac; --literal: #f0b27a;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre, textarea { font-family: var(--mono); font-size: 0.875em; }
code { background: var(--fill); border-radius: 4px; padding: 0.1em 0.3em; overflow-wrap: anywhere; }
pre { margin: 0; }
small { color: var(--soft); font-weight: 400; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.75rem; letter-spacing: -0.01em; }
h1 small { font-size: 0.9rem; vertical-align: middle; margin-left: 0.35rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.25rem; }
h3 { font-size: 1.1rem; margin: 0; }
p { margin: 0.5rem 0; }
.page { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 3rem; }
nav { position: sticky; top: 2rem; align-self: start; max-height: calc(100vh - 4rem); overflow-y: auto; font-size: 0.9rem; }
nav .home { color: var(--text); font-weight: 650; font-size: 1rem; }
nav h2 { font-size: 0.75rem; font-weight: 600; text-transform: uppercase; letter-spacing: 0.06em; color: var(--soft); margin: 1.5rem 0 0.25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: flex; gap: 0.5rem; align-items: baseline; padding: 0.3rem 0; color: var(--text); }
nav .raw { display: inline-block; margin-top: 1.5rem; font-family: var(--mono); font-size: 0.8rem; }
.method { font: 600 0.7rem/1.6 var(--mono); letter-spacing: 0.02em; padding: 0.05rem 0.4rem; border-radius: 4px; color: var(--good); background: var(--good-fill); }
.method.post { color: var(--post); background: var(--post-fill); }
header p { max-width: 46rem; }
.group > p { color: var(--soft); margin-top: 0; }
.operation { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem; margin: 1rem 0 1.5rem; }
.operation > p { max-width: 46rem; }
.call { display: flex; gap: 0.6rem; align-items: baseline; margin: 0.35rem 0 0.5rem; }
.call code { background: none; padding: 0; font-size: 0.95rem; }
.try { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--page); }
.inputs { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.25rem 1rem; }
.inputs .input:only-child { grid-column: 1 / -1; max-width: 30rem; }
.input { margin-bottom: 0.75rem; }
label { display: flex; gap: 0.5rem; align-items: baseline; font-size: 0.9rem; font-weight: 550; margin-bottom: 0.25rem; }
label code { background: none; padding: 0; font-size: 0.85rem; }
label small { font-size: 0.8rem; }
.hint { margin: 0.25rem 0 0; font-size: 0.8rem; line-height: 1.4; color: var(--soft); }
input, select, textarea { width: 100%; padding: 0.45rem 0.6rem; font-size: 0.9rem; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
input { font-family: var(--mono); font-size: 0.85rem; }
input::placeholder { color: var(--soft); opacity: 0.75; }
textarea { display: block; resize: vertical; line-height: 1.5; }
.line { display: flex; gap: 0.6rem; align-items: center; }
.curl { flex: 1; min-width: 0; overflow-x: auto; white-space: nowrap; padding: 0.5rem 0.7rem; font-size: 0.8rem; color: var(--soft); background: var(--fill); border-radius: 6px; scrollbar-width: thin; }
button { font: inherit; font-size: 0.9rem; font-weight: 600; padding: 0.4rem 1.1rem; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 6px; cursor: pointer; }
button:hover { filter: brightness(1.08); }
button:disabled { opacity: 0.55; cursor: progress; }
button.quiet { font-weight: 500; padding: 0.4rem 0.75rem; min-width: 4.9rem; color: var(--text); background: none; border-color: var(--line); }
.answer { margin-top: 0.75rem; border: 1px solid var(--line); border-left: 3px solid var(--good); border-radius: 6px; background: var(--card); overflow: hidden; }
.answer.bad { border-left-color: var(--bad); }
.answer[hidden] { display: none; }
.answer .status { margin: 0; padding: 0.45rem 0.8rem; font-size: 0.85rem; font-weight: 600; color: var(--good); border-bottom: 1px solid var(--line); }
.answer.bad .status { color: var(--bad); }
.answer .body { max-height: 26rem; overflow: auto; padding: 0.7rem 0.8rem; font-size: 0.8rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
.key { color: var(--key); } .string { color: var(--string); } .literal { color: var(--literal); }
details { border-top: 1px solid var(--line); }
details:first-of-type { margin-top: 1rem; }
summary { padding: 0.6rem 0; font-size: 0.9rem; font-weight: 600; cursor: pointer; }
.operation details:last-child summary { padding-bottom: 0; }
.operation details:last-child[open] summary { padding-bottom: 0.6rem; }
.scroll { overflow-x: auto; }
.fields { width: 100%; border-collapse: collapse; font-size: 0.85rem; }
.fields th { text-align: left; font-weight: 600; color: var(--soft); }
.fields th, .fields td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.fields td:first-child { white-space: nowrap; }
.fields td:nth-child(2) { min-width: 7rem; color: var(--soft); }
.fields td:nth-child(3) { min-width: 12rem; }
.fields td:first-child code { background: none; padding: 0; }
.depth-1 td:first-child { padding-left: 1.1rem; } .depth-2 td:first-child { padding-left: 2.2rem; }
.depth-3 td:first-child { padding-left: 3.3rem; } .depth-4 td:first-child { padding-left: 4.4rem; }
.response { margin: 0.5rem 0 1.25rem; font-size: 0.9rem; }
.code { font: 600 0.8rem/1.6 var(--mono); padding: 0.05rem 0.4rem; border-radius: 4px; margin-right: 0.3rem; }
.code.good { color: var(--good); background: var(--good-fill); } .code.bad { color: var(--bad); background: var(--bad-fill); }
.example { margin-top: 0.75rem; padding: 0.8rem; max-height: 22rem; overflow: auto; font-size: 0.8rem; background: var(--fill); border-radius: 6px; }
.note { color: var(--soft); }
@media (max-width: 56rem) {
  .page { display: flex; flex-direction: column; gap: 0; padding: 1.25rem 1rem 3rem; }
  main { display: contents; }
  header { order: -2; }
  header { margin-bottom: 0.5rem; }
  nav { position: static; max-height: none; align-self: stretch; order: -1; padding: 0.5rem 0 1rem; border-bottom: 1px solid var(--line); }
  nav .home { display: none; }
  nav h2 { margin-top: 0.75rem; }
  nav .raw { margin-top: 0.75rem; }
  .operation { padding: 1rem; }
  .try { padding: 0.8rem; }
  .line { flex-wrap: wrap; }
  .curl { order: 3; flex-basis: 100%; }
  .line .quiet { margin-left: auto; }
  .inputs .input:only-child { max-width: none; }
}
@media (max-width: 40rem) {
  .fields thead { display: none; }
  .fields tr, .fields td { display: block; }
  .fields tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  .fields td, .fields td:first-child { padding: 0; border: 0; white-space: normal; }
  .fields td:first-child code { font-weight: 600; }
  .fields .depth-1 { padding-left: 0.9rem; } .fields .depth-2 { padding-left: 1.8rem; }
  .fields .depth-3 { padding-left: 2.7rem; } .fields .depth-4 { padding-left: 3.6rem; }
}
`;
