import type { Deny, Way } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import type { ReasonKind } from '../core/reason/reason-entry.ts'
import { headingOf } from './heading.ts'
import { escapeHtml, framePage, type Mood, pageHeaders } from './page-frame.ts'
import { pagePolicy } from './page-style.ts'

const HEADERS = pageHeaders(pagePolicy())

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
  `<li><a href="${escapeHtml(way.href)}"${way.target === 'top' ? ' target="_top"' : ''}>${escapeHtml(way.label)}</a></li>`

/**
 * The page once more: an empty reference keeps the address, and what is in its query, out of it.
 */
const AGAIN = '<li><a href="">Try again</a></li>'

const isWorthTryingAgain = ({ headers }: Deny): boolean =>
  headers.some(([name]) => name === 'retry-after')

const navAttributes = ({ reason }: Deny): string =>
  reason === 'provider_choice_required'
    ? 'class="choice" aria-label="Ways to sign in"'
    : 'aria-label="What you can do"'

const nav = (deny: Deny): string => {
  const links = deny.ways.filter(isSafe).map(link)
  if (links.length === 0 && isWorthTryingAgain(deny)) links.push(AGAIN)
  return links.length === 0 ? '' : `<nav ${navAttributes(deny)}><ul>${links.join('')}</ul></nav>`
}

const facts = ({ facts: said = [] }: Deny): string =>
  said.map((one) => `<p>${escapeHtml(one)}</p>`).join('')

/**
 * A denial as a page for a person: what happened, what to do, and in small print what to tell
 * whoever helps. No script; everything that is not a constant is escaped.
 */
export const renderPage = (deny: Deny, requestId: string): Presentation => {
  const { kind, message } = reasonEntry(deny.reason)
  const { reason } = deny
  const content = `${facts(deny)}${nav(deny)}`
  return {
    headers: deny.framing === undefined ? HEADERS : pageHeaders(pagePolicy(deny.framing)),
    body: framePage({
      mood: MOODS[kind],
      heading: headingOf(reason),
      message,
      content,
      reason,
      requestId,
    }),
  }
}
