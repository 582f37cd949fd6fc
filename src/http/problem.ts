import type { Deny, Header } from '../core/decision/decision.ts'
import type { Presentation } from '../core/decision/presentation.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import { headingOf, headings } from './language/heading.ts'

const NOSNIFF: Header = ['x-content-type-options', 'nosniff']
const HEADERS: readonly Header[] = [['content-type', 'application/problem+json'], NOSNIFF]
const JSON_HEADERS: readonly Header[] = [['content-type', 'application/json'], NOSNIFF]

const isSaid = (text: string | undefined): boolean => text !== undefined

/**
 * A denial as a problem document (RFC 9457). `type` is a tag URI (RFC 4151), as section 3.1.1
 * allows where nothing is to be fetched: stable, ours, and independent of where the documentation
 * lives. `reason` repeats its last part for programs.
 */
export const renderProblem = (deny: Deny, requestId: string): Presentation => ({
  headers: HEADERS,
  body: JSON.stringify({
    type: `tag:sallyport.dev,2026:reason:${deny.reason}`,
    title: headings[headingOf(deny.reason)],
    status: deny.status,
    detail: [reasonEntry(deny.reason).message, deny.howTo].filter(isSaid).join(' '),
    reason: deny.reason,
    requestId,
    ...deny.members,
  }),
})

/** An answer to a script that is no problem: its members and nothing else. */
export const renderJson = ({ members = {} }: Pick<Deny, 'members'>): Presentation => ({
  headers: JSON_HEADERS,
  body: JSON.stringify(members),
})
