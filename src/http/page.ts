import type { Deny, Header, Way } from '../core/decision.ts'
import type { Presentation } from '../core/ports.ts'
import { type ReasonKind, reasonEntry } from '../core/reason.ts'
import { headingOf } from './heading.ts'
import { PAGE_POLICY, PAGE_STYLE } from './page-style.ts'

const HEADERS: readonly Header[] = [
  ['content-type', 'text/html; charset=utf-8'],
  ['content-security-policy', PAGE_POLICY],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

/** How a page feels: one word for its style, one drawing on a 24 by 24 grid. */
interface Mood {
  readonly tone: 'good' | 'plain' | 'warn'
  readonly drawing: string
}

const TICK = '<circle cx="12" cy="12" r="9"/><path d="M8 12.5l2.8 2.8L16.2 9.5"/>'
const LOCK = '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>'
const BAR = '<circle cx="12" cy="12" r="9"/><path d="M8 12h8"/>'
const NOTICE = '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.4v.1"/>'
const CLOCK = '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>'

const MOODS: Readonly<Record<ReasonKind, Mood>> = {
  allow: { tone: 'good', drawing: TICK },
  login: { tone: 'plain', drawing: LOCK },
  redirect: { tone: 'plain', drawing: CLOCK },
  page: { tone: 'good', drawing: TICK },
  challenge: { tone: 'plain', drawing: LOCK },
  forbid: { tone: 'warn', drawing: BAR },
  reject: { tone: 'warn', drawing: NOTICE },
  unavailable: { tone: 'warn', drawing: CLOCK },
}

/**
 * A link leads to this host or to a web page. Anything else (`javascript:`, `//host`) is left out.
 */
const isSafe = (way: Way): boolean => /^(?:https?:\/\/|\/(?![/\\]))/i.test(way.href)

const link = (way: Way): string =>
  `<li><a href="${escapeHtml(way.href)}">${escapeHtml(way.label)}</a></li>`

/**
 * The page once more: an empty reference keeps the address, and what is in its query, out of it.
 */
const AGAIN = '<li><a href="">Try again</a></li>'

const isWorthTryingAgain = ({ headers }: Deny): boolean =>
  headers.some(([name]) => name === 'retry-after')

const isChoice = ({ reason }: Deny): boolean => reason === 'provider_choice_required'

const nav = (deny: Deny): string => {
  const links = deny.ways.filter(isSafe).map(link)
  if (isWorthTryingAgain(deny)) links.push(AGAIN)
  const label = isChoice(deny) ? 'Ways to sign in' : 'What you can do'
  return links.length === 0 ? '' : `<nav aria-label="${label}"><ul>${links.join('')}</ul></nav>`
}

/**
 * A denial as a page for a person: what happened, what to do, and in small print what to tell
 * whoever helps. No script; everything that is not a constant is escaped.
 */
export const renderPage = (deny: Deny, requestId: string): Presentation => {
  const { kind, message } = reasonEntry(deny.reason)
  const { tone, drawing } = MOODS[kind]
  const heading = escapeHtml(headingOf(deny.reason))
  return {
    headers: HEADERS,
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${heading}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main class="${isChoice(deny) ? `${tone} choice` : tone}">
<svg viewBox="0 0 24 24" aria-hidden="true">${drawing}</svg>
<h1>${heading}</h1>
<p>${escapeHtml(message)}</p>
${nav(deny)}
<footer>
<dl><dt>Reason</dt><dd>${escapeHtml(deny.reason)}</dd><dt>Request</dt><dd>${escapeHtml(requestId)}</dd></dl>
</footer>
</main>
</body>
</html>
`,
  }
}
