import type { ProtectedRouteRuleAuthenticatePassword as Written } from '../resource/resource-specs.generated.ts'
import { basicOf, type NameAndSecret } from './basic.ts'
import { createGranted, type GrantSettings, namedClient } from './granted.ts'
import type { Way } from './way.ts'

/** A password that is changed or locked at the provider passes no longer than this. */
const KEPT_MS = 300_000

/**
 * The name and password of a person, which become an access token of our client (RFC 6749 section
 * 4.3). Only where the process allows it: RFC 9700 section 2.4 forbids that grant.
 */
export const password: Way<Written, GrantSettings, NameAndSecret> = {
  scheme: 'Basic',
  takesBearerTokens: false,
  caution:
    'Passwords of people pass through here, which RFC 9700 section 2.4 forbids, and no second factor is asked for: a process refuses it unless `credentials.allowPasswordGrant` of its configuration is true. Have people sign in by `session` as soon as the migration allows it',
  read: ({ clientRef, audiences, scopes }, { namespace, field }) => ({
    client: { namespace, ...clientRef, field: [...field, 'clientRef'] },
    settings: {
      ...(audiences === undefined ? {} : { audiences: [...audiences] }),
      ...(scopes === undefined ? {} : { scopes: [...scopes] }),
      keptMs: KEPT_MS,
    },
  }),
  words: (method) =>
    `the name and password of a person at ${method.provider.issuer}, by Basic, as OIDCClient ${namedClient(method).name}`,
  finder: () => basicOf,
  verifier: (ports) =>
    createGranted<NameAndSecret>(ports, ({ name, secret }, method) => {
      const client = namedClient(method)
      const credential = { kind: 'password', client, username: name, password: secret } as const
      return { credential, clientId: client.clientId }
    }),
}
