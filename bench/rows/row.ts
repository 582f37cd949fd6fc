import type { WireRequest } from '../client/exchanges.ts'
import type { Expectation } from '../client/judge.ts'

/** How the process is set up that a row is measured on. */
export type Setup =
  /** Sessions from the local cache, no decision log. */
  | 'quiet'
  /** Each check reads its session from Redis. */
  | 'uncached'
  /** As `quiet`, and the decision log as it is by default. */
  | 'logging'
  /** As `quiet`, and TLS on the port. */
  | 'tls'

/** One kind of check that is measured. */
export interface Row {
  /** For `BENCH_ROWS`, the figures and the table of targets. */
  readonly key: string
  readonly name: string
  readonly setup: Setup
  /** The n-th request of the run; the same for every build. */
  readonly request: (n: number) => WireRequest
  readonly expected: Expectation
  /** The part of `BENCH_REQUESTS` that is sent in a round; absent: all of it. */
  readonly share?: number
}
