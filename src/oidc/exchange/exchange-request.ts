import type { Exchange } from '../../core/policy/upstream.ts'

/** RFC 8693 section 2.1. */
export const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** RFC 8693 section 3. */
export const TOKEN_TYPES = {
  access_token: 'urn:ietf:params:oauth:token-type:access_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const

/**
 * What a request for an exchange carries besides the grant type and the client (section 2.1).
 * `actorToken`: of whoever acts; absent: nobody does.
 */
export const exchangeParameters = (
  token: string,
  { audience, resource, scopes, requestedTokenType }: Exchange,
  actorToken?: string,
): URLSearchParams => {
  const target = {
    ...(audience === undefined ? {} : { audience }),
    ...(resource === undefined ? {} : { resource }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(requestedTokenType === undefined
      ? {}
      : { requested_token_type: TOKEN_TYPES[requestedTokenType] }),
  }
  const acting =
    actorToken === undefined
      ? {}
      : { actor_token: actorToken, actor_token_type: TOKEN_TYPES.access_token }
  return new URLSearchParams({
    ...target,
    ...acting,
    subject_token: token,
    subject_token_type: TOKEN_TYPES.access_token,
  })
}
