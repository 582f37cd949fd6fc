import type {
  AuthenticateMethod,
  BearerMethod,
  CredentialMethod,
  Rule,
} from '../../../core/policy/policy.ts'
import type { Finding } from '../object/findings.ts'

const TENANT_PLACE = '{tenantid}'
const ANY_TENANT = '*'

/**
 * The methods that know for whom a token is. What any application got for itself is good for
 * `userinfo`, so that nobody is sent for it.
 */
const takesTokensFor = (method: AuthenticateMethod): method is BearerMethod | CredentialMethod =>
  method.kind === 'bearer' || (method.kind === 'credential' && method.way === 'introspection')

const providersOf = ({ authenticate }: Pick<Rule, 'authenticate'>) =>
  authenticate.filter(takesTokensFor).map(({ provider }) => provider)

/** Who issues the tokens that a rule takes: of many tenants, those that are named. */
export const issuersOf = (rule: Pick<Rule, 'authenticate'>): readonly string[] =>
  providersOf(rule).flatMap(({ issuer, tenants }) =>
    tenants === undefined
      ? [issuer]
      : tenants
          .filter((tenant) => tenant !== ANY_TENANT)
          .map((tenant) => issuer.replace(TENANT_PLACE, tenant)),
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
