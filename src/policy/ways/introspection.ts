import type { CredentialMethod } from '../../core/policy/policy.ts'
import type {
  IntrospectionMethod,
  IntrospectionSettings,
} from '../../core/provider/token-inquiry.ts'
import { askedProofOf } from '../compile/applications/asked-proof.ts'
import { tokenPlacesOf } from '../compile/applications/token-places.ts'
import type { ProtectedRouteRuleAuthenticateIntrospection as Written } from '../resource/resource-specs.generated.ts'
import { createTokenFinder, type ShownToken, shortEnough, TTL_BOUNDS } from './shown-token.ts'
import type { Way } from './way.ts'

type Method = CredentialMethod<IntrospectionSettings>

/** A member is not compiled without its client: nobody could be asked then. */
const withClients = (methods: readonly Method[]): readonly IntrospectionMethod[] =>
  methods.flatMap((method) => {
    const { client } = method
    return client === undefined ? [] : [{ ...method, client }]
  })

/** Tokens that their provider is asked about (RFC 7662): opaque ones and JWTs. */
export const introspection: Way<Written, IntrospectionSettings, ShownToken<IntrospectionMethod>> = {
  scheme: 'Bearer',
  takesBearerTokens: true,
  takesBoundTokens: true,
  read: (written, { namespace, field, findings }) => {
    const { clientRef, providerRef, audiences = [], audienceClaim = 'aud', from } = written
    const { signed, maxBytes, cache } = written
    const provider =
      providerRef === undefined
        ? {}
        : { provider: { namespace, ...providerRef, field: [...field, 'providerRef'] } }
    const ttlMs = findings.durationMs([...field, 'cache', 'ttl'], cache.ttl, TTL_BOUNDS)
    return {
      ...provider,
      client: { namespace, ...clientRef, field: [...field, 'clientRef'] },
      ...tokenPlacesOf(from, [...field, 'from'], findings),
      ...askedProofOf(written, field, findings),
      settings: { audiences: [...audiences], audienceClaim, signed, maxBytes, ttlMs },
    }
  },
  words: ({ provider, client, settings }) =>
    `a token that ${provider.issuer} vouches for when it is asked as OIDCClient ${client?.name}, for ${settings.audiences.join(', ')}`,
  forAudiences: (method, audiences) => ({
    ...method,
    settings: { ...method.settings, audiences: [...method.settings.audiences, ...audiences] },
  }),
  finder: (methods, rivals) => createTokenFinder(withClients(methods), rivals, true),
  verifier:
    ({ inquiry }) =>
    (credential, _methods, _request, budget) => {
      const able = shortEnough('introspection', credential)
      return 'kind' in able ? able : inquiry.introspect(credential.token, able, budget)
    },
}
