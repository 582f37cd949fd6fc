import type { Claims } from '../identity/identity.ts'
import type { BearerMethod } from '../policy/policy.ts'
import type { Reason } from '../reason/reason.ts'
import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'
import type { Binding } from './proofs.ts'

/** The outcome of verifying an access token. */
export type Verification =
  | {
      readonly kind: 'verified'
      /** What the token is; a method may accept one of them alone. */
      readonly bearer: 'access_token' | 'id_token'
      readonly issuer: string
      readonly subject: string
      readonly claims: Claims
      readonly scopes: readonly string[]
      /** The access token that the credential was given for, where it is none itself. */
      readonly accessToken?: string
      /** What its bearer has to prove besides; absent: whoever has it may use it. */
      readonly binding?: Binding
    }
  | {
      readonly kind: 'rejected'
      readonly reason: Reason
      readonly detail: string
      /** Seconds for `Retry-After`, where it was not looked at as there were too many before. */
      readonly retryAfterSeconds?: number
    }

/** Checks JWT access tokens (RFC 9068, and plain ones). */
export interface TokenVerifier {
  /**
   * Verifies against the method whose issuer the token names. Answers at once for a token seen
   * before.
   * @throws Fault `provider_unreachable` if the keys were never fetched and cannot be.
   */
  readonly verify: (
    token: string,
    methods: readonly BearerMethod[],
    budget: Budget,
  ) => Awaitable<Verification>
}
