import type { Rule } from '../../../core/policy/policy.ts'
import { ANY_TENANT, issuerOfTenant } from '../../../core/registration/provider.ts'
import type { Finding } from '../object/findings.ts'

/** A method as it was read, or compiled. */
type Named = { readonly kind: string; readonly way?: string }

/**
 * Whether a method takes tokens that say for whom they are. What any application got for itself is
 * good for `userinfo`, so that nobody is sent for it.
 */
export const takesTokensFor = ({ kind, way }: Named): boolean =>
  kind === 'bearer' || (kind === 'credential' && way === 'introspection')

const providersOf = ({ authenticate }: Pick<Rule, 'authenticate'>) =>
  authenticate.flatMap((method) =>
    'provider' in method && takesTokensFor(method) ? [method.provider] : [],
  )

/** Who issues the tokens that a rule takes: of many tenants, those that are named. */
export const issuersOf = (rule: Pick<Rule, 'authenticate'>): readonly string[] =>
  providersOf(rule).flatMap((provider) =>
    provider.tenants === undefined
      ? [provider.issuer]
      : provider.tenants
          .filter((tenant) => tenant !== ANY_TENANT)
          .map((tenant) => issuerOfTenant(provider, tenant)),
  )

/** Clients are told an issuer, and where any tenant will do there is none. */
export const tenantFindings = (
  rules: readonly Pick<Rule, 'authenticate'>[],
): readonly Finding[] => {
  const open = rules.flatMap(providersOf).find(({ tenants }) => tenants?.includes(ANY_TENANT))
  if (open === undefined) return []
  const message = `Tokens of every tenant are taken, so that no issuer tells clients where to sign in: name in \`tenants\` of IdentityProvider ${open.name} those that may`
  return [{ field: ['spec', 'protectedResource'], message, reason: 'Invalid' }]
}
