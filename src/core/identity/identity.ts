import type { CookieKey } from '../cookie/cookie.ts'
import type { Reason } from '../reason/reason.ts'
import type { AskedAuthentication } from './asked-authentication.ts'
import type { DeviceSkip } from './device-skip.ts'

/** A JSON value as claims carry it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json }

/** The claims of a verified token. */
export type Claims = { readonly [name: string]: Json }

/** Who is calling: the verified result of a credential. */
export interface Identity {
  /** `session`, or the member of `authenticate` that found it. */
  readonly via: string
  /** `namespace/name` of the OIDCClient whose session it is; absent for any other credential. */
  readonly client?: string
  /** The `iss` that vouches for the subject, byte for byte as configured. */
  readonly issuer: string
  readonly subject: string
  readonly claims: Claims
  /** The granted scopes, without duplicates. */
  readonly scopes: readonly string[]
  /**
   * The access token of a session, of a bearer who showed it elsewhere than in `Authorization`, or
   * one that a credential was given for; absent for any other, which the request itself carries.
   */
  readonly accessToken?: string
  /** When that expires, as far as the provider said. */
  readonly accessTokenExpiresAtMs?: number
  /** Of the access token of a session: nobody behind this service could use it. */
  readonly accessTokenIsBound?: true
  /** When a session got its tokens. */
  readonly tokensReceivedAtMs?: number
  /** What the access token was exchanged for under the rule; absent: nothing was. */
  readonly exchanged?: { readonly token: string; readonly expiresAtMs?: number }
  /** The ID token of a session. */
  readonly idToken?: string
  /** What a token is that the caller showed, or was given one for; absent for a session. */
  readonly bearer?: 'access_token' | 'id_token'
  /** How the token came, where a proof came with it (RFC 9449 section 7.1). */
  readonly scheme?: 'DPoP'
  /** The nonce that proofs are to have from now on; absent: that of this one (RFC 9449). */
  readonly nextNonce?: string
  /** When the session or the token that it comes from ends for good, if that is known. */
  readonly expiresAtMs?: number
  /** How long a session goes on from a use of it, if that is not until its end. */
  readonly idleTimeoutMs?: number
}

/** Somebody who is known by an authentication that does not do, and what would. */
export interface StepUp {
  readonly identity: Identity
  readonly asked: AskedAuthentication
}

/** Nobody is known who could be let through, and why. */
export interface Unauthenticated {
  readonly kind: 'unauthenticated'
  readonly reason: Reason
  /**
   * What was presented and refused: a bearer challenge names the error then (RFC 6750 section 3.1).
   * `secret` is what is for the provider alone: a name with a password (RFC 7617), a refresh token.
   */
  readonly presented: 'none' | 'session' | 'bearer' | 'secret'
  /** The scheme that a token came with; absent: any other than this. */
  readonly scheme?: 'DPoP'
  /** The nonce that the next proof is to have (RFC 9449 section 9). */
  readonly nonce?: string
  /** For the log alone. */
  readonly detail?: string
  /** Seconds for `Retry-After`, where it was not looked at as there were too many before. */
  readonly retryAfterSeconds?: number
  /** Cookies that the answer removes from the browser (R15). */
  readonly clearCookies: readonly CookieKey[]
  /** Set where the device of a session has to be proven, or was to be bound; whose it is. */
  readonly device?: {
    readonly lacks: 'proof' | 'binding'
    readonly client: string
    readonly subject: string
    readonly claims: Claims
    /** A page has reloaded itself for it a moment ago. */
    readonly hasReloaded?: true
  }
  /** Why the browser says that it did not prove its device; nothing follows from it. */
  readonly deviceSkipped?: DeviceSkip
  /** Set where a stronger or a newer authentication is all that is missing (RFC 9470). */
  readonly stepUp?: StepUp
}

/** The outcome of authentication. */
export type Authentication =
  | { readonly kind: 'authenticated'; readonly identity: Identity }
  | Unauthenticated
