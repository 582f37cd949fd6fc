import type { Json } from '../identity/identity.ts'
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
  /**
   * Who may act for its subject (RFC 8693 section 4.4), as whoever vouches for the token says: one
   * that is opaque or encrypted does not say so itself. Absent: nobody said.
   */
  readonly mayAct?: Json
}

/** An access token that nobody is to use any more: it, or its digest where that is all there is. */
export type FormerToken = Pick<SubjectToken, 'issuer' | 'subject'> &
  (
    | { readonly token: string }
    /** SHA-256, base64url. */
    | { readonly digest: string }
  )

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
   * Lets go of all that was got for an access token which a session of this client had, and takes
   * it back at the provider where the client takes tokens back. `now`: the session has ended;
   * `soon`: it goes on with another token, and requests with this one may still be under way.
   * Returns at once: that is done behind the answer, bounded in number and time. Never throws.
   */
  readonly takeBack: (client: Client, former: FormerToken, when: 'now' | 'soon') => void
}

/** What the rules of all policies exchange tokens for as a client. */
export type ExchangesOf = (client: Client) => readonly Exchange[]
