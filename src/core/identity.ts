import type { Reason } from './reason.ts'

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
  readonly via: 'session' | 'bearer'
  /** The `iss` that vouches for the subject, byte for byte as configured. */
  readonly issuer: string
  readonly subject: string
  readonly claims: Claims
  /** The granted scopes, without duplicates. */
  readonly scopes: readonly string[]
  /** The access token that may be forwarded to the upstream. */
  readonly accessToken: string
}

/** The outcome of authentication; `cookies` must reach the browser with whatever answer follows. */
export type Authentication =
  | { readonly kind: 'authenticated'; readonly identity: Identity }
  | {
      readonly kind: 'unauthenticated'
      readonly reason: Reason
      /** A credential was presented and refused, so a bearer challenge names the error (RFC 6750 section 3.1). */
      readonly presented: 'none' | 'session' | 'bearer'
    }
