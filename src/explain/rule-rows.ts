import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Row } from './explanation-rows.ts'
import { requirementWords } from './words/clause-words.ts'
import { decisionPointWords } from './words/decision-point-words.ts'
import { matchParts } from './words/match-words.ts'
import { sharingWords } from './words/sharing-words.ts'
import { metadataWords, upstreamWords } from './words/upstream-words.ts'
import { acceptedWords } from './words/way-words.ts'

/** A rule of a policy, in words. */
export interface RuleInWords {
  readonly name: string
  readonly rows: readonly Row[]
}

const ANYTHING = 'whatever no rule before it matches'

const matchLines = ({ matches }: Rule): readonly string[] => {
  const lines = matches.map((match) =>
    matchParts(match)
      .map(([, wants]) => wants)
      .join(' and '),
  )
  return lines.length === 0 ? [ANYTHING] : lines.map((line) => line || 'any request')
}

const row = (label: string, lines: readonly string[]): readonly Row[] =>
  lines.length === 0 ? [] : [[label, ...lines]]

const publicRows = (rule: Rule): readonly Row[] => [
  ['Accepts', 'anybody, without an identity'],
  ...row('Requires', rule.authorize.map(requirementWords)),
  ...row('Other origins', sharingWords(rule)),
]

const protectedRows = (policy: Policy, rule: Rule): readonly Row[] => [
  ...row('Accepts', acceptedWords(policy, rule)),
  ...row('Requires', rule.authorize.map(requirementWords)),
  ...row('Asks last', decisionPointWords(rule, true)),
  ...row('Upstream gets', upstreamWords(rule.upstream, rule.exchange)),
  ...row('Envoy is told', metadataWords(rule)),
  ...row('Other origins', sharingWords(rule)),
]

const inWords = (policy: Policy, rule: Rule): RuleInWords => ({
  name: rule.name,
  rows: [
    ['Matches', ...matchLines(rule)],
    ...(rule.public ? publicRows(rule) : protectedRows(policy, rule)),
  ],
})

/** The rules of a policy in the order in which they are tried; what the route says is last. */
export const rulesInWords = (policy: Policy): readonly RuleInWords[] =>
  [...policy.rules, policy.fallback].map((rule) => inWords(policy, rule))
