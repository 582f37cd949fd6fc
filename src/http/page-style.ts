import { createHash } from 'node:crypto'
import type { Framing } from '../core/decision/decision.ts'

/**
 * The style of every page. Its hash is in the policy of the page, so a browser applies this text
 * and no other.
 */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #ffffff; --line: #e2e5ea; --text: #1c2330;
  --soft: #5c6675; --accent: #2456c8; --on-accent: #ffffff; --good: #1f7a4d; --warn: #9a5b00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161d; --card: #1b212b; --line: #2c3441; --text: #e9edf3; --soft: #a3adbc;
    --accent: #8fb4ff; --on-accent: #0f1a33; --good: #6fd3a0; --warn: #f0b35a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { width: 100%; max-width: 27rem; padding: 2.25rem 2.25rem 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(0 0 0 / .07); }
svg { display: block; width: 2.5rem; height: 2.5rem; margin: 0 0 1.1rem -.2rem; fill: none; stroke: var(--accent);
  stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.good svg { stroke: var(--good); }
.warn svg { stroke: var(--warn); }
h1 { margin: 0 0 .5rem; font-size: 1.45rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; }
p { margin: 0; color: var(--soft); text-wrap: balance; }
ul { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.6rem 0 0; padding: 0; list-style: none; }
a { display: inline-block; padding: .55rem 1.1rem; border: 1px solid var(--line); border-radius: 9px; color: var(--accent);
  font-weight: 550; text-decoration: none; }
a:hover { border-color: var(--accent); }
button { display: inline-block; margin-top: 1.6rem; padding: .55rem 1.1rem; border: 1px solid var(--accent); border-radius: 9px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 550; cursor: pointer; }
button:hover { filter: brightness(1.08); }
a:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
li:first-child a { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
li:first-child a:hover { filter: brightness(1.08); }
.choice ul { flex-direction: column; }
.choice a { width: 100%; padding: .75rem 1.1rem; text-align: center; overflow-wrap: anywhere; }
.choice li:first-child a { background: none; border-color: var(--line); color: var(--accent); }
.choice li:first-child a:hover { border-color: var(--accent); filter: none; }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .8rem; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .75rem; margin: 0; }
dd { margin: 0; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media (max-width: 26rem) { main { padding: 1.5rem 1.25rem 1.1rem; } li, a, button { width: 100%; text-align: center; } }
`

/** The directive that lets a page use this style and no other. */
export const styleSource = (): string =>
  `style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`

const ancestorsOf = (framing: Framing | undefined): string => {
  if (framing === undefined) return "'none'"
  return framing === 'anybody' ? '*' : ["'self'", ...framing].join(' ')
}

/**
 * No script, no form, nothing fetched, only this style, and no frame but those that are allowed
 * (Content Security Policy Level 3).
 */
export const pagePolicy = (framing?: Framing): string =>
  [
    "default-src 'none'",
    styleSource(),
    `frame-ancestors ${ancestorsOf(framing)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
