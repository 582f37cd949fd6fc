import { tokenPlacesOf } from '../compile/applications/token-places.ts'
import type { ProtectedRouteRuleAuthenticateRefreshToken as Written } from '../resource/resource-specs.generated.ts'
import { createFindToken } from './bearer-token.ts'
import { createGranted, type GrantSettings, namedClient } from './granted.ts'
import type { Shown, Way } from './way.ts'

/** Until the access token is over; those that live longer are asked for anew each day. */
const KEPT_MS = 86_400_000

/** Longer than any provider issues. */
const MAX_LENGTH = 16_384

const malformed = (detail: string): Shown<string> => ({
  kind: 'malformed',
  reason: 'credential_malformed',
  detail,
})

const shownAs = (token: string): Shown<string> =>
  token.length > MAX_LENGTH
    ? malformed(`The refresh token is longer than ${MAX_LENGTH} bytes.`)
    : { kind: 'one', credential: token }

/**
 * A refresh token of the caller, which becomes an access token of the client that it was issued to
 * (RFC 6749 section 6).
 */
export const refreshToken: Way<Written, GrantSettings, string> = {
  scheme: 'RefreshToken',
  takesBearerTokens: false,
  read: ({ clientRef, audiences, from }, { namespace, field, findings }) => {
    for (const [at, { header }] of from.entries()) {
      if (header !== 'authorization') continue
      const message =
        'The header "authorization" holds access tokens: choose another, as in `refresh-token`'
      findings.add([...field, 'from', at, 'header'], message)
    }
    return {
      client: { namespace, ...clientRef, field: [...field, 'clientRef'] },
      ...tokenPlacesOf(from, [...field, 'from'], findings),
      settings: {
        ...(audiences === undefined ? {} : { audiences: [...audiences] }),
        scopes: [],
        keptMs: KEPT_MS,
      },
    }
  },
  words: (method) =>
    `a refresh token that ${method.provider.issuer} issued to OIDCClient ${namedClient(method).name}`,
  finder: (methods) => {
    const find = createFindToken(methods, [])
    return (request) => {
      const found = find(request)
      switch (found.kind) {
        case 'none':
          return found
        case 'malformed':
          return malformed(found.detail)
        case 'one':
          return shownAs(found.token)
      }
    }
  },
  verifier: (ports) =>
    createGranted<string>(ports, (token, method) => {
      const client = namedClient(method)
      const credential = { kind: 'refresh_token', client, refreshToken: token } as const
      return { credential, clientId: client.clientId }
    }),
}
