import type { ControlBudget } from './http2/budget.ts'
import { CODE, FLAG, FRAME, frameOf, read31Bits } from './http2/frames.ts'
import type { Outbox } from './http2/outbox.ts'
import { noteSettings, type PeerSettings } from './http2/settings.ts'
import { CONTROL_FLOOD, frameSizeTrouble, protocolTrouble, type Trouble } from './http2/trouble.ts'
import type { Requests } from './requests.ts'
import type { Sender } from './sender.ts'
import type { StreamTable } from './stream-table.ts'

/** Takes the frames that are about a connection, or a stream, and not about a call. */
export interface Control {
  readonly settings: (
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ) => Trouble | undefined
  readonly ping: (
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ) => Trouble | undefined
  readonly goaway: (id: number, start: number, end: number) => Trouble | undefined
  readonly windowUpdate: (
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ) => Trouble | undefined
  readonly priority: (id: number, bytes: Buffer, start: number, end: number) => Trouble | undefined
  readonly rstStream: (id: number, start: number, end: number) => Trouble | undefined
  /** A frame of a type that means nothing here. */
  readonly unknown: () => Trouble | undefined
}

/** What taking them takes. */
export interface ControlDeps {
  readonly outbox: Outbox
  readonly table: StreamTable
  readonly sender: Sender
  readonly requests: Requests
  readonly budget: ControlBudget
  readonly peer: PeerSettings
  /** The first so many SETTINGS were acknowledged before the connection was taken over. */
  readonly acknowledged: number
  /** The peer has acknowledged a PING. */
  readonly onPong: (payload: Buffer) => void
  /** The peer is about to leave. */
  readonly onGoaway: () => void
}

const SETTINGS_ACK = frameOf(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0))

const SETTING_BYTES = 6

/** So many parameters of one SETTINGS frame cost what a frame of its own would. */
const SETTINGS_PER_FRAME = 8

const OF_A_STREAM = protocolTrouble('a frame that is about the connection names a stream')
const OF_NO_STREAM = protocolTrouble('a frame that is about a stream names none')
const IDLE_STREAM = protocolTrouble('a frame names a stream that was not begun')
const NO_INCREMENT = protocolTrouble('WINDOW_UPDATE of the connection by 0')
const OWN_PARENT = protocolTrouble('a stream depends on itself')
const LENGTH = frameSizeTrouble('a frame has a length that its type does not allow')

/** Makes what takes the control frames of a connection (RFC 9113 section 6). */
export const createControl = (deps: ControlDeps): Control => {
  const { outbox, table, sender, requests, budget, peer } = deps
  /** Each stream may be given up once; whatever is beyond that asks for nothing. */
  let resets = 0
  let acknowledged = 0

  const spend = (frames: number): Trouble | undefined =>
    budget.spend(frames) ? undefined : CONTROL_FLOOD

  const isIdle = (id: number): boolean => id > table.lastId() || id % 2 === 0

  return {
    settings: (flags, id, bytes, start, end) => {
      if (id !== 0) return OF_A_STREAM
      const length = end - start
      if ((flags & FLAG.ack) !== 0) return length === 0 ? spend(1) : LENGTH
      if (length % SETTING_BYTES !== 0) return LENGTH
      const before = peer.initialWindowBytes
      const trouble =
        noteSettings(peer, bytes, start, end) ??
        spend(1 + Math.floor(length / SETTING_BYTES / SETTINGS_PER_FRAME))
      if (trouble !== undefined) return trouble
      if (acknowledged < deps.acknowledged) acknowledged += 1
      else outbox.send(SETTINGS_ACK)
      const change = peer.initialWindowBytes - before
      return change === 0 ? undefined : sender.shift(change)
    },
    ping: (flags, id, bytes, start, end) => {
      if (id !== 0) return OF_A_STREAM
      if (end - start !== 8) return LENGTH
      const payload = bytes.subarray(start, end)
      if ((flags & FLAG.ack) === 0) outbox.send(frameOf(FRAME.ping, FLAG.ack, 0, payload))
      else deps.onPong(payload)
      return spend(1)
    },
    goaway: (id, start, end) => {
      if (id !== 0) return OF_A_STREAM
      if (end - start < 8) return LENGTH
      deps.onGoaway()
      return spend(1)
    },
    windowUpdate: (id, bytes, start, end) => {
      if (end - start !== 4) return LENGTH
      const increment = read31Bits(bytes, start)
      if (id === 0) {
        if (increment === 0) return NO_INCREMENT
        return sender.widen(increment, undefined) ?? spend(1)
      }
      if (isIdle(id)) return IDLE_STREAM
      const stream = table.open.get(id)
      if (stream === undefined) return spend(1)
      if (increment === 0) requests.fail(stream, CODE.protocolError, 'malformed_frame')
      else if (sender.widen(increment, stream) !== undefined) {
        requests.fail(stream, CODE.flowControlError, 'flow_control')
      }
      return spend(1)
    },
    priority: (id, bytes, start, end) => {
      if (id === 0) return OF_NO_STREAM
      const stream = table.open.get(id)
      const isWrongLength = end - start !== 5
      if (!isWrongLength && read31Bits(bytes, start) !== id) return spend(1)
      if (stream === undefined) return isWrongLength ? LENGTH : OWN_PARENT
      const code = isWrongLength ? CODE.frameSizeError : CODE.protocolError
      requests.fail(stream, code, 'malformed_frame')
      return spend(1)
    },
    rstStream: (id, start, end) => {
      if (end - start !== 4) return LENGTH
      if (id === 0) return OF_NO_STREAM
      if (isIdle(id)) return IDLE_STREAM
      const stream = table.open.get(id)
      if (stream !== undefined) requests.giveUp(stream)
      resets += 1
      return resets <= table.begun() ? undefined : spend(1)
    },
    unknown: () => spend(1),
  }
}
