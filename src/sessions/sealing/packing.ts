import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { Fault } from '../../core/reason/fault.ts'

/** Text as it is sealed. */
export interface Packed {
  readonly encoding: number
  readonly bytes: Uint8Array
}

const PLAIN = 0
const DEFLATED = 1
/**
 * Shorter texts stay as they are: unpacking one costs more than decrypting it, at every read of the
 * store.
 */
const MAX_PLAIN_BYTES = 8 * 1024
const LEAST_EFFORT = 1
const MOST_EFFORT = 9

/** No session is larger, packed or unpacked: some 20,000 groups. */
export const MAX_PACKED_TEXT_BYTES = 1024 * 1024

const bytesOf = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  if (bytes.length <= MAX_PACKED_TEXT_BYTES) return bytes
  throw new Fault('internal', `A text of ${bytes.length} bytes is too large to keep.`)
}

/** Packs a text, compressed beyond 8 KiB. @throws Fault `internal` beyond 1 MiB */
export const pack = (text: string): Packed => {
  const bytes = bytesOf(text)
  if (bytes.length <= MAX_PLAIN_BYTES) return { encoding: PLAIN, bytes }
  return { encoding: DEFLATED, bytes: deflateRawSync(bytes, { level: LEAST_EFFORT }) }
}

/**
 * Packs a text from `fromBytes` on as small as it can be, where every byte is carried around with
 * each request. @throws Fault `internal` beyond 1 MiB
 */
export const packTightly = (text: string, fromBytes: number): Packed => {
  const bytes = bytesOf(text)
  if (bytes.length < fromBytes) return { encoding: PLAIN, bytes }
  const deflated = deflateRawSync(bytes, { level: MOST_EFFORT })
  return deflated.length < bytes.length
    ? { encoding: DEFLATED, bytes: deflated }
    : { encoding: PLAIN, bytes }
}

/**
 * The text of `pack` or `packTightly`; `undefined` for an unknown encoding, and for what would
 * unpack to more than `pack` takes.
 */
export const unpack = ({ encoding, bytes }: Packed): string | undefined => {
  if (encoding === PLAIN) return Buffer.from(bytes).toString()
  if (encoding !== DEFLATED) return undefined
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_PACKED_TEXT_BYTES }).toString()
  } catch {
    return undefined
  }
}
