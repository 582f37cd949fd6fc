import type { Exchange } from '../policy/upstream.ts'
import type { Client } from '../registration/client.ts'
import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'

/** An access token that is to be exchanged, and whose it is. */
export interface SubjectToken {
  readonly token: string
  /** The `iss` that vouches for whom it was found to be of. */
  readonly issuer: string
  readonly subject: string
  /** When it ends, as far as that is known. */
  readonly expiresAtMs?: number
}

/** The outcome of an exchange. Anything that an operator has to mend is thrown. */
export type ExchangeOutcome =
  | {
      readonly kind: 'token'
      readonly token: string
      /** When it ends, if that is known. */
      readonly expiresAtMs?: number
      /** From then on another one is asked for. */
      readonly untilMs: number
    }
  /** The provider does not take the subject token, or not any more. */
  | { readonly kind: 'subject_refused'; readonly detail: string }

/** What became of one exchange that a provider was asked for. */
export interface ExchangeFacts {
  /** `refused`: only an operator can mend it; `unavailable`: another try may do. */
  readonly outcome: 'exchanged' | 'subject_refused' | 'refused' | 'unavailable'
}

/** Exchanges access tokens for those of upstreams (RFC 8693). */
export interface TokenExchange {
  /**
   * The token of an upstream for the one who holds the subject token, as this client: asked for
   * once by all replicas, and answered at once, as the same object, where it is known here.
   * @throws Fault `exchange_refused`, `provider_misconfigured`, `provider_unreachable` or
   * `budget_exceeded`
   */
  readonly of: (
    client: Client,
    subject: SubjectToken,
    exchange: Exchange,
    budget: Budget,
  ) => Awaitable<ExchangeOutcome>
  /**
   * Lets go of all that was got for the access token of a session of this client, and takes it back
   * at the provider where the client takes tokens back. Returns at once: that is done behind the
   * answer, bounded in time. Never throws.
   */
  readonly signedOut: (client: Client, subject: SubjectToken) => void
}

/** What the rules of all policies exchange tokens for as a client. */
export type ExchangesOf = (client: Client) => readonly Exchange[]
