import { claimAt } from '../core/decision/told-value.ts'
import type { Identity, Json } from '../core/identity/identity.ts'
import type { Rule } from '../core/policy/policy.ts'
import type { CelRequirement, Requirement } from '../core/policy/requirement.ts'
import type { Asked } from '../core/request/asked.ts'
import { byNeed } from '../policy/applying/by-need.ts'
import { evaluate } from '../policy/applying/evaluate.ts'
import { shownValue } from './words/printable.ts'

/** What became of one clause, and what it looked at. */
export interface ClauseVerdict {
  readonly clause: string
  readonly holds: boolean
  /** Each as `name: value`, the value in JSON and of bounded length. */
  readonly saw: readonly string[]
  /** Set on the one that the answer is given for. */
  readonly decides?: true
}

type Seen = readonly (readonly [name: string, value: Json | undefined])[]

/** The claims that an expression cannot do without, and what it came to. */
const lookedAtBy = ({ expression }: CelRequirement, identity: Identity, asked: Asked): Seen => {
  const outcome = expression.evaluate(identity, asked)
  return [
    ...expression.claims.map((path) => [path.join('.'), claimAt(identity.claims, path)] as const),
    ['the expression', outcome.kind === 'value' ? outcome.value : outcome.detail],
  ]
}

/** What a clause looks at, by name. */
const lookedAt = (requirement: Requirement, identity: Identity, asked: Asked): Seen => {
  switch (requirement.kind) {
    case 'scopes':
      return [['scopes', identity.scopes]]
    case 'claim':
      return [[requirement.written, claimAt(identity.claims, requirement.path)]]
    case 'email_domains':
      return ['email', 'email_verified'].map((name) => [name, claimAt(identity.claims, [name])])
    case 'source_addresses':
      return [['source address', asked.request.address]]
    case 'authentication_context':
      return ['acr', 'auth_time'].map((name) => [name, claimAt(identity.claims, [name])])
    case 'cel':
      return lookedAtBy(requirement, identity, asked)
    case 'platform':
      return lookedAt(requirement.clause, identity, asked)
    case 'any':
      return requirement.clauses.flatMap((clause) => lookedAt(clause, identity, asked))
  }
}

/** What was looked at twice is said once. */
const seenBy = (requirement: Requirement, identity: Identity, asked: Asked) => [
  ...new Set(
    lookedAt(requirement, identity, asked).map(([name, value]) => `${name}: ${shownValue(value)}`),
  ),
]

const inOrder = (rule: Rule): readonly Requirement[] => {
  const { identity, request } = byNeed(rule)
  return [...identity, ...request]
}

/** Every clause of a rule by itself, in the order in which they are asked. */
export const clauseVerdicts = (
  rule: Rule,
  identity: Identity,
  asked: Asked,
  wordsOf: (requirement: Requirement) => string,
): readonly ClauseVerdict[] => {
  const verdicts = inOrder(rule).map((requirement) => ({
    clause: wordsOf(requirement),
    holds: evaluate([requirement], identity, asked).kind === 'permitted',
    saw: seenBy(requirement, identity, asked),
  }))
  const first = verdicts.findIndex(({ holds }) => !holds)
  return verdicts.map((verdict, at) => (at === first ? { ...verdict, decides: true } : verdict))
}
