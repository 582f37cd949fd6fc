import type { Match } from '../core/policy/match.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import { matches } from '../policy/applying/classify.ts'
import { matchParts } from './words/match-words.ts'

/** How the rule of a request was chosen: the first that matches. */
export interface RuleChoice {
  /** What of the rule's `match` holds; empty for the settings of the route itself. */
  readonly by: readonly string[]
  /** The rules before it, each with what they want and the request is not. */
  readonly passedOver: readonly { readonly rule: string; readonly wants: readonly string[] }[]
}

/** What a match wants and the request is not; empty if it matches. */
const lackingIn = (match: Match, request: Request): readonly string[] =>
  matchParts(match).flatMap(([part, wants]) =>
    matches(part, request, request.path.canonical) ? [] : [wants],
  )

const matchedBy = ({ matches: all }: Rule, request: Request): readonly string[] => {
  const found = all.find((match) => lackingIn(match, request).length === 0)
  return found === undefined ? [] : matchParts(found).map(([, wants]) => wants)
}

/** Says it with the function that chooses. */
export const ruleChoice = (policy: Policy, rule: Rule, request: Request): RuleChoice => {
  const at = policy.rules.indexOf(rule)
  const before = at < 0 ? policy.rules : policy.rules.slice(0, at)
  return {
    by: matchedBy(rule, request),
    passedOver: before.map((other) => ({
      rule: other.name,
      wants: other.matches.map((match) => lackingIn(match, request).join(' and ')),
    })),
  }
}
