import type { Present } from '../core/decision/presentation.ts'
import type { Request } from '../core/request/request.ts'
import { parseAccept } from './accept.ts'
import { renderConsentPage } from './consent-page.ts'
import type { Look, PageSetting } from './look.ts'
import { renderOnwardPage } from './onward-page.ts'
import { renderPage } from './page.ts'
import { renderJson, renderProblem } from './problem.ts'
import { renderReloadPage } from './reload-page.ts'
import { renderResendPage } from './resend-page.ts'

/**
 * What a browser shows as a page of its own; everything else is loaded by a page or a program
 * (Fetch Metadata).
 */
const PAGES: ReadonlySet<string> = new Set(['document', 'iframe', 'frame'])

const isNavigation = (header: Request['header']): boolean =>
  PAGES.has(header('sec-fetch-dest') ?? '') || header('sec-fetch-mode') === 'navigate'

/** Whether an `accept` header wants HTML no less than JSON, and says so by name. */
type Wish = 'page' | 'page if it is shown' | 'document'

const readWish = (accept: string | undefined): Wish => {
  const preference = parseAccept(accept)
  const html = preference('text/html')
  const json = Math.max(
    preference('application/problem+json').quality,
    preference('application/json').quality,
  )
  if (html.quality === 0 || html.quality < json) return 'document'
  return html.named ? 'page' : 'page if it is shown'
}

/** Browsers send the same few. When there are too many, all are forgotten. */
const MOST_WISHES = 256
const LONGEST_ACCEPT = 512
const wishes = new Map<string | undefined, Wish>()

const wishOf = (accept: string | undefined): Wish => {
  const known = wishes.get(accept)
  if (known !== undefined) return known
  const wish = readWish(accept)
  if ((accept ?? '').length > LONGEST_ACCEPT) return wish
  if (wishes.size >= MOST_WISHES) wishes.clear()
  wishes.set(accept, wish)
  return wish
}

const wantsPage = (header: Request['header']): boolean => {
  if (header('x-requested-with') !== undefined) return false
  const wish = wishOf(header('accept'))
  return wish === 'page' || (wish === 'page if it is shown' && isNavigation(header))
}

/** What denials are presented with. */
export interface PresentDeps {
  /** How pages look now. */
  readonly look: () => Look
}

/**
 * A page for a person, a problem document (RFC 9457) for a program. A page goes to who names HTML
 * in `accept` and wants it no less than JSON, and to navigations that take anything; scripts that
 * say so (`X-Requested-With`) and callers without a preference, as curl is one, get the document. A
 * page that goes on by itself, with a form or without, or to itself, or that asks a person
 * something, is one in any case: it is for a browser. What is for scripts is a document in any
 * case. Pages speak the language of whoever reads them; documents are English, as programs and
 * those who write them read them.
 */
export const createPresent =
  ({ look }: PresentDeps): Present =>
  (deny, { requestId, header }) => {
    const setting = (): PageSetting => {
      const current = look()
      return { look: current, language: current.languages(header('accept-language')), requestId }
    }
    const { resend, onward, consent, reload, reason, content } = deny
    if (resend !== undefined) return renderResendPage({ resend, reason }, setting())
    if (onward !== undefined) return renderOnwardPage({ ...deny, onward }, setting())
    if (consent !== undefined) return renderConsentPage({ consent, reason }, setting())
    if (reload !== undefined) return renderReloadPage(deny, setting())
    if (content === 'json') return renderJson(deny)
    if (content === 'problem' || !wantsPage(header)) return renderProblem(deny, requestId)
    return renderPage(deny, setting())
  }
