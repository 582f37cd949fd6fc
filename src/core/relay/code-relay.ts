import type { Client } from '../registration/client.ts'
import type { Budget } from '../time/budget.ts'

/** An authorization request of somebody else, as our client puts it to its provider. */
export interface RelayedRequest {
  /** Ours. */
  readonly redirectUri: string
  /** Ours. */
  readonly state: string
  /** Of whoever asked: S256 (RFC 7636), whose verifier nobody here knows. */
  readonly codeChallenge: string
  /** In the place of what the client asks for, and no other. */
  readonly scopes: readonly string[]
  /** URL of the one resource that is agreed to, without a slash at its end. */
  readonly resource: string
  /** `prompt` of OpenID Connect Core 1.0 section 3.1.2.1. */
  readonly prompt?: string
}

/** What a provider answered to one. */
export type RelayedAnswer =
  | { readonly kind: 'code'; readonly code: string }
  /** The provider says no (RFC 6749 section 4.1.2.1). `detail`: a sentence for the log. */
  | { readonly kind: 'error'; readonly error: string; readonly detail: string }
  /** It is no answer of this provider to this request. */
  | { readonly kind: 'refused'; readonly detail: string }

/** A code, and what proves that it is shown by whoever asked for it. */
export interface RelayedCode {
  readonly code: string
  /** Ours, as in the request. */
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly codeVerifier: string
  /** As in the request. */
  readonly resource: string
}

/** How long a use of a refresh token may come again, as of a client that refreshes at once. */
export const SAME_USE_MS = 60_000

/** A refresh token, and what it is to be used for. */
export interface RelayedRefresh {
  readonly refreshToken: string
  /** Names this use of it: what comes again within `SAME_USE_MS` is answered alike. */
  readonly use: string
  /** Fewer than were granted; absent: the same. */
  readonly scopes?: readonly string[]
  /** As in the request that it came from. */
  readonly resource: string
}

/** What a code or a refresh token was good for. */
export type RelayedGrant =
  | {
      readonly kind: 'tokens'
      readonly accessToken: string
      readonly expiresInSeconds?: number
      /** As the provider says it; absent: what was asked for. */
      readonly scope?: string
      readonly refreshToken?: string
    }
  /** `error` of RFC 6749 section 5.2; `detail`: a sentence for the log. */
  | {
      readonly kind: 'refused'
      readonly error: 'invalid_grant' | 'invalid_scope'
      readonly detail: string
    }

/**
 * Authorization codes that our client asks its provider for in the name of other programs. No ID
 * token is asked for, looked at or handed on: nobody is signed in here. Of `resources` of the
 * client those alone are named to the provider that are the resource agreed to (RFC 8707), with or
 * without a slash at the end; where none is, none.
 */
export interface CodeRelay {
  /** @throws Fault `provider_unreachable` or `provider_misconfigured` */
  readonly authorizationUrl: (
    client: Client,
    request: RelayedRequest,
    budget: Budget,
  ) => Promise<string>
  /**
   * Every check of an answer: its signature where answers are signed (JARM), its issuer (RFC 9207),
   * its state.
   * @throws Fault `provider_unreachable` or `provider_misconfigured`
   */
  readonly checkAnswer: (
    client: Client,
    state: string,
    query: URLSearchParams,
    budget: Budget,
  ) => Promise<RelayedAnswer>
  /**
   * The verifier is held against the challenge before anybody is asked.
   * @throws Fault `provider_unreachable` or `provider_misconfigured`
   */
  readonly exchange: (client: Client, code: RelayedCode, budget: Budget) => Promise<RelayedGrant>
  /** @throws Fault `provider_unreachable` or `provider_misconfigured` */
  readonly refresh: (
    client: Client,
    refresh: RelayedRefresh,
    budget: Budget,
  ) => Promise<RelayedGrant>
}
