import type { Claims } from '../../core/identity/identity.ts'
import {
  ANY_TENANT,
  issuerOfTenant,
  type Provider,
  TENANT_PLACE,
} from '../../core/registration/provider.ts'
import { issuerDifference } from '../provider/issuer.ts'

/** A tenant is named by an id; what could be read as more of a URL is none. */
const TENANT = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/

type Issuers = Pick<Provider, 'issuer' | 'tenants' | 'additionalIssuers'>

/**
 * Whether ID tokens, logout tokens and answers with these claims come from a provider: `iss` is its
 * issuer byte for byte (R23), with the tenant that the token names (`tid`) where it has many, and
 * that tenant is among those that are let in.
 */
export const isIssuer = ({ issuer, tenants }: Issuers, { iss, tid }: Claims): boolean => {
  if (tenants === undefined) return iss === issuer
  if (typeof tid !== 'string' || !TENANT.test(tid)) return false
  const isLetIn = tenants.includes(tid) || tenants.includes(ANY_TENANT)
  return isLetIn && iss === issuerOfTenant({ issuer }, tid)
}

/** Why claims are not of a provider, as a sentence. */
export const whyOtherIssuer = ({ issuer, tenants }: Issuers, { iss, tid }: Claims): string =>
  tenants === undefined || (typeof tid === 'string' && tenants.includes(tid))
    ? `Its iss claim ${issuerDifference(issuer, iss)}.`
    : 'Its iss and tid claims name no tenant of `tenants` of the IdentityProvider.'

/** The same for access tokens, which some providers issue under further names. */
export const isAccessTokenIssuer = (provider: Issuers, claims: Claims): boolean =>
  isIssuer(provider, claims) ||
  (typeof claims.iss === 'string' && provider.additionalIssuers?.includes(claims.iss) === true)

/**
 * Whether an `iss` that comes without a token (RFC 9207) may be that of a provider; the tenant is
 * checked with the ID token.
 */
export const mayBeIssuer = ({ issuer, tenants }: Issuers, iss: string): boolean => {
  if (tenants === undefined) return iss === issuer
  const [before = '', after = ''] = issuer.split(TENANT_PLACE)
  const isAround = iss.startsWith(before) && iss.endsWith(after)
  return isAround && TENANT.test(iss.slice(before.length, iss.length - after.length))
}
