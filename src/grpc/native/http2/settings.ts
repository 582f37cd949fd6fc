import { DEFAULT_FRAME_BYTES, DEFAULT_WINDOW_BYTES, MAX_31_BITS, readWord } from './frames.ts'
import { flowTrouble, protocolTrouble, type Trouble } from './trouble.ts'

/** The parameters of a SETTINGS frame (RFC 9113 section 6.5.2). */
export const SETTING = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
} as const

/** What a peer has told of itself, as far as it matters to who answers it. */
export interface PeerSettings {
  /** The window that each of its streams begins with, in bytes. */
  initialWindowBytes: number
  /** The largest payload that it takes. */
  maxFrameBytes: number
  /** Whether it has told a size of its HPACK table since this was last looked at. */
  hasToldTableSize: boolean
}

/** The largest value of SETTINGS_MAX_FRAME_SIZE. */
const MOST_FRAME_BYTES = 2 ** 24 - 1

const ENTRY_BYTES = 6

const PUSH = protocolTrouble('SETTINGS_ENABLE_PUSH is neither 0 nor 1')
const WINDOW = flowTrouble('SETTINGS_INITIAL_WINDOW_SIZE is beyond 2^31-1')
const FRAME_SIZE = protocolTrouble('SETTINGS_MAX_FRAME_SIZE is out of range')

/** What a peer has told that has told nothing. */
export const createPeerSettings = (): PeerSettings => ({
  initialWindowBytes: DEFAULT_WINDOW_BYTES,
  maxFrameBytes: DEFAULT_FRAME_BYTES,
  hasToldTableSize: false,
})

/**
 * Notes what a SETTINGS frame says, in its order; parameters that mean nothing here are passed
 * over. The length of the payload is a multiple of six.
 */
export const noteSettings = (
  settings: PeerSettings,
  bytes: Buffer,
  start: number,
  end: number,
): Trouble | undefined => {
  for (let at = start; at < end; at += ENTRY_BYTES) {
    const id = bytes.readUInt16BE(at)
    const value = readWord(bytes, at + 2)
    if (id === SETTING.headerTableSize) settings.hasToldTableSize = true
    if (id === SETTING.enablePush && value > 1) return PUSH
    if (id === SETTING.initialWindowSize) {
      if (value > MAX_31_BITS) return WINDOW
      settings.initialWindowBytes = value
    }
    if (id === SETTING.maxFrameSize) {
      if (value < DEFAULT_FRAME_BYTES || value > MOST_FRAME_BYTES) return FRAME_SIZE
      settings.maxFrameBytes = value
    }
  }
  return undefined
}

/** The payload of a SETTINGS frame. */
export const settingsPayload = (
  entries: readonly (readonly [id: number, value: number])[],
): Buffer => {
  const payload = Buffer.alloc(entries.length * ENTRY_BYTES)
  entries.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * ENTRY_BYTES)
    payload.writeUInt32BE(value, index * ENTRY_BYTES + 2)
  })
  return payload
}
