import type { UserinfoMethod, UserinfoSettings } from '../../core/provider/token-inquiry.ts'
import { tokenPlacesOf } from '../compile/applications/token-places.ts'
import type { ProtectedRouteRuleAuthenticateUserinfo as Written } from '../resource/resource-specs.generated.ts'
import { createTokenFinder, type ShownToken, shortEnough, TTL_BOUNDS } from './shown-token.ts'
import type { Way } from './way.ts'

/** Tokens that the userinfo endpoint of a provider takes. */
export const userinfo: Way<Written, UserinfoSettings, ShownToken<UserinfoMethod>> = {
  scheme: 'Bearer',
  takesBearerTokens: true,
  caution:
    'The userinfo endpoint does not say whom a token was issued to or is for: every application that people of this IdentityProvider sign in to can use their tokens here. Take `introspection` or `bearer` with `audiences` where the provider offers it',
  read: ({ providerRef, from, maxBytes, cache }, { namespace, field, findings }) => ({
    provider: { namespace, ...providerRef, field: [...field, 'providerRef'] },
    ...tokenPlacesOf(from, [...field, 'from'], findings),
    settings: {
      maxBytes,
      ttlMs: findings.durationMs([...field, 'cache', 'ttl'], cache.ttl, TTL_BOUNDS),
    },
  }),
  words: ({ provider }) =>
    `a token, of whichever application, that the userinfo endpoint of ${provider.issuer} takes`,
  finder: (methods, rivals) => createTokenFinder(methods, rivals, false),
  verifier:
    ({ inquiry }) =>
    (credential, _methods, _request, budget) => {
      const able = shortEnough('userinfo', credential)
      return 'kind' in able ? able : inquiry.userinfo(credential.token, able, budget)
    },
}
