/** The products whose header names can be set, value forms included. */
export type Compatibility = 'OAuth2Proxy' | 'Kong' | 'AuthService' | 'ModAuthOpenIDC'

/** What the name of a header begins with that is set for every claim. */
export const CLAIM_PREFIX = 'oidc_claim_'

/**
 * The headers that each of them sets, lower case; `Authorization` is not among them, nor is what
 * begins with `CLAIM_PREFIX`.
 */
export const COMPATIBILITY_HEADERS: Readonly<Record<Compatibility, readonly string[]>> = {
  OAuth2Proxy: [
    'x-forwarded-user',
    'x-forwarded-email',
    'x-forwarded-preferred-username',
    'x-forwarded-groups',
    'x-forwarded-access-token',
    'x-auth-request-user',
    'x-auth-request-email',
    'x-auth-request-preferred-username',
    'x-auth-request-groups',
    'x-auth-request-access-token',
  ],
  Kong: ['x-userinfo', 'x-id-token', 'x-access-token', 'x-credential-identifier'],
  AuthService: [],
  ModAuthOpenIDC: ['oidc_access_token', 'oidc_access_token_expires'],
}

/** Whether a product sets a header of that name, in lower case. */
export const isSetFor = (compatibility: Compatibility, name: string): boolean =>
  COMPATIBILITY_HEADERS[compatibility].includes(name) ||
  (compatibility === 'ModAuthOpenIDC' && name.startsWith(CLAIM_PREFIX))
