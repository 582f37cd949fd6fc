import { withoutPlaces } from '../../core/identity/elsewhere.ts'
import type { Claims } from '../../core/identity/identity.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { rejected } from '../token/access-token-claims.ts'

const OF_A_TENANT = rejected(
  'token_issuer_mismatch',
  'The provider has many tenants, and its userinfo endpoint does not say whose the token is.',
)

/**
 * A userinfo answer says who, and neither for what nor until when. Its `sub` is there. Places of
 * claims that are elsewhere are left out.
 */
export const readUserinfo = (
  claims: Claims,
  { tenants, issuer }: Pick<Provider, 'tenants' | 'issuer'>,
): Verification =>
  tenants === undefined
    ? {
        kind: 'verified',
        bearer: 'access_token',
        issuer,
        subject: String(claims.sub),
        claims: withoutPlaces(claims),
        scopes: [],
      }
    : OF_A_TENANT
