import type { Client } from '../registration/client.ts'
import type { Provider } from '../registration/provider.ts'
import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'

/** What a caller holds that a token endpoint takes for an access token. */
export type Credential =
  /** Of a client that need not be registered here (RFC 6749 section 4.4). */
  | {
      readonly kind: 'client_credentials'
      readonly provider: Provider
      readonly clientId: string
      readonly clientSecret: string
    }
  /** Of a person, shown by our client (RFC 6749 section 4.3). */
  | {
      readonly kind: 'password'
      readonly client: Client
      readonly username: string
      readonly password: string
    }
  /** Issued to our client (RFC 6749 section 6). */
  | { readonly kind: 'refresh_token'; readonly client: Client; readonly refreshToken: string }

/** How a credential may become a token. */
export interface GrantTerms {
  /** Empty: the provider chooses. */
  readonly scopes: readonly string[]
  /** How long a token is kept for the next who shows the same, at most until it is over. */
  readonly keptMs: number
}

/** What a credential was good for. */
export type GrantOutcome =
  /** The token is not verified: it is what the token endpoint said. */
  | { readonly kind: 'token'; readonly accessToken: string }
  /** The credential is not good. `detail` is for the log alone, and without the credential. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** Nobody was asked: too many from there were not good. */
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number }

/** Access tokens for what callers hold. */
export interface TokenGrants {
  /**
   * At once for a credential that is remembered, which passes whatever else came from the address.
   * @param address where the caller is, by which guesses are counted; absent: nobody knows.
   * @throws Fault `provider_unreachable` or `provider_misconfigured`, also where the provider
   * refuses our own client.
   */
  readonly obtain: (
    credential: Credential,
    terms: GrantTerms,
    address: string | undefined,
    budget: Budget,
  ) => Awaitable<GrantOutcome>
  /** What came for it is of no use here: it is asked for anew in a few seconds. */
  readonly distrust: (credential: Credential, terms: GrantTerms) => void
}

/** How one asking of a token endpoint ended. */
export interface GrantFacts {
  readonly kind: Credential['kind']
  /** `failed`: there was no answer about the credential. */
  readonly outcome: 'granted' | 'refused' | 'limited' | 'failed'
}
