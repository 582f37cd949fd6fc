import { createHash } from 'node:crypto'
import type { Deny } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import { framePage, pageHeaders } from './page-frame.ts'
import { pagePolicy } from './page-style.ts'

const CLOCK = '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>'

/** A page that is shown by a reload has had its turn, whatever cookies the browser keeps. */
const SCRIPT = `const [shown]=performance.getEntriesByType('navigation')
if(shown?.type!=='reload')location.reload()`

const SCRIPT_SOURCE = `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`

/** A page that asks for itself once more; where scripts do not run, by itself all the same. */
export const renderReloadPage = (
  { reason, framing }: Pick<Deny, 'reason' | 'framing'>,
  requestId: string,
): Presentation => ({
  headers: pageHeaders(`${pagePolicy(framing)}; ${SCRIPT_SOURCE}`),
  body: framePage({
    mood: { tone: 'plain', drawing: CLOCK },
    heading: 'One moment',
    message: reasonEntry(reason).message,
    content: `<nav aria-label="What you can do"><ul><li><a href="">Try again</a></li></ul></nav>
<noscript><meta http-equiv="refresh" content="0"></noscript>
<script>${SCRIPT}</script>`,
    reason,
    requestId,
  }),
})
