import type { Consent, Deny } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import type { Phrase } from '../core/wording/phrase.ts'
import { headingOf } from './language/heading.ts'
import type { Look, PageSetting } from './look.ts'
import { escapeHtml, framePage, pageHeaders, saying } from './page-frame.ts'
import { ownSources } from './page-policy.ts'

const KEY = '<circle cx="8" cy="14" r="4"/><path d="M11 11l8-8M15.5 6.5l3 3M13 9l2 2"/>'

/** No script and no frame; the answers go to this host and nowhere else. */
const policyOf = (look: Look): string =>
  [...ownSources(look), "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"].join(
    '; ',
  )

/** With no referrer at all, browsers say nothing of where an answer comes from. */
const REFERRER = 'same-origin'

const whoAsks = (setting: PageSetting, { name, documentHost: host }: Consent): string => {
  if (host === undefined) {
    const said: Phrase =
      name === undefined ? 'program_without_name' : { key: 'program_called', values: { name } }
    return saying(setting, said)
  }
  return name === undefined
    ? escapeHtml(host)
    : saying(setting, { key: 'program_of', values: { name, host } })
}

const row = (setting: PageSetting, title: Phrase, html: string): string =>
  `<dt>${saying(setting, title)}</dt><dd>${html}</dd>`

const rows = (setting: PageSetting, consent: Consent): string => {
  const { resource, scopes, goesTo } = consent
  const place = goesTo === undefined ? saying(setting, 'this_computer') : escapeHtml(goesTo)
  return [
    row(setting, 'who_asks', whoAsks(setting, consent)),
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
