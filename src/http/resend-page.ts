import { createHash } from 'node:crypto'
import type { Deny } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import type { FormField } from '../core/request/form.ts'
import { escapeHtml } from './brand/markup.ts'
import type { Look, PageSetting } from './look.ts'
import { framePage, pageHeaders, saying } from './page-frame.ts'
import { ownSources } from './page-policy.ts'

const CLOCK = '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>'

/** By the button, so that a field named `submit` is in nobody's way. */
const SCRIPT = "document.querySelector('button[data-send]').click()"

/**
 * One script, known by its hash. Where the form leads to may redirect to another site, which a
 * `form-action` of this host would keep the browser from following.
 */
const policyOf = (look: Look): string =>
  [
    ...ownSources(look),
    `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

/** The upstream sees a form of its own origin, and no code in the referrer. */
const REFERRER = 'strict-origin'

const hidden = ([name, value]: FormField): string =>
  `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`

/**
 * A page that sends a form once more: by itself, and by a button where scripts do not run. The
 * browser does not keep it, so that going back sends nothing again.
 */
export const renderResendPage = (
  { resend: { form, url }, reason }: Pick<Deny, 'reason'> & Required<Pick<Deny, 'resend'>>,
  setting: PageSetting,
): Presentation => ({
  headers: pageHeaders(setting, policyOf(setting.look), REFERRER),
  body: framePage(
    {
      mood: { tone: 'plain', drawing: CLOCK },
      heading: setting.language.heading('sending_form'),
      message: setting.language.say('form_goes_on'),
      content: `<form method="post" action="${escapeHtml(url)}" accept-charset="utf-8">
${form.fields.map(hidden).join('\n')}
<button type="submit" data-send>${saying(setting, 'send_now')}</button>
</form>
<script>${SCRIPT}</script>`,
      reason,
    },
    setting,
  ),
})
