import type { Reason } from '../reason/reason.ts'
import type { Client } from '../registration/client.ts'
import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'
import type { Phrase } from '../wording/phrase.ts'
import type { LoginState } from './login-state.ts'
import type { Tokens } from './tokens.ts'

/**
 * The outcome of a code exchange. Everything but the tokens is a reason for the person, with what
 * the page says besides, and a detail for the log.
 */
export type CodeOutcome =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  | {
      readonly kind: 'refused'
      readonly reason: Reason
      readonly detail: string
      readonly facts?: readonly Phrase[]
      /** What came back was refused as such, and its code sent nowhere: anybody can have that. */
      readonly unsent?: true
    }

/** A callback, with nothing of it verified: what it says, or why it says nothing. */
export type CallbackReading =
  | { readonly kind: 'read'; readonly says: URLSearchParams }
  /** `detail` is a sentence for the log. */
  | { readonly kind: 'malformed'; readonly detail: string }

/** The outcome of a refresh. A transport error is neither: it is thrown. */
export type RefreshOutcome =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  /** `invalid_grant`: the session is over (RFC 6749 section 5.2). */
  | { readonly kind: 'refused'; readonly detail: string }
  /**
   * The provider refused in another way: many do not say `invalid_grant` of a refresh token that is
   * not good any more. The session is over when its access token is.
   */
  | { readonly kind: 'declined'; readonly detail: string }

/** Whether a logout token of Back-Channel Logout 1.0 is good. */
export type LogoutTokenCheck =
  | {
      readonly kind: 'valid'
      readonly issuer: string
      /** Its `jti`, unique at its issuer. */
      readonly id: string
      /** From then on it is refused by itself, so its id need not be remembered. */
      readonly acceptedUntilMs: number
      /** At least one of the two is there. */
      readonly subject?: string
      readonly sid?: string
    }
  | { readonly kind: 'invalid'; readonly detail: string }

/**
 * Our role in the browser login. All calls throw `Fault` `provider_unreachable` or
 * `provider_misconfigured`.
 */
export interface RelyingParty {
  /**
   * The URL of the authorization request: code, PKCE S256, `state` and `nonce` (RFC 9700 section
   * 2.1.1).
   */
  readonly authorizationUrl: (
    client: Client,
    login: LoginState,
    forwarded: Readonly<Record<string, string>>,
    budget: Budget,
  ) => Promise<string>
  /**
   * What a callback says, for finding the login that it belongs to and nothing else: whoever
   * answers it has `exchange` verify it.
   */
  readonly readCallback: (
    client: Client,
    callbackQuery: URLSearchParams,
  ) => Awaitable<CallbackReading>
  /**
   * Answers a callback: the signature where answers are signed (JARM), `iss` (RFC 9207), `error`,
   * then the code for tokens and every check of OpenID Connect Core 1.0 section 3.1.3.7 on the ID
   * token, its signature included.
   */
  readonly exchange: (
    client: Client,
    login: LoginState,
    callbackQuery: URLSearchParams,
    budget: Budget,
  ) => Promise<CodeOutcome>
  /**
   * Refreshes; a new ID token must keep `iss`, `sub` and `aud` (OpenID Connect Core 1.0 section
   * 12.2).
   */
  readonly refresh: (client: Client, tokens: Tokens, budget: Budget) => Promise<RefreshOutcome>
  /** The end-session URL (RP-Initiated Logout 1.0); `undefined` if the provider offers none. */
  readonly endSessionUrl: (
    client: Client,
    request: { readonly idToken?: string; readonly state: string; readonly returnUrl: string },
    budget: Budget,
  ) => Promise<string | undefined>
  /** Every check on a logout token but whether it was used before. */
  readonly checkLogoutToken: (
    client: Client,
    logoutToken: string,
    budget: Budget,
  ) => Promise<LogoutTokenCheck>
}
