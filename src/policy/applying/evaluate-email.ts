import type { Access } from '../../core/decision/decision.ts'
import type { Identity } from '../../core/identity/identity.ts'
import { asciiLower } from '../../core/policy/ascii-case.ts'
import type { EmailDomainsRequirement } from '../../core/policy/requirement.ts'

/** What follows the only `@` of an address, of which something goes before it. */
const domainOf = (email: string): string | undefined => {
  const at = email.indexOf('@')
  return at < 1 || email.includes('@', at + 1) ? undefined : asciiLower(email.slice(at + 1))
}

/** Below a domain is what has a label of its own before it. */
const isIn = (domain: string, named: string): boolean =>
  named.startsWith('*.')
    ? domain.length > named.length - 1 && domain.endsWith(named.slice(1))
    : domain === named

/** Some providers send the boolean as a text. */
const isVerified = (value: unknown): boolean => value === true || value === 'true'

const problemOf = (
  { domains, allowUnverified }: EmailDomainsRequirement,
  { claims: { email, email_verified: verified } }: Identity,
): string | undefined => {
  if (email === undefined || email === null) return 'The claim email is absent.'
  if (typeof email !== 'string') return 'The claim email is no text.'
  const domain = domainOf(email)
  if (domain === undefined) return 'The claim email is no address with one @.'
  if (!domains.some((named) => isIn(domain, named))) {
    return `The domain of the claim email is none of ${domains.join(', ')}.`
  }
  if (allowUnverified || isVerified(verified)) return undefined
  return verified === undefined || verified === null
    ? 'The claim email_verified is absent: where the provider lets nobody choose an address, set `allowUnverified`.'
    : 'The claim email_verified is not true: the provider has not verified the address.'
}

/** What a clause about the domain of the e-mail address makes of an identity. */
export const evaluateEmailDomains = (
  requirement: EmailDomainsRequirement,
  identity: Identity,
): Access => {
  const detail = problemOf(requirement, identity)
  return detail === undefined
    ? { kind: 'permitted' }
    : { kind: 'clause_refused', reason: 'email_domain_mismatch', detail }
}
