/** The look of the page: colours by role for both themes, one measure, and figures that stand below each other. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fdfdfc, #15171a);
  --card: light-dark(#ffffff, #1c1f23);
  --ink: light-dark(#1d1c1a, #e9e7e3);
  --muted: light-dark(#5b5852, #a8a49d);
  --line: light-dark(#e2dfd9, #33373c);
  --faint: light-dark(#f4f2ee, #212529);
  --link: light-dark(#0a5699, #86bdf8);
  --good: light-dark(#1b6638, #7fcf9a);
  --warn: light-dark(#7d4c00, #e8b661);
  --bad: light-dark(#a31f19, #ff938a);
  --good-bg: light-dark(#e8f3ec, #1c2e23);
  --warn-bg: light-dark(#faf0dc, #332a18);
  --bad-bg: light-dark(#fbe9e7, #3a211f);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
.top, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; font-weight: 650; letter-spacing: -0.015em; margin: 0; }
h2 { font-size: 1.35rem; font-weight: 650; letter-spacing: -0.01em; margin: 0 0 0.5rem; }
h3 { font-size: 1rem; font-weight: 650; margin: 1.75rem 0 0.5rem; }
h4 { font-size: 0.95rem; font-weight: 650; margin: 1.25rem 0 0.25rem; }
p { margin: 0 0 0.75rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
code, pre { font-family: var(--mono); font-size: 0.875em; }
code { overflow-wrap: anywhere; }
pre { background: var(--faint); padding: 0.75rem 1rem; border-radius: 6px; overflow-x: auto; }
pre code { overflow-wrap: normal; font-size: 1em; }
section { margin: 0; padding: 2.5rem 0 1rem; border-top: 1px solid var(--line); }
main > section:first-of-type { border-top: 0; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 6px; z-index: 2; }
.skip:focus { top: 0.75rem; }

.top { padding-top: 2rem; }
.bar { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between; align-items: center; margin-bottom: 1.5rem; }
.theme { border: 1px solid var(--line); border-radius: 6px; margin: 0; padding: 2px; display: flex; }
.theme span { display: block; padding: 0.2rem 0.7rem; border-radius: 4px; font-size: 0.85rem; cursor: pointer; color: var(--muted); }
.theme input { position: absolute; opacity: 0; width: 1px; height: 1px; }
.theme input:checked + span { background: var(--faint); color: var(--ink); font-weight: 600; }
.theme input:focus-visible + span { outline: 2px solid var(--link); outline-offset: 1px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1rem 1.5rem; margin: 0 0 1.25rem; }
.figures div { border-top: 2px solid var(--ink); padding-top: 0.5rem; }
.figures dt { font-size: 0.85rem; color: var(--muted); }
.figures dd { margin: 0; font-size: 1.75rem; font-weight: 600; line-height: 1.25; letter-spacing: -0.01em; }
.figures .sub { font-size: 0.85rem; font-weight: 400; letter-spacing: 0; color: var(--muted); }
.remark, .lead { color: var(--muted); max-width: 46rem; }
.remark { font-size: 0.9rem; }
.remark.warn { color: var(--warn); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 1.25rem 0 0; padding: 0.75rem 0; border-top: 1px solid var(--line); }

.good { color: var(--good); }
.warn { color: var(--warn); }
.bad { color: var(--bad); }
.muted { color: var(--muted); }
.num { text-align: right; white-space: nowrap; }
.sub { display: block; font-size: 0.85rem; font-weight: 400; color: var(--muted); }
.line { display: block; }
.verdict { display: inline-block; padding: 0 0.45rem; border-radius: 4px; font-size: 0.8rem; font-weight: 600; line-height: 1.5; white-space: nowrap; background: var(--faint); color: var(--ink); }
.verdict.good { background: var(--good-bg); color: var(--good); }
.verdict.warn { background: var(--warn-bg); color: var(--warn); }
.verdict.bad { background: var(--bad-bg); color: var(--bad); }
.answer { font-weight: 600; margin: 0.75rem 0 1rem; max-width: 60rem; }

button, input, select { font: inherit; color: inherit; }
button { cursor: pointer; }
.tags { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
.tags legend { float: left; padding: 0; margin-right: 0.75rem; font-size: 0.9rem; color: var(--muted); }
.tags [data-tag] { max-width: 100%; overflow-wrap: anywhere; border: 1px solid var(--line); background: var(--card); border-radius: 999px; padding: 0.15rem 0.8rem; font-size: 0.9rem; }
.tags [data-tag]:hover { border-color: var(--muted); }
.tags [aria-pressed="true"] { background: var(--ink); border-color: var(--ink); color: var(--paper); }
.plain { border: 0; background: none; color: var(--link); text-decoration: underline; text-underline-offset: 0.15em; padding: 0.2rem 0.4rem; }

.map { position: relative; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 5fr) minmax(0, 3fr); gap: 1rem 5rem; align-items: start; margin: 1rem 0 2rem; }
.map h3 { margin: 0 0 0.6rem; font-size: 0.85rem; color: var(--muted); font-weight: 500; }
.map ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.6rem; }
.node { position: relative; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem 0.75rem; font-size: 0.875rem; line-height: 1.4; }
.node > * { display: block; }
.node b { font-weight: 600; font-size: 0.925rem; }
.node span { color: var(--muted); }
.node .waits { color: var(--warn); }
.node .num { text-align: left; white-space: normal; color: var(--ink); }
.node a { text-decoration: none; color: inherit; }
.node a:hover { color: var(--link); text-decoration: underline; }
.lines { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: visible; }
.lines path { fill: none; stroke: light-dark(#b9b4ab, #555b63); stroke-width: 1.5; }
.lit .lines path { stroke: var(--line); }
.lit .lines path.on { stroke: var(--link); stroke-width: 2.25; }
.narrow { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.more { font-size: 0.9rem; color: var(--muted); margin-top: 0.6rem; }

.search { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: center; }
p.search { margin: 0.75rem 0; }
.search .small { width: 6rem; }
.search label, .search > span { font-size: 0.9rem; color: var(--muted); }
.search input { border: 1px solid var(--muted); background: var(--card); border-radius: 6px; padding: 0.35rem 0.7rem; width: 20rem; max-width: 100%; }
.search input::placeholder { color: var(--muted); opacity: 1; }
.scroll { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; line-height: 1.4; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 500; color: var(--muted); white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 600; }
th.num, td.num { text-align: right; }
thead button { border: 0; background: none; padding: 0; color: inherit; font-weight: inherit; white-space: nowrap; }
thead button::after { content: "\\2195"; display: inline-block; width: 1em; text-align: right; opacity: 0.55; }
thead [aria-sort="ascending"] button::after { content: "\\2191"; opacity: 1; }
thead [aria-sort="descending"] button::after { content: "\\2193"; opacity: 1; }
thead [aria-sort] { color: var(--ink); }
.unit { font-weight: 400; color: var(--muted); }
.taglist { color: var(--muted); }
.taglist span, .name { display: inline-block; max-width: 16rem; overflow-wrap: anywhere; }
.taglist span { word-break: keep-all; }
td > div, th { overflow-wrap: break-word; }
td > div { max-width: 26rem; }
.unfolded .why { max-width: 66rem; margin: 0 0 0.4rem; padding-left: 1.75rem; }
.unfolded td { padding-top: 0; }
tr:has(details[open]):has(+ .unfolded) > * { border-bottom-color: transparent; }
:root:not(.with-script) .scripted { display: none; }
thead button:disabled { cursor: default; }
thead button:disabled::after { content: none; }
.other-tag { display: inline-flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; font-size: 0.9rem; color: var(--muted); }
.other-tag input { border: 1px solid var(--muted); background: var(--card); color: var(--ink); border-radius: 6px; padding: 0.15rem 0.6rem; width: 13rem; max-width: 100%; }
.routes { padding-left: 1.1rem; font-size: 0.925rem; }
.routes li { margin-bottom: 0.3rem; }
summary { cursor: pointer; }
.why { margin: 0.4rem 0 0; padding-left: 1.1rem; color: var(--muted); font-size: 0.875rem; min-width: 16rem; }
.why b { color: var(--ink); font-weight: 600; }
.takes::marker { content: "\\2713\\00a0\\00a0"; color: var(--good); }
.refuses::marker { content: "\\2715\\00a0\\00a0"; }

.pool, .object { border-bottom: 1px solid var(--line); }
.pool > summary, .object > summary { padding: 0.65rem 0; }
.pool > summary span { color: var(--muted); margin-left: 0.75rem; font-size: 0.9rem; }
.pool[open] { padding-bottom: 1rem; }
.facts { display: grid; gap: 0.25rem; margin: 0.5rem 0 1rem; font-size: 0.9rem; max-width: 66rem; }
.facts div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 1rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.types { max-width: 52rem; }
.types td, .types th { padding-top: 0.25rem; padding-bottom: 0.25rem; }
.rest > summary { color: var(--link); font-size: 0.9rem; margin-bottom: 0.5rem; }

.slider { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem; margin: 1.25rem 0; max-width: 46rem; }
.slider p { margin: 0 0 0.5rem; display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: baseline; }
.slider label { color: var(--muted); font-size: 0.9rem; }
.slider select { border: 1px solid var(--muted); border-radius: 6px; background: var(--card); padding: 0.35rem 0.6rem; max-width: 100%; min-width: 0; text-overflow: ellipsis; }
.slider output { font-size: 1.75rem; font-weight: 600; line-height: 1; min-width: 4ch; }
.slider input { width: 100%; accent-color: var(--link); min-height: 1.75rem; margin: 0; }
.plan { border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: 1.25rem 1.5rem; margin: 0 0 1.5rem; }
.verdict-line { font-size: 1.25rem; font-weight: 650; letter-spacing: -0.01em; margin-bottom: 0.25rem; }
.plan ul { margin: 0 0 1rem; padding-left: 1.2rem; }
.sides { width: auto; min-width: min(34rem, 100%); }
.sides tbody th { font-weight: 400; color: var(--muted); }
.sides td { white-space: pre-line; min-width: 8rem; }
.sides:not(.fields) td, .sides:not(.fields) thead th + th, .sides:not(.fields) thead td + th { text-align: right; }
.sides tbody th[scope="rowgroup"] { color: var(--ink); font-weight: 600; padding-top: 1rem; border-bottom-color: transparent; }
.sides .differs .after { font-weight: 650; }
.sides .differs .before { color: var(--muted); }
.sides .same td { color: var(--muted); }
.fields { width: 100%; }
.fields th, .fields td { font-family: var(--mono); font-size: 0.8rem; overflow-wrap: anywhere; white-space: pre-wrap; min-width: 9rem; }
.fields thead th { font-family: inherit; }
.fields .before { background: var(--bad-bg); padding-left: 0.6rem; }
.fields .after { background: var(--good-bg); padding-left: 0.6rem; }
.plan .terms { list-style: none; padding: 0; margin: 0; display: grid; gap: 0.9rem; }
.terms p { margin: 0; font-size: 0.925rem; }
.terms .because { color: var(--muted); font-size: 0.85rem; }
.terms .num { margin: 0 0.35rem; font-weight: 600; }
.bar-track { position: relative; height: 6px; border-radius: 3px; background: var(--faint); margin: 0.3rem 0; max-width: 46rem; }
.bar-filled { height: 6px; border-radius: 3px; background: light-dark(#5f8f74, #5d9c78); }
.short .bar-filled { background: light-dark(#c4564e, #d4716a); }
.bar-mark { position: absolute; top: -4px; width: 2px; height: 14px; margin-left: -1px; background: var(--ink); }

.finding, .impact { border-left: 3px solid var(--line); padding: 0 0 0 1rem; margin: 0 0 1.5rem; }
.finding h3 { margin: 0 0 0.4rem; overflow-wrap: anywhere; }
.finding.error, .impact.security, .impact.disruptive { border-left-color: var(--bad); }
.finding.warning, .impact.notice { border-left-color: var(--warn); }
.impact p { margin-bottom: 0.25rem; }
.impact .why { padding: 0; margin: 0 0 0.25rem; font-size: 0.9rem; }
.objects { list-style: none; padding: 0; margin: 0; font-size: 0.9rem; }
.explain { max-width: 46rem; }
.explain > summary { color: var(--link); }
details > summary { margin-bottom: 0.25rem; }
footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--muted); font-size: 0.85rem; }

@media (max-width: 48rem) {
  .top, main, footer { padding-left: 1rem; padding-right: 1rem; }
  .top { padding-top: 1.25rem; }
  h1 { font-size: 1.4rem; }
  section { padding-top: 2rem; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1rem; }
  .figures dd { font-size: 1.4rem; }
  .map { grid-template-columns: minmax(0, 1fr); }
  .lines { display: none; }
  .narrow { position: static; width: auto; height: auto; clip-path: none; }
  .plan { padding: 1rem; }
  .facts div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: 0.35rem; }
  .tags legend { float: none; margin-bottom: 0.4rem; }
  .cards, .cards tbody, .cards tr, .cards th, .cards td { display: block; }
  .cards thead { display: flex; flex-wrap: wrap; gap: 0.35rem 1rem; margin-bottom: 0.5rem; }
  .cards thead tr { display: contents; }
  .cards thead th { border: 0; padding: 0; font-size: 0.85rem; }
  .cards tbody tr { border-bottom: 1px solid var(--line); padding: 0.6rem 0; }
  .cards tbody th, .cards tbody td { border: 0; padding: 0.1rem 0; text-align: left; white-space: normal; }
  .cards tbody td { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0.75rem; }
  .cards tbody td::before { content: attr(data-of); color: var(--muted); font-size: 0.85rem; }
  .cards tbody th { font-size: 1rem; }
  .cards .verdict { justify-self: start; }
  .why { min-width: 0; }
  .cards:not(#runner-table) thead { display: none; }
  .cards tbody td:empty { display: none; }
  .scroll .sides { min-width: 0; width: 100%; }
  .sides td { min-width: 0; padding-right: 0.5rem; }
  .sides th { padding-right: 0.5rem; }
  .scroll .types { min-width: 32rem; }
  .sides td, .sides th { overflow-wrap: anywhere; }
  .fields thead { display: none; }
  .fields, .fields tbody, .fields tr, .fields th, .fields td { display: block; min-width: 0; }
  .fields tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  .fields th, .fields td { border: 0; padding: 0.15rem 0.6rem; }
  .fields td::before { content: attr(data-of) ": "; font-family: system-ui, sans-serif; color: var(--muted); }
  .cards tbody .unfolded { padding-top: 0; }
  .cards tbody .unfolded td { display: block; }
  .cards tbody .unfolded td::before { content: none; }
}

@media print {
  :root { color-scheme: light !important; }
  body { font-size: 10pt; background: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2, h3, h4, summary { break-after: avoid; }
  th, td { padding-right: 0.5rem; }
  .num { white-space: normal; }
  .top, main, footer { max-width: none; padding: 0; }
  nav, .theme, .skip, .search, .lines, .more, .slider input, .tags [data-tag][aria-pressed="false"] { display: none; }
  .tags:not(:has([aria-pressed="true"])) { display: none; }
  .narrow { position: static; width: auto; height: auto; clip-path: none; }
  .map { gap: 1rem; }
  section, .node, .finding, .impact, tr { break-inside: avoid; }
  section { break-inside: auto; }
  .scroll { overflow: visible; }
  a { color: inherit; text-decoration: none; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
