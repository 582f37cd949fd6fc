import type { Identity } from '../identity/identity.ts'
import type { AssertionTerms } from '../policy/upstream.ts'
import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'

/** A signed statement of who is calling: a JWT (RFC 7519) in the compact form. */
export interface Assertion {
  readonly token: string
  readonly issuedAtMs: number
  /** `exp`. */
  readonly expiresAtMs: number
}

/** Signs statements for upstreams. */
export interface Assertions {
  /**
   * One that is good from now for as long as its terms say, and never for longer than what the
   * identity comes from. Answers at once when there is a key.
   * @throws Fault `assertion_key_unavailable`
   */
  readonly sign: (terms: AssertionTerms, identity: Identity, budget: Budget) => Awaitable<Assertion>
}
