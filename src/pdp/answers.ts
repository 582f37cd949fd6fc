import type { Ruling } from '../core/decision-points.ts'
import type { Claims, Json } from '../core/identity/identity.ts'
import type { DecisionPoint } from '../core/policy/decision-point.ts'
import { memberOf, said } from './said.ts'

const PERMITTED: Ruling = { kind: 'permitted' }

const because = (what: string, reason: string | undefined): Ruling => ({
  kind: 'denied',
  detail: reason === undefined ? `${what}.` : `${what}: ${said(reason)}`,
})

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The first text of a Reason Field: an object of texts by language. */
const firstOf = (field: Json | undefined): string | undefined => {
  if (typeof field !== 'object' || field === null || Array.isArray(field)) return undefined
  return Object.values(field)
    .map(textOf)
    .find((text) => text !== undefined)
}

/**
 * Why, as far as a context says so: its `reason_admin` and `reason_user` (Authorization API 1.0,
 * Reason Object), or a plain `reason`, which several products send.
 */
const reasonIn = (context: Json | undefined): string | undefined =>
  firstOf(memberOf(context, 'reason_admin')) ??
  textOf(memberOf(context, 'reason')) ??
  firstOf(memberOf(context, 'reason_user'))

const DENIED = 'The decision point said false'

const readAuthzen = (answer: Claims): Ruling | undefined => {
  const decision = memberOf(answer, 'decision')
  if (decision === true) return PERMITTED
  return decision === false ? because(DENIED, reasonIn(memberOf(answer, 'context'))) : undefined
}

const UNDEFINED =
  'The decision point answered without a result: the rule is undefined for these facts, or there is none at that path, which looks the same'

const readObject = (result: Json): Ruling | undefined => {
  const allow = memberOf(result, 'allow')
  if (allow === true) return PERMITTED
  if (allow === undefined) return because('The result of the rule has no `allow`', undefined)
  return allow === false ? because(DENIED, textOf(memberOf(result, 'reason'))) : undefined
}

const readOpa = (answer: Claims): Ruling | undefined => {
  const result = memberOf(answer, 'result')
  if (result === undefined) return because(UNDEFINED, undefined)
  if (result === true) return PERMITTED
  if (result === false) return because(DENIED, undefined)
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result)
  return isObject ? readObject(result) : undefined
}

/**
 * What an answer of status 200 means. Nothing but the boolean `true`, in its one place, permits:
 * `decision` for AuthZEN; for OPA the `result`, or its `allow` where that is an object. `undefined`
 * for an answer that is none.
 */
export const readAnswer = (
  protocol: DecisionPoint['protocol'],
  answer: Claims,
): Ruling | undefined => (protocol === 'authzen' ? readAuthzen(answer) : readOpa(answer))

/** What an answer of another status says for itself; empty if that is nothing. */
export const complaintIn = (answer: Claims | undefined): string => {
  const [first] = [memberOf(answer, 'errors')].flat()
  const parts = [
    memberOf(answer, 'code'),
    memberOf(answer, 'message'),
    memberOf(first, 'code'),
    memberOf(first, 'message'),
  ].flatMap((part) => textOf(part) ?? [])
  return parts.length === 0 ? '' : `: ${said(parts.join(': '))}`
}
