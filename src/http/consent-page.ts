import type { Consent, Deny } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import type { Phrase } from '../core/wording/phrase.ts'
import { escapeHtml } from './brand/markup.ts'
import { headingOf } from './language/heading.ts'
import type { Look, PageSetting } from './look.ts'
import { framePage, pageHeaders, saying } from './page-frame.ts'
import { ownSources } from './page-policy.ts'

const KEY = '<circle cx="8" cy="14" r="4"/><path d="M11 11l8-8M15.5 6.5l3 3M13 9l2 2"/>'

/** No script and no frame; the answers go to this host and nowhere else. */
const policyOf = (look: Look): string =>
  [...ownSources(look), "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"].join(
    '; ',
  )

/** With no referrer at all, browsers say nothing of where an answer comes from. */
const REFERRER = 'same-origin'

const row = (setting: PageSetting, title: Phrase, html: string): string =>
  `<dt>${saying(setting, title)}</dt><dd>${html}</dd>`

/** What a program says of itself: its name, and that nobody has verified it. */
const aProgram = ({ name }: Consent): Phrase =>
  name === undefined ? 'program_without_name' : { key: 'program_called', values: { name } }

/** A host stands alone: no name is next to it that could pass for one. */
const whoAsks = (setting: PageSetting, consent: Consent): readonly string[] => {
  const { name, documentHost, claimedHost } = consent
  if (documentHost === undefined) {
    return [
      row(setting, 'who_asks', saying(setting, aProgram(consent))),
      claimedHost === undefined ? '' : row(setting, 'says_it_is_of', escapeHtml(claimedHost)),
    ]
  }
  return [
    row(setting, 'who_asks', escapeHtml(documentHost)),
    name === undefined ? '' : row(setting, 'calls_itself', escapeHtml(name)),
  ]
}

const rows = (setting: PageSetting, consent: Consent): string => {
  const { resource, scopes, goesTo } = consent
  const place = goesTo === undefined ? saying(setting, 'this_computer') : escapeHtml(goesTo)
  return [
    ...whoAsks(setting, consent),
    row(setting, 'what_for', escapeHtml(resource)),
    scopes.length === 0 ? '' : row(setting, 'what_it_may_do', escapeHtml(scopes.join(', '))),
    row(setting, 'answer_goes_to', place),
  ].join('')
}

const button = (setting: PageSetting, action: string, label: Phrase): string =>
  `<form method="post" action="${escapeHtml(action)}"><button type="submit">${saying(setting, label)}</button></form>`

/**
 * A page that asks a person whether a program may act for them: by two forms without a field, so
 * that no body is needed. Everything that a program says of itself is text.
 */
export const renderConsentPage = (
  { consent, reason }: Pick<Deny, 'reason'> & Required<Pick<Deny, 'consent'>>,
  setting: PageSetting,
): Presentation => ({
  headers: pageHeaders(setting, policyOf(setting.look), REFERRER),
  body: framePage(
    {
      mood: { tone: 'warn', drawing: KEY },
      heading: setting.language.heading(headingOf(reason)),
      message: setting.language.say('only_if_you_started'),
      content: `<dl class="asked">${rows(setting, consent)}</dl>
${button(setting, consent.allow, 'allow')}
${button(setting, consent.deny, 'cancel')}`,
      reason,
    },
    setting,
  ),
})
