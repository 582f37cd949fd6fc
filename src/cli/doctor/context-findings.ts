import { partOf } from '../../core/policy/part.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { Requirement } from '../../core/policy/requirement.ts'
import { listed } from '../../oidc/inspection/offers.ts'
import type { RouteFinding } from './report.ts'

/** What the metadata of a provider say of contexts; `undefined`: nothing. */
export type ContextsOf = (provider: string) => readonly string[] | undefined

const contextsIn = (one: Requirement): readonly string[] => {
  switch (one.kind) {
    case 'authentication_context':
      return one.acrValues ?? []
    case 'platform':
      return contextsIn(one.clause)
    case 'any':
      return one.clauses.flatMap(contextsIn)
    default:
      return []
  }
}

const takesSessions = ({ authenticate }: Rule): boolean =>
  authenticate.some(({ kind }) => kind === 'session')

/** Keycloak, told by its issuers, takes contexts of a client as well, and lists its realm's. */
const mayMapByClient = (issuer: string): boolean => /\/realms\/[^/]+\/?$/.test(issuer)

const ofRule = (policy: Policy, rule: Rule, contextsOf: ContextsOf): readonly RouteFinding[] => {
  const asked = [...new Set(rule.authorize.flatMap(contextsIn))]
  if (asked.length === 0 || !takesSessions(rule)) return []
  const providers = new Set(partOf(policy, rule).clients.map(({ provider }) => provider))
  return [...providers].flatMap(({ name, issuer }): readonly RouteFinding[] => {
    const offered = contextsOf(name)
    if (offered === undefined) return []
    const missing = asked.filter((one) => !offered.includes(one))
    if (missing.length === 0) {
      const message = `IdentityProvider ${name} offers every authentication context that rule ${rule.name} asks for.`
      return [{ check: 'step-up', state: 'well', message }]
    }
    const asks = `Rule ${rule.name} asks for the authentication context ${missing.join(', ')}, and acr_values_supported of IdentityProvider ${name} has ${listed(offered)}`
    if (mayMapByClient(issuer)) {
      const message = `${asks}: well if Keycloak maps it for the client alone (its Advanced settings, ACR to LoA Mapping), which metadata do not tell; otherwise map it there, or a step-up ends in 403 step_up_refused.`
      return [{ check: 'step-up', state: 'unknown', message }]
    }
    const message = `${asks}: have the provider offer it, or ask for one of those, or a step-up ends in 403 step_up_refused.`
    return [{ check: 'step-up', state: 'warning', message }]
  })
}

/** The contexts that rules ask sessions for, held against what the providers say they offer. */
export const contextFindings = (
  policy: Policy | undefined,
  contextsOf: ContextsOf,
): readonly RouteFinding[] =>
  policy === undefined
    ? []
    : [...policy.rules, policy.fallback].flatMap((rule) => ofRule(policy, rule, contextsOf))
