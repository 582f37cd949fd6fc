import type { Deny, Way } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import type { ReasonKind } from '../core/reason/reason-entry.ts'
import { escapeHtml } from './brand/markup.ts'
import { headingOf } from './language/heading.ts'
import type { PageSetting } from './look.ts'
import { framePage, type Mood, pageHeaders, saying } from './page-frame.ts'
import { pagePolicy } from './page-policy.ts'

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

const link = (way: Way, setting: PageSetting): string =>
  `<li><a href="${escapeHtml(way.href)}"${way.target === 'top' ? ' target="_top"' : ''}>${saying(setting, way.label)}</a></li>`

/**
 * The page once more: an empty reference keeps the address, and what is in its query, out of it.
 */
const again = (setting: PageSetting): string =>
  `<li><a href="">${saying(setting, 'try_again')}</a></li>`

const isWorthTryingAgain = ({ headers }: Deny): boolean =>
  headers.some(([name]) => name === 'retry-after')

const navAttributes = ({ reason }: Deny, setting: PageSetting): string =>
  reason === 'provider_choice_required'
    ? `class="choice" aria-label="${saying(setting, 'ways_to_sign_in')}"`
    : `aria-label="${saying(setting, 'what_you_can_do')}"`

const nav = (deny: Deny, setting: PageSetting): string => {
  const links = deny.ways.filter(isSafe).map((way) => link(way, setting))
  if (links.length === 0 && isWorthTryingAgain(deny)) links.push(again(setting))
  if (links.length === 0) return ''
  return `<nav ${navAttributes(deny, setting)}><ul>${links.join('')}</ul></nav>`
}

const facts = ({ facts: said = [] }: Deny, setting: PageSetting): string =>
  said.map((one) => `<p>${saying(setting, one)}</p>`).join('')

/**
 * A denial as a page for a person: what happened, what to do, and in small print what to tell
 * whoever helps. No script; everything that is not a constant is escaped.
 */
export const renderPage = (deny: Deny, setting: PageSetting): Presentation => {
  const { reason } = deny
  const { look, language } = setting
  return {
    headers: pageHeaders(setting, pagePolicy(look, deny.framing)),
    body: framePage(
      {
        mood: MOODS[reasonEntry(reason).kind],
        heading: language.heading(headingOf(reason)),
        message: language.message(reason),
        content: `${facts(deny, setting)}${nav(deny, setting)}`,
        reason,
      },
      setting,
    ),
  }
}
