/** Of reports and pages of cohorts: light and dark, and black on white in print, with pictures in their own colours. */
export const htmlStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #16181d; --quiet: #5a616e; --line: #d5d9e0; --soft: #f3f5f8;
  --serious: #b3261e; --caution: #8a5a00; --accent: #3349a8; }
@media (prefers-color-scheme: dark) { :root { --ground: #101114; --text: #e6e8ec; --quiet: #a0a7b4; --line: #32363e;
  --soft: #1a1c21; --serious: #ff8a80; --caution: #f0b95b; --accent: #9eadeb; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
p { margin: .5rem 0; }
a { color: var(--accent); }
.subject { font-size: 1.1rem; }
.quiet, .notice, figcaption, caption { color: var(--quiet); }
.notice { font-size: .875rem; }
.standing { padding: .5rem .75rem; border: 1px solid var(--line); border-left: 4px solid var(--caution); background: var(--soft); }
.standing.accepted { border-left-color: var(--accent); }
.standing.rejected { border-left-color: var(--serious); }
.warnings { list-style: none; margin: 1rem 0; padding: 0; }
.warnings li { margin: .4rem 0; padding: .4rem .75rem; border-left: 4px solid var(--line); background: var(--soft); }
.warnings .serious { border-left-color: var(--serious); }
.warnings .serious strong { color: var(--serious); }
.warnings .caution { border-left-color: var(--caution); }
.warnings .caution strong { color: var(--caution); }
dl { margin: .75rem 0; }
dl div { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: .75rem; padding: .15rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) { dl div { grid-template-columns: 1fr; gap: 0; padding: .3rem 0; } }
.headline div:first-child dd { font-size: 1.6rem; line-height: 1.2; font-weight: 600; }
.headline dd { font-weight: 600; }
figure { margin: 1rem 0; break-inside: avoid; }
img { display: block; max-width: 100%; height: auto; background: #000; }
figcaption { font-size: .875rem; padding-top: .25rem; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: .875rem; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; font-size: .875rem; }
.number { text-align: right; padding-right: .9rem; white-space: nowrap; }
tr { break-inside: avoid; }
.each-page { display: none; }
@page { size: A4; margin: 15mm 15mm 18mm; }
@media print {
  :root { color-scheme: light; --ground: #fff; --text: #000; --quiet: #444; --line: #bbb; --soft: #fff; --serious: #a00; --caution: #6a4500; --accent: #000; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0 0 10mm; }
  h2 { break-after: avoid; }
  img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .each-page { display: block; position: fixed; bottom: 0; left: 0; right: 0; font-size: 7.5pt; color: #444; background: #fff; }
}
`;
