import type { DecisionPoint } from '../../core/policy/decision-point.ts'
import type { Rule } from '../../core/policy/policy.ts'

const PROTOCOLS = { authzen: 'AuthZEN', opa: 'OPA' } as const

const toldTo = ({ claims, headers, sendsAccessToken }: DecisionPoint): string =>
  [
    'sub',
    'iss',
    ...claims.map(({ name }) => name),
    ...headers.map((name) => `header ${name}`),
    ...(sendsAccessToken ? ['the access token'] : []),
  ].join(', ')

const remembered = ({ rememberMs }: DecisionPoint): string =>
  rememberMs === 0 ? 'asked about every request' : `remembered for ${rememberMs / 1_000} s`

/** Whom a rule asks last, as something that it requires; nothing for one that asks nobody. */
export const decisionPointWords = (
  { decisionPoint: point }: Pick<Rule, 'decisionPoint'>,
  isLive: boolean,
): readonly string[] => {
  if (point === undefined) return []
  const asked = isLive ? '' : '; not asked here, and taken to permit: `explain --live` asks it'
  const told = `told ${toldTo(point)}, method, host and path`
  return [
    `${PROTOCOLS[point.protocol]} at ${point.url} permits it (${told}; ${remembered(point)}${asked})`,
  ]
}
