import { STATUS, statusOnly } from './answers.ts'
import type { NativeDeps } from './deps.ts'
import { CODE, FRAME, frameOf } from './http2/frames.ts'
import type { Outbox } from './http2/outbox.ts'
import type { Refusal } from './request-head.ts'
import type { Requests } from './requests.ts'
import type { Stream } from './stream.ts'
import type { StreamTable } from './stream-table.ts'

/** Looks after a connection from time to time. */
export interface Upkeep {
  /** The peer has given a sign. */
  readonly heard: () => void
  readonly stop: () => void
}

/** What looking after it takes. */
export interface UpkeepDeps {
  readonly deps: NativeDeps
  readonly outbox: Outbox
  readonly table: StreamTable
  readonly requests: Requests
  readonly destroy: () => void
}

/** How often; every time that is waited for is as exact as this. */
const TICK_MS = 5_000

const KEEPALIVE_PING = frameOf(FRAME.ping, 0, 0, Buffer.from('stillon?', 'latin1'))

const TOO_SLOW: Refusal = {
  fault: 'slow_message',
  answer: statusOnly(STATUS.deadlineExceeded, 'Deadline exceeded'),
}

/**
 * Looks after a connection: a peer that is silent is asked for a sign, and let go without one; so
 * is one that does not read. Calls whose message does not come, and answers that are not taken, end
 * on their own streams.
 */
export const createUpkeep = (parts: UpkeepDeps): Upkeep => {
  const { deps, outbox, table, requests } = parts
  const { clock, timers, limits } = deps
  let heardAtMs = clock.nowMs()
  let askedAtMs: number | undefined
  let cancelTimer = (): void => undefined

  const isTooSlow = ({ deadlineMs, openedAtMs }: Stream, nowMs: number): boolean =>
    nowMs >= deadlineMs || nowMs - openedAtMs >= limits.messageMs

  const lookAt = (stream: Stream, nowMs: number): void => {
    if (!stream.isRequestComplete) {
      if (!isTooSlow(stream, nowMs)) return
      if (stream.isAnswered) requests.abandon(stream)
      else requests.refuse(stream, TOO_SLOW)
    } else if (stream.isAnswered && nowMs - stream.pendingSinceMs >= limits.readerMs) {
      requests.fail(stream, CODE.cancel, 'slow_reader')
    }
  }

  /** Whether the peer is to be let go, and as what. */
  const lookAtPeer = (nowMs: number): 'slow_reader' | 'silent' | undefined => {
    const pausedAtMs = outbox.pausedAtMs()
    if (pausedAtMs !== undefined) {
      return nowMs - pausedAtMs >= limits.readerMs ? 'slow_reader' : undefined
    }
    if (askedAtMs !== undefined) {
      return nowMs - askedAtMs >= limits.keepaliveAnswerMs ? 'silent' : undefined
    }
    if (nowMs - heardAtMs < limits.keepaliveMs) return undefined
    askedAtMs = nowMs
    outbox.send(KEEPALIVE_PING)
    return undefined
  }

  const tick = (): void => {
    cancelTimer = timers.after(TICK_MS, tick)
    const nowMs = clock.nowMs()
    outbox.hold()
    for (const stream of table.open.values()) lookAt(stream, nowMs)
    const fault = lookAtPeer(nowMs)
    outbox.release()
    if (fault === undefined) return
    cancelTimer()
    deps.onFault(fault)
    parts.destroy()
  }

  cancelTimer = timers.after(TICK_MS, tick)
  return {
    heard: () => {
      heardAtMs = clock.nowMs()
      askedAtMs = undefined
    },
    stop: () => cancelTimer(),
  }
}
