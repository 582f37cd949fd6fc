import { createHash } from 'node:crypto'
import type { Accent } from './color.ts'

const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #ffffff; --line: #e2e5ea; --text: #1c2330;
  --soft: #5c6675; --accent: #2456c8; --fill: #2456c8; --on-fill: #ffffff; --good: #1f7a4d; --warn: #9a5b00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161d; --card: #1b212b; --line: #2c3441; --text: #e9edf3; --soft: #a3adbc;
    --accent: #8fb4ff; --fill: #8fb4ff; --on-fill: #0f1a33; --good: #6fd3a0; --warn: #f0b35a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { width: 100%; max-width: 27rem; padding: 2.25rem 2.25rem 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(0 0 0 / .07); }
svg { display: block; width: 2.5rem; height: 2.5rem; margin-block: 0 1.1rem; margin-inline: -.2rem 0; fill: none; stroke: var(--accent);
  stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.good svg { stroke: var(--good); }
.warn svg { stroke: var(--warn); }
.brand { margin: 0 0 1.75rem; color: var(--text); font-weight: 600; }
.brand img { display: block; width: auto; height: auto; max-width: min(100%, 14rem); max-height: 4rem; }
h1 { margin: 0 0 .5rem; font-size: 1.45rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; }
h1, p, a, button { overflow-wrap: anywhere; }
p { margin: 0; color: var(--soft); text-wrap: balance; }
p + p:not(.help) { margin-top: .6rem; }
ul { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.6rem 0 0; padding: 0; list-style: none; }
a { display: inline-block; padding: .55rem 1.1rem; border: 1px solid var(--line); border-radius: 9px; color: var(--accent);
  font-weight: 550; text-decoration: none; }
a:hover { border-color: var(--accent); }
button { display: inline-block; margin-top: 1.6rem; padding: .55rem 1.1rem; border: 1px solid var(--accent); border-radius: 9px;
  background: var(--fill); color: var(--on-fill); font: inherit; font-weight: 550; cursor: pointer; }
button:hover { filter: brightness(1.08); }
a:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
li:first-child a { background: var(--fill); border-color: var(--accent); color: var(--on-fill); }
li:first-child a:hover { filter: brightness(1.08); }
.choice ul { flex-direction: column; }
.choice a { width: 100%; padding: .75rem 1.1rem; text-align: center; overflow-wrap: anywhere; }
.choice li:first-child a { background: none; border-color: var(--line); color: var(--accent); }
.choice li:first-child a:hover { border-color: var(--accent); filter: none; }
form + form button { margin-top: .75rem; border-color: var(--line); background: none; color: var(--accent); }
.asked { margin-top: 1.4rem; }
.asked dd { font-family: inherit; }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .8rem; color: var(--soft); }
.help { margin: 0 0 .6rem; }
footer a { padding: .25rem 0; border: 0; text-decoration: underline; text-underline-offset: .15em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .75rem; margin: 0; }
dd { margin: 0; unicode-bidi: plaintext; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media (max-width: 26rem) {
  main { padding: 1.5rem 1.25rem 1.1rem; }
  li, li a, button { width: 100%; text-align: center; }
}
`

/** The style of every page, and the directive that lets a page use it and no other. */
export interface PageStyle {
  readonly text: string
  readonly source: string
}

const colors = ({ accent, fill, onFill }: Accent['light']): string =>
  `:root { --accent: ${accent}; --fill: ${fill}; --on-fill: ${onFill}; }`

const accented = ({ light, dark }: Accent): string =>
  `${colors(light)}\n@media (prefers-color-scheme: dark) { ${colors(dark)} }\n`

/** The style with an accent colour, or with that of Sallyport. */
export const createPageStyle = (accent: Accent | undefined): PageStyle => {
  const text = accent === undefined ? PAGE_STYLE : PAGE_STYLE + accented(accent)
  const hash = createHash('sha256').update(text).digest('base64')
  return { text, source: `style-src 'sha256-${hash}'` }
}
