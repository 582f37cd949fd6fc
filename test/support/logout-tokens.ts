import type { Claims, Json } from '../../src/core/identity/identity.ts'
import type { Client } from '../../src/core/registration/client.ts'

/**
 * The claims of a good logout token for a client, made at `seconds`; a change to `undefined` takes
 * one away.
 */
export const logoutClaims = (
  client: Client,
  seconds: number,
  changes: Readonly<Record<string, Json | undefined>> = {},
): Claims =>
  JSON.parse(
    JSON.stringify({
      iss: client.provider.issuer,
      aud: client.clientId,
      iat: seconds,
      exp: seconds + 120,
      jti: 'jti-1',
      sub: 'alice',
      sid: 'sid-1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...changes,
    }),
  )
