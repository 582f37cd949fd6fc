import type { Client, Policy, Requirement, Rule } from '../../../core/policy/policy.ts'

/** A claim that a header or a rule names. */
export interface WantedClaim {
  /** Its names, joined by dots. */
  readonly name: string
  /** One name per level. */
  readonly path: readonly string[]
}

/** The claims that are wanted of the sessions of each client, by its name. */
export type WantedClaims = ReadonlyMap<string, readonly WantedClaim[]>

/** Every upstream gets it in `x-auth-email`; who requests the scope expects it. */
const EMAIL: WantedClaim = { name: 'email', path: ['email'] }

const wanted = (path: readonly string[]): WantedClaim => ({ name: path.join('.'), path })

/** A rule that asks for values, or that it is there, wants a claim; one that forbids does not. */
const ofRequirement = (one: Requirement): readonly WantedClaim[] => {
  if (one.kind !== 'claim') return []
  const asks = one.exists === true || one.anyOf !== undefined || one.allOf !== undefined
  return asks ? [wanted(one.path)] : []
}

const ofRule = ({ authenticate, authorize, upstream }: Rule): readonly WantedClaim[] =>
  authenticate.some(({ kind }) => kind === 'session')
    ? [...authorize.flatMap(ofRequirement), ...upstream.headers.map(({ path }) => wanted(path))]
    : []

const ofPolicy = ({ rules, fallback }: Policy): readonly WantedClaim[] =>
  [...rules, fallback].filter((rule) => !rule.public).flatMap(ofRule)

const ofClient = ({ scopes }: Client): readonly WantedClaim[] =>
  scopes.includes('email') ? [EMAIL] : []

/** What the routes want of their clients; each claim once. */
export const wantedClaims = (policies: readonly Policy[]): WantedClaims => {
  const pairs = policies.flatMap((policy) => {
    const claims = ofPolicy(policy)
    return policy.clients.map((client) => [client.name, [...ofClient(client), ...claims]] as const)
  })
  const byClient = Map.groupBy(pairs, ([name]) => name)
  return new Map(
    [...byClient].map(([name, of]) => {
      const claims = of.flatMap(([, some]) => some)
      return [name, [...new Map(claims.map((claim) => [claim.name, claim])).values()]] as const
    }),
  )
}
