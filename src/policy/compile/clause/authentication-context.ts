import { asksContext } from '../../../core/policy/needs-identity.ts'
import type {
  AuthenticationContextRequirement,
  Requirement,
} from '../../../core/policy/requirement.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthorizeAuthenticationContext } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

/** From ten seconds, which clocks can tell, to a month. */
const AGES = { leastMs: 10_000, mostMs: 30 * 24 * 3_600_000 }

const FORM = /^[!-~]+$/

/** Whole seconds: a `max_age` has no fraction (OpenID Connect Core 1.0 section 3.1.2.1). */
const ageOf = (written: string, field: FieldPath, findings: Findings): number => {
  const ms = findings.durationMs(field, written, AGES)
  if (ms % 1_000 === 0) return ms
  const message = `The duration ${JSON.stringify(written)} has a part of a second, and providers are asked for whole ones: round it`
  findings.add(field, message)
  return 0
}

const contextsOf = (
  written: readonly string[],
  field: FieldPath,
  findings: Findings,
): readonly string[] => {
  if (written.length === 0) findings.add(field, 'The list names no authentication context: add one')
  for (const [at, one] of written.entries()) {
    if (FORM.test(one)) continue
    const message = `The text ${JSON.stringify(one)} is not one authentication context: printable ASCII without spaces, as in "urn:example:mfa"`
    findings.add([...field, at], message)
  }
  return [...written]
}

/** A clause about how and when the caller authenticated. */
export const authenticationContextOf = (
  { acrValues, maxAge }: ProtectedRouteRuleAuthorizeAuthenticationContext,
  field: FieldPath,
  findings: Findings,
): AuthenticationContextRequirement => {
  if (acrValues === undefined && maxAge === undefined) {
    findings.add(field, 'Nothing is asked of the authentication: add `acrValues` or `maxAge`')
  }
  return {
    kind: 'authentication_context',
    ...(acrValues === undefined
      ? {}
      : { acrValues: contextsOf(acrValues, [...field, 'acrValues'], findings) }),
    ...(maxAge === undefined ? {} : { maxAgeMs: ageOf(maxAge, [...field, 'maxAge'], findings) }),
  }
}

/** The contexts that a clause by itself insists on; alternatives leave a choice. */
const insistedOn = (one: Requirement): readonly string[] | undefined => {
  if (one.kind === 'platform') return insistedOn(one.clause)
  return one.kind === 'authentication_context' ? one.acrValues : undefined
}

/** Why nobody could ever fulfil what these clauses ask of an authentication; a sentence each. */
const contradictionIn = (clauses: readonly Requirement[]): string | undefined => {
  const lists = clauses.flatMap((one) => {
    const values = insistedOn(one)
    return values === undefined ? [] : [values]
  })
  const [first = [], ...others] = lists
  if (others.length === 0) return undefined
  if (first.some((one) => others.every((list) => list.includes(one)))) return undefined
  const all = lists.map((list) => list.join(', ')).join('; ')
  return `No authentication context is in every list of \`acrValues\` that is asked for here (${all}), and an authentication has one: list one that all of them have`
}

/** A rule, as far as its clauses ask something of an authentication. */
export interface AskingContext {
  readonly authorize: readonly Requirement[]
  /** Whether it takes a credential that an authentication stands behind: a session, or a token. */
  readonly takesAuthenticated: boolean
}

/** Refuses what no authentication could fulfil, and rules that take nothing that tells of one. */
export const checkAuthenticationContexts = (
  { authorize, takesAuthenticated }: AskingContext,
  field: FieldPath,
  findings: Findings,
): void => {
  const asking = authorize.findIndex(asksContext)
  if (asking < 0) return
  if (!takesAuthenticated) {
    const message =
      'The rule takes neither sessions nor tokens, and nothing else tells how somebody authenticated: take `session` or `bearer`, or remove the clause'
    findings.add([...field, asking, 'authenticationContext'], message)
  }
  const contradiction = contradictionIn(authorize)
  if (contradiction !== undefined) findings.add(field, contradiction)
}
