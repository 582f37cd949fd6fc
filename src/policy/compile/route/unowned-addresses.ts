import type { Rule } from '../../../core/policy/policy.ts'
import type { PlatformRequirement, Requirement } from '../../../core/policy/requirement.ts'
import type { Client } from '../../../core/registration/client.ts'
import type { Provider } from '../../../core/registration/provider.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'

/** A rule, who may sign in under it, and where its clauses are written. */
export interface Guarded {
  readonly rule: Pick<Rule, 'authenticate' | 'authorize'>
  /** What the platform requires besides. */
  readonly required: readonly PlatformRequirement[]
  readonly clients: readonly Client[]
  readonly field: FieldPath
}

const takesUnverified = (one: Requirement): boolean =>
  one.kind === 'any'
    ? one.clauses.some(takesUnverified)
    : one.kind === 'email_domains' && one.allowUnverified

/** A clause that says whose people are meant (Microsoft Entra ID). */
const namesTenant = (one: Requirement): boolean =>
  one.kind === 'claim' && one.path.join('.') === 'tid' && one.anyOf !== undefined

const takesAnyTenant = ({ tenants }: Provider): boolean => tenants?.includes('*') === true

const providersOf = ({ rule, clients }: Guarded): readonly Provider[] =>
  rule.authenticate.flatMap((method) => {
    if ('provider' in method) return [method.provider]
    return method.kind === 'session' ? clients.map(({ provider }) => provider) : []
  })

const ofPlatform = ({ required, field }: Guarded, open: Provider): readonly Finding[] =>
  required.flatMap(({ by, clause }): readonly Finding[] => {
    if (!takesUnverified(clause)) return []
    const message = `The platform (${by}) requires an e-mail address that nobody has verified, and IdentityProvider ${open.name} takes people of all tenants, each of which writes whatever address it likes: list the tenants, add a clause \`claim: tid\` with \`anyOf\`, or ask whoever runs Sallyport`
    return [{ field, message, reason: 'Invalid' }]
  })

const ofRule = (guarded: Guarded): readonly Finding[] => {
  const { authorize } = guarded.rule
  const all = [...guarded.required.map(({ clause }) => clause), ...authorize]
  if (all.some(namesTenant)) return []
  const open = providersOf(guarded).find(takesAnyTenant)
  if (open === undefined) return []
  const own = authorize.flatMap((one, index): readonly Finding[] => {
    if (!takesUnverified(one)) return []
    const message = `IdentityProvider ${open.name} takes people of all tenants, each of which writes whatever e-mail address it likes: remove \`allowUnverified\`, list the tenants, or add a clause \`claim: tid\` with \`anyOf\``
    return [{ field: [...guarded.field, index], message, reason: 'Invalid' }]
  })
  return [...ofPlatform(guarded, open), ...own]
}

/** Where an address that nobody has verified would be proof although anybody may write it. */
export const unownedAddresses = (rules: readonly Guarded[]): readonly Finding[] =>
  rules.flatMap(ofRule)
