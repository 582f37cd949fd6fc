import type { Reason } from './reason.ts'

/** One row of the table of faults: what failed, and when it is worth trying again. */
export interface FaultEntry {
  /** Seconds for `Retry-After`; absent where trying again by itself will not help. */
  readonly retryAfterSeconds?: number
  /** What it means to an operator; docs/reasons.md prints it. */
  readonly meaning: string
}

/**
 * The faults: everything that is thrown on purpose. Each code is a reason of kind `unavailable`.
 */
export const faults = {
  provider_unreachable: {
    retryAfterSeconds: 5,
    meaning: 'A call to the provider failed, timed out, or is held back after failures before it.',
  },
  provider_misconfigured: {
    meaning:
      'The provider answered, but with metadata or a refusal that only an operator can mend.',
  },
  exchange_refused: {
    meaning:
      'The provider would not exchange an access token for that of an upstream, or answered with a token that cannot be trusted: something that only an operator can mend.',
  },
  access_token_bound: {
    meaning:
      'A rule would forward an access token that the provider has bound to the gateway: something that only an operator can mend.',
  },
  decision_point_unavailable: {
    retryAfterSeconds: 5,
    meaning:
      'A decision point could not be asked, was held back after failures, or answered with something that is no decision.',
  },
  session_store_unavailable: {
    retryAfterSeconds: 2,
    meaning: 'Redis did not answer in time, refused the command, or is not connected.',
  },
  assertion_key_unavailable: {
    retryAfterSeconds: 2,
    meaning: 'No key to sign an assertion with was found or made yet.',
  },
  client_key_unavailable: {
    retryAfterSeconds: 2,
    meaning: 'No key for a client to prove itself with was found or made yet.',
  },
  budget_exceeded: {
    retryAfterSeconds: 2,
    meaning: 'The check could not finish within its budget.',
  },
  policy_broken: {
    meaning: 'The policy of the host refers to something that is missing or invalid.',
  },
  not_synced: {
    retryAfterSeconds: 2,
    meaning: 'No complete snapshot of resources has been loaded yet.',
  },
  internal: {
    meaning: 'An error that nothing expected.',
  },
} as const satisfies Readonly<Partial<Record<Reason, FaultEntry>>>

/** A stable fault code; also the reason of the verdict that it ends in. */
export type FaultCode = keyof typeof faults

/** The row of a fault. */
export const faultEntry = (code: FaultCode): FaultEntry => faults[code]

/** The policy under which something failed, and its rule where there is one. */
export interface Place {
  readonly policy: string
  readonly rule?: string
}

/**
 * The one error class: something that should work did not. It leaves the service as a denied 503
 * with its code. The message is for the log: it names what failed and never holds a token, code,
 * cookie or secret.
 */
export class Fault extends Error {
  readonly code: FaultCode
  /** What was asked for when it came up; absent where that is not known. */
  readonly place?: Place

  constructor(
    code: FaultCode,
    message: string,
    options: { readonly cause?: unknown; readonly place?: Place } = {},
  ) {
    super(message, options)
    this.name = 'Fault'
    this.code = code
    if (options.place !== undefined) this.place = options.place
  }
}

/** Turns whatever was thrown into a fault: a `Fault` stays itself, anything else is `internal`. */
export const asFault = (thrown: unknown): Fault =>
  thrown instanceof Fault
    ? thrown
    : new Fault('internal', thrown instanceof Error ? thrown.message : String(thrown), {
        cause: thrown,
      })

/** The same fault, for one of those who meet it: others may, elsewhere. */
export const faultAt = (thrown: unknown, place: Place): Fault => {
  const fault = asFault(thrown)
  return new Fault(fault.code, fault.message, { cause: fault.cause ?? fault, place })
}
