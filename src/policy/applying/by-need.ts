import { asksContext } from '../../core/policy/needs-identity.ts'
import type { Rule } from '../../core/policy/policy.ts'
import type { Requirement } from '../../core/policy/requirement.ts'

/** What a clause has to look at; each of them at what is before it, too. */
export type Need = 'identity' | 'request'

/** The clauses of a rule in the order in which they are asked. */
export type ByNeed = Readonly<Record<Need, readonly Requirement[]>> & {
  /** Whether some of `request`, the last of them, ask how and when the caller authenticated. */
  readonly asksContext: boolean
}

/** What one clause has to look at. */
const needOf = (requirement: Requirement): Need => {
  switch (requirement.kind) {
    case 'scopes':
    case 'claim':
    case 'email_domains':
      return 'identity'
    case 'source_addresses':
    case 'authentication_context':
      return 'request'
    case 'cel':
      return requirement.expression.looksAt
    case 'platform':
      return needOf(requirement.clause)
    case 'any':
      return requirement.clauses.some((one) => needOf(one) === 'request') ? 'request' : 'identity'
  }
}

const known = new WeakMap<readonly Requirement[], ByNeed>()

/**
 * The clauses of a rule by what they look at, told apart once: what the identity alone decides is
 * decided once for each identity, and the rest at every check. What another authentication would
 * mend comes last, so that it is all that is missing when it does not hold; its age is of the
 * clock.
 */
export const byNeed = ({ authorize }: Pick<Rule, 'authorize'>): ByNeed => {
  const before = known.get(authorize)
  if (before !== undefined) return before
  const ofRequest = authorize.filter((one) => needOf(one) === 'request')
  const last = ofRequest.filter(asksContext)
  const made: ByNeed = {
    identity: authorize.filter((one) => needOf(one) === 'identity'),
    request: [...ofRequest.filter((one) => !asksContext(one)), ...last],
    asksContext: last.length > 0,
  }
  known.set(authorize, made)
  return made
}
