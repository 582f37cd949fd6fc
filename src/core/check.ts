import type { Deny, Verdict } from './decision/decision.ts'
import type { Request } from './request/request.ts'
import type { Awaitable } from './time/awaitable.ts'
import type { Budget } from './time/budget.ts'

/**
 * The whole service as a function. Throws, or rejects, with a `Fault` where something that should
 * work did not; the gRPC edge turns whatever is thrown into a denied 503 (R1).
 */
export type Check = (request: Request, budget: Budget) => Awaitable<Verdict>

/** The denial of a request whose check failed with what was thrown. Never throws. */
export type Failed = (request: Request, thrown: unknown) => Deny

/** By which a check is found in traces: lower-case hex (W3C Trace Context, section 3.2.2). */
export interface TraceIds {
  readonly traceId: string
  readonly spanId: string
}

/** One finished check, as the decision log and the metrics see it. */
export interface CheckFacts {
  /** Absent when the check request was malformed. */
  readonly request?: Request
  readonly requestId: string
  readonly verdict: Verdict
  readonly durationMs: number
  /** Absent: no trace tells of it. */
  readonly trace?: TraceIds
}

/** Takes note of a finished check, after its answer has left. Never throws. */
export type Observe = (facts: CheckFacts) => void
