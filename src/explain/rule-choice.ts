import type { HeaderMatch, Match, PathMatch } from '../core/policy/match.ts'
import type { Policy, Rule } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import { matches } from '../policy/applying/classify.ts'
import { words } from './words/clause-words.ts'

/** How the rule of a request was chosen: the first that matches. */
export interface RuleChoice {
  /** What of the rule's `match` holds; empty for the settings of the route itself. */
  readonly by: readonly string[]
  /** The rules before it, each with what they want and the request is not. */
  readonly passedOver: readonly { readonly rule: string; readonly wants: readonly string[] }[]
}

const pathWords = (path: PathMatch): string => {
  switch (path.kind) {
    case 'exact':
      return `the path ${path.path}`
    case 'prefix':
      return path.path === '/' ? 'any path' : `a path of ${path.path} and below`
    case 'pattern':
      return `a path that matches ${path.source}`
  }
}

const headerWords = (header: HeaderMatch): string =>
  header.kind === 'value'
    ? `the header ${header.name} with ${JSON.stringify(header.value)}`
    : `a header ${header.name} that matches ${header.source}`

/** One part of a match, by itself, with what it wants. */
type Part = readonly [part: Match, wants: string]

const partsOf = ({ path, methods, headers, sourceAddresses }: Match): readonly Part[] => [
  ...(path === undefined ? [] : [[{ path }, pathWords(path)] as const]),
  ...(methods === undefined
    ? []
    : [[{ methods }, `the method ${[...methods].join(' or ')}`] as const]),
  ...(headers ?? []).map((header): Part => [{ headers: [header] }, headerWords(header)]),
  ...(sourceAddresses === undefined
    ? []
    : [
        [
          { sourceAddresses },
          `a connection from ${words(sourceAddresses.map(({ written }) => written))}`,
        ] as const,
      ]),
]

/** What a match wants and the request is not; empty if it matches. */
const lackingIn = (match: Match, request: Request): readonly string[] =>
  partsOf(match).flatMap(([part, wants]) =>
    matches(part, request, request.path.canonical) ? [] : [wants],
  )

const matchedBy = ({ matches: all }: Rule, request: Request): readonly string[] => {
  const found = all.find((match) => lackingIn(match, request).length === 0)
  return found === undefined ? [] : partsOf(found).map(([, wants]) => wants)
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
