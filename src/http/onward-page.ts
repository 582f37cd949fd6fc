import { createHash } from 'node:crypto'
import type { Deny } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import { escapeHtml } from './brand/markup.ts'
import { headingOf } from './language/heading.ts'
import type { PageSetting } from './look.ts'
import { framePage, pageHeaders, saying } from './page-frame.ts'
import { pagePolicy } from './page-policy.ts'

const CLOCK = '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>'

/** A fragment is nothing but the end of an address: it is added to one, and never read. */
const SCRIPT = "location.replace(document.querySelector('a[data-onward]').href + location.hash)"

const SCRIPT_SOURCE = `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`

/**
 * A page that goes on by itself and takes the fragment of its address along, as a redirect would.
 * Where scripts do not run it goes on without the fragment, and there is a link.
 */
export const renderOnwardPage = (
  { onward, reason, framing }: Pick<Deny, 'reason' | 'framing'> & Required<Pick<Deny, 'onward'>>,
  setting: PageSetting,
): Presentation => {
  const href = escapeHtml(onward)
  const { look, language } = setting
  return {
    headers: pageHeaders(setting, `${pagePolicy(look, framing)}; ${SCRIPT_SOURCE}`),
    body: framePage(
      {
        mood: { tone: 'plain', drawing: CLOCK },
        heading: language.heading(headingOf(reason)),
        message: language.message(reason),
        content: `<nav aria-label="${saying(setting, 'what_you_can_do')}"><ul><li><a href="${href}" data-onward>${saying(setting, 'continue')}</a></li></ul></nav>
<noscript><meta http-equiv="refresh" content="0; url=${href}"></noscript>
<script>${SCRIPT}</script>`,
        reason,
      },
      setting,
    ),
  }
}
