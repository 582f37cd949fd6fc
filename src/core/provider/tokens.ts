import type { Claims } from '../identity/identity.ts'

/** What a provider hands out. */
export interface Tokens {
  readonly accessToken: string
  /** Absent when the provider did not say: then the session's own lifetime bounds it. */
  readonly accessTokenExpiresAtMs?: number
  /** Nobody but this service can use it: it is bound to what the service proves that it holds. */
  readonly accessTokenIsBound?: true
  /** What the key is made from that it is bound to (RFC 9449), where it is bound to one. */
  readonly proofKey?: string
  readonly refreshToken?: string
  /**
   * The ID token as it was signed, out of encryption if it came in any: what `id_token_hint` takes
   * (OpenID Connect Core 1.0 section 3.1.2.1).
   */
  readonly idToken?: string
  /** Claims of the validated ID token. */
  readonly claims: Claims
  /** Claims of the verified access token, where the client merges them. */
  readonly accessTokenClaims?: Claims
  /** What the userinfo endpoint said, where the client asks it. */
  readonly userinfo?: Claims
  /** What claim sources said that the provider refers to, where it lists some. */
  readonly sourcedClaims?: Claims
  /** Of each of those, the issuer of the source that said it. */
  readonly sourcedFrom?: Readonly<Record<string, string>>
  readonly scopes: readonly string[]
}
