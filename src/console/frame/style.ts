/** The style of the console. It works without any other file, from 320 pixels on. */
export const CONSOLE_STYLE = `:root { color-scheme: light dark; --ground: #f4f5f7; --card: #ffffff; --line: #d5dae2; --edge: #7b8494;
  --text: #1c2330; --soft: #565f6e; --accent: #2456c8; --fill: #2456c8; --on-fill: #ffffff; --good: #1f7a4d; --warn: #8a5100; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161d; --card: #1b212b; --line: #2c3441; --edge: #8b95a6; --text: #e9edf3; --soft: #a9b3c2;
    --accent: #8fb4ff; --fill: #8fb4ff; --on-fill: #0f1a33; --good: #6fd3a0; --warn: #f0b35a; --bad: #ff9c94; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; display: inline-block; padding: .5rem 1rem; }
header, main, footer { width: calc(100% - 1.5rem); max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; }
.brand { margin: 0; font-weight: 650; }
.brand img { display: inline-block; height: 1.75rem; max-width: 12rem; vertical-align: middle; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .35rem .7rem; border-radius: .5rem; text-decoration: none; }
nav a[aria-current] { background: var(--card); box-shadow: inset 0 0 0 1px var(--edge); color: var(--text); font-weight: 600; }
main { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1.5rem 1.25rem; }
main.narrow { max-width: 32rem; margin-top: 8vh; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 .75rem; font-size: 1.15rem; }
p { margin: 0 0 1rem; max-width: 48rem; }
a { color: var(--accent); }
.soft, footer { color: var(--soft); }
footer { font-size: .9rem; }
footer p { margin: 0; }
footer form { margin: 0; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.note { margin: 0 0 1.25rem; padding: .75rem 1rem; border: 1px solid var(--line); border-left: .3rem solid var(--accent); border-radius: .4rem; }
.note.bad { border-left-color: var(--bad); color: var(--text); } .note.good { border-left-color: var(--good); color: var(--text); }
.note.warn { border-left-color: var(--warn); color: var(--text); }
.note ul { margin: 0 0 .5rem; padding-left: 1.25rem; }
.note p:last-child, .note ul:last-child { margin-bottom: 0; }
.scroll { overflow-x: auto; margin: 0 0 1rem; border: 1px solid var(--line); border-radius: .5rem; }
table { width: 100%; border-collapse: collapse; }
caption { padding: .5rem .75rem; text-align: left; color: var(--soft); }
th, td { padding: .5rem .75rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; min-width: 5rem; }
thead th { border-top: 0; font-size: .85rem; color: var(--soft); white-space: nowrap; overflow-wrap: normal; }
th, td { overflow-wrap: break-word; }
tbody th > *, td > a, td > code, td > .text { display: inline-block; max-width: 22rem; }
#decisions td > * { display: block; width: max-content; max-width: 22rem; }
time { white-space: nowrap; }
dd ul { margin: 0; padding-left: 1.25rem; }
h3 { margin: 1rem 0 .5rem; font-size: 1rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .4rem 1.25rem; margin: 0 0 1rem; }
dt { color: var(--soft); } dd { margin: 0; unicode-bidi: plaintext; }
.text { unicode-bidi: plaintext; }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9rem; }
pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; }
form.fields { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; margin: 0 0 1.25rem; }
form.fields.long { align-items: start; }
form.fields > p, form.fields > div { margin: 0; flex: 1 1 13rem; min-width: 0; }
form.fields > .wide { flex-basis: 100%; }
form.fields > .submit { flex: 0 0 auto; }
label { display: block; margin-bottom: .2rem; font-weight: 550; }
.hint { margin: .2rem 0 0; font-size: .85rem; color: var(--soft); }
input, select, textarea { width: 100%; padding: .45rem .6rem; border: 1px solid var(--edge); border-radius: .45rem;
  background: var(--card); color: var(--text); font: inherit; }
textarea { min-height: 8rem; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9rem; }
button, .button { display: inline-block; padding: .45rem 1rem; border: 1px solid var(--accent); border-radius: .45rem;
  background: var(--fill); color: var(--on-fill); font: inherit; font-weight: 550; text-decoration: none; cursor: pointer; }
button.plain, .button.plain { background: none; color: var(--accent); }
button.danger { background: none; border-color: var(--bad); color: var(--bad); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 1rem 0; padding: 0; list-style: none; }
.actions form, .actions p { margin: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 34rem) {
  header, main, footer { width: 100%; padding-left: .9rem; padding-right: .9rem; }
  main { border-left: 0; border-right: 0; border-radius: 0; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; }
}
`
