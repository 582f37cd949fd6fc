import { createHash } from 'node:crypto'
import type { Deny } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import type { PageSetting } from './look.ts'
import { framePage, pageHeaders, saying } from './page-frame.ts'
import { pagePolicy } from './page-policy.ts'

const CLOCK = '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>'

/** A page that is shown by a reload has had its turn, whatever cookies the browser keeps. */
const SCRIPT = `const [shown]=performance.getEntriesByType('navigation')
if(shown?.type!=='reload')location.reload()`

const SCRIPT_SOURCE = `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`

/** A page that asks for itself once more; where scripts do not run, by itself all the same. */
export const renderReloadPage = (
  { reason, framing }: Pick<Deny, 'reason' | 'framing'>,
  setting: PageSetting,
): Presentation => ({
  headers: pageHeaders(setting, `${pagePolicy(setting.look, framing)}; ${SCRIPT_SOURCE}`),
  body: framePage(
    {
      mood: { tone: 'plain', drawing: CLOCK },
      heading: setting.language.heading('one_moment'),
      message: setting.language.message(reason),
      content: `<nav aria-label="${saying(setting, 'what_you_can_do')}"><ul><li><a href="">${saying(setting, 'try_again')}</a></li></ul></nav>
<noscript><meta http-equiv="refresh" content="0"></noscript>
<script>${SCRIPT}</script>`,
      reason,
    },
    setting,
  ),
})
