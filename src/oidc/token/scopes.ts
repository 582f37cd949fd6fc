import type { Claims, Json } from '../../core/identity/identity.ts'
import type { Client } from '../../core/registration/client.ts'

/** The scopes of a space-separated list (RFC 6749 section 3.3), without duplicates. */
export const splitScopes = (text: string): readonly string[] => [
  ...new Set(text.split(' ').filter((scope) => scope !== '')),
]

const listed = (value: Json | undefined): readonly string[] => {
  if (typeof value === 'string') return splitScopes(value)
  if (!Array.isArray(value)) return []
  return splitScopes(value.filter((scope) => typeof scope === 'string').join(' '))
}

/**
 * The scopes of an access token: `scope` (RFC 9068 section 2.2.3), else `scp`, as text or as a
 * list.
 */
export const scopesOf = (claims: Claims): readonly string[] => listed(claims.scope ?? claims.scp)

/**
 * What a client asks for. Without `openid` there would be no ID token (OpenID Connect Core 1.0
 * section 3.1.2.1).
 */
export const scopesToRequest = ({ scopes }: Pick<Client, 'scopes'>): readonly string[] =>
  scopes.includes('openid') ? scopes : ['openid', ...scopes]
