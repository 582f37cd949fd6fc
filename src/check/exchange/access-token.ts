import type { Identity } from '../../core/identity/identity.ts'
import type { Request } from '../../core/request/request.ts'
import { bearerOf } from '../../policy/ways/bearer.ts'
import { dpopTokenOf } from '../../policy/ways/presented-token.ts'

/**
 * The access token that an identity was found by, or that its session holds. An ID token is none,
 * whatever it was taken for.
 */
export const accessTokenOf = (
  request: Request,
  { via, accessToken, bearer, scheme }: Identity,
): string | undefined => {
  if (bearer === 'id_token') return undefined
  if (via === 'session' || accessToken !== undefined) return accessToken
  const token = scheme === undefined ? bearerOf(request) : dpopTokenOf(request)
  return token === 'malformed' ? undefined : token
}
