import type { Identity } from '../identity/identity.ts'
import type { Rule } from '../policy/policy.ts'
import { isToldByRequest } from '../policy/upstream.ts'
import type { Asked } from '../request/asked.ts'
import type { Header } from './decision.ts'
import { isShort, sumOf } from './header-room.ts'
import { valueHeader } from './identity-headers.ts'
import type { Prepared } from './prepared.ts'

/**
 * The same with the headers whose values follow from the request as well. Where an expression fails
 * there is no header: what the caller sent under that name is taken off all the same, and the log
 * names it among those that were left out.
 */
export const withAsked = (
  before: Prepared,
  { upstream }: Pick<Rule, 'upstream'>,
  identity: Identity,
  asked: Asked,
): Prepared => {
  const headers: Header[] = []
  const failed: string[] = []
  for (const header of upstream.headers) {
    if (header.told.kind !== 'expression' || !isToldByRequest(header)) continue
    const outcome = header.told.expression.evaluate(identity, asked)
    if (outcome.kind === 'failed') failed.push(header.name)
    else headers.push(...valueHeader(header.name, outcome.value, header))
  }
  const names = new Set(headers.map(([name]) => name))
  const bytes = headers.every(isShort) ? sumOf(headers) : Number.POSITIVE_INFINITY
  const { about } = before
  return {
    ...before,
    setHeaders: [...before.setHeaders, ...headers],
    removeHeaders: before.removeHeaders.filter((name) => !names.has(name)),
    about: failed.length === 0 ? about : { ...about, leftOut: failed },
    bytes: before.bytes + bytes,
    asked: headers,
  }
}
