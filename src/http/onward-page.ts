import { createHash } from 'node:crypto'
import type { Deny } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import { headingOf } from './heading.ts'
import { escapeHtml, framePage, pageHeaders } from './page-frame.ts'
import { pagePolicy } from './page-style.ts'

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
  requestId: string,
): Presentation => {
  const href = escapeHtml(onward)
  return {
    headers: pageHeaders(`${pagePolicy(framing)}; ${SCRIPT_SOURCE}`),
    body: framePage({
      mood: { tone: 'plain', drawing: CLOCK },
      heading: headingOf(reason),
      message: reasonEntry(reason).message,
      content: `<nav aria-label="What you can do"><ul><li><a href="${href}" data-onward>Continue</a></li></ul></nav>
<noscript><meta http-equiv="refresh" content="0; url=${href}"></noscript>
<script>${SCRIPT}</script>`,
      reason,
      requestId,
    }),
  }
}
