import type { Clock } from '../../core/time/clock.ts'
import type { ServeCheck } from '../call/check-call.ts'
import type { ControlLimits } from './http2/budget.ts'
import type { NativeFault } from './http2/faults.ts'
import type { OutboxLimits } from './http2/outbox.ts'

/** Waits, apart from the machine's own so that tests can set them by hand. */
export interface Timers {
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** How much a peer may have, and how long it may take. */
export interface NativeLimits {
  /** Calls that one connection may have open. */
  readonly maxStreams: number
  readonly maxMessageBytes: number
  /** Header fields of one request, counted as RFC 9113 section 6.5.2 does. */
  readonly maxSectionBytes: number
  /** Messages that have not come to their end, of all connections together. */
  readonly maxAssemblyBytes: number
  /** What a peer may send ahead, on the connection and on each stream. */
  readonly connectionWindowBytes: number
  readonly streamWindowBytes: number
  readonly outbox: OutboxLimits
  readonly control: ControlLimits
  /** Without a sign of the peer, how long until it is asked for one, and then has to give it. */
  readonly keepaliveMs: number
  readonly keepaliveAnswerMs: number
  /** How long a message may take to come, and an answer to be taken. */
  readonly messageMs: number
  readonly readerMs: number
  /** How long the peer may take to hear that it is to leave, and to close its side. */
  readonly noticeMs: number
  readonly lingerMs: number
}

const KIB = 1024
const MIB = 1024 * KIB

/** The limits, unless something else is wanted. */
export const NATIVE_LIMITS: NativeLimits = {
  maxStreams: 4096,
  maxMessageBytes: 20 * MIB,
  maxSectionBytes: 64 * KIB,
  maxAssemblyBytes: 256 * MIB,
  connectionWindowBytes: 16 * MIB,
  streamWindowBytes: MIB,
  outbox: { pauseBytes: 256 * KIB, mostBytes: 32 * MIB },
  control: { burst: 1_000, perSecond: 100, mostEarned: 16_384 },
  keepaliveMs: 60_000,
  keepaliveAnswerMs: 20_000,
  messageMs: 60_000,
  readerMs: 30_000,
  noticeMs: 1_000,
  lingerMs: 1_000,
}

/** What the engine needs from outside. */
export interface NativeDeps {
  readonly serve: ServeCheck
  /** Whether a service is serving; `undefined`: there is none of that name. */
  readonly health: (service: string) => boolean | undefined
  /** A peer has done something wrong, which has been dealt with. */
  readonly onFault: (kind: NativeFault) => void
  readonly clock: Clock
  readonly timers: Timers
  readonly limits: NativeLimits
}
