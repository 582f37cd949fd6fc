import type { ProtectedRouteRuleAuthenticateClientCredentials as Written } from '../resource/resource-specs.generated.ts'
import { basicOf, type NameAndSecret } from './basic.ts'
import { createGranted, type GrantSettings } from './granted.ts'
import type { Way } from './way.ts'

/** What the member says. */
export interface ClientCredentialsSettings extends GrantSettings {
  /** Never empty. */
  readonly audiences: readonly string[]
  /** Empty: the provider chooses. */
  readonly scopes: readonly string[]
}

const BOUNDS = { leastMs: 0, mostMs: 3_600_000 }

/**
 * A client id and its secret, which become an access token of that client (RFC 6749 section 4.4).
 */
export const clientCredentials: Way<Written, ClientCredentialsSettings, NameAndSecret> = {
  scheme: 'Basic',
  takesBearerTokens: false,
  read: ({ providerRef, audiences, scopes = [], cache }, { namespace, field, findings }) => ({
    provider: { namespace, ...providerRef, field: [...field, 'providerRef'] },
    settings: {
      audiences: [...audiences],
      scopes: [...scopes],
      keptMs: findings.durationMs([...field, 'cache', 'ttl'], cache.ttl, BOUNDS),
    },
  }),
  words: ({ provider, settings }) =>
    `the id and secret of a client of ${provider.issuer}, by Basic, whose access token is for ${settings.audiences.join(' or ')}`,
  finder: () => basicOf,
  verifier: (ports) =>
    createGranted<NameAndSecret>(ports, ({ name, secret }, { provider }) => ({
      credential: { kind: 'client_credentials', provider, clientId: name, clientSecret: secret },
      clientId: name,
    })),
}
