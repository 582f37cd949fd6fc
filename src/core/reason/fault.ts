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
  session_store_unavailable: {
    retryAfterSeconds: 2,
    meaning: 'Redis did not answer in time, refused the command, or is not connected.',
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

/**
 * The one error class: something that should work did not. It leaves the service as a denied 503
 * with its code. The message is for the log: it names what failed and never holds a token, code,
 * cookie or secret.
 */
export class Fault extends Error {
  readonly code: FaultCode

  constructor(code: FaultCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'Fault'
    this.code = code
  }
}

/** Turns whatever was thrown into a fault: a `Fault` stays itself, anything else is `internal`. */
export const asFault = (thrown: unknown): Fault =>
  thrown instanceof Fault
    ? thrown
    : new Fault('internal', thrown instanceof Error ? thrown.message : String(thrown), {
        cause: thrown,
      })
