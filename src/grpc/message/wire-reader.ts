/** Wire types of protocol buffers: by them a field is skipped that nobody knows. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

const MAX_VARINT_BYTES = 10

/** The field numbers of a message as bits; all of them are below 32. */
export const fieldSet = (fields: Readonly<Record<string, number>>): number =>
  Object.values(fields).reduce((set, field) => set | (1 << field), 0)

/** Takes the content of one field, which lies between two places. */
export type TakeField = (field: number, start: number, end: number) => void

/** Reads messages field by field, as long as nothing about them is odd. */
export interface WireReader {
  /** Begins a new message. */
  readonly begin: (bytes: Buffer) => void
  /**
   * Hands on the fields of `known` between two places and skips the rest. All that are known are
   * texts, bytes or messages.
   */
  readonly readFields: (start: number, end: number, known: number, take: TakeField) => void
  /**
   * Says that the message is one that this reader does not know to read. What is read afterwards is
   * to be thrown away.
   */
  readonly giveUp: () => void
  /**
   * Whether it was given up: for lengths that lead out of a message, groups, wire types that a
   * field does not have, and numbers longer than any that is written.
   */
  readonly isGivenUp: () => boolean
}

/** Makes a reader of one message at a time. */
export const createWireReader = (): WireReader => {
  let bytes: Buffer = Buffer.alloc(0)
  let at = 0
  let isGivenUp = false

  const giveUp = (): void => {
    isGivenUp = true
  }

  /** A number of up to 28 bits: no message is longer, and no field has a higher number. */
  const readNumber = (end: number): number => {
    let value = 0
    for (let shift = 0; shift < 28 && at < end; shift += 7) {
      const byte = bytes[at] as number
      at += 1
      value |= (byte & 0x7f) << shift
      if (byte <= 0x7f) return value
    }
    giveUp()
    return 0
  }

  const skipVarint = (end: number): void => {
    const last = Math.min(end, at + MAX_VARINT_BYTES)
    while (at < last) {
      at += 1
      if ((bytes[at - 1] as number) <= 0x7f) return
    }
    giveUp()
  }

  const skip = (wire: number, end: number): void => {
    if (wire === WIRE.bytes) at = readNumber(end) + at
    else if (wire === WIRE.varint) skipVarint(end)
    else if (wire === WIRE.fixed64) at += 8
    else if (wire === WIRE.fixed32) at += 4
    else giveUp()
    if (at > end) giveUp()
  }

  const readFields = (start: number, end: number, known: number, take: TakeField): void => {
    at = start
    while (at < end && !isGivenUp) {
      const tag = readNumber(end)
      const field = tag >>> 3
      const wire = tag & 7
      if (field > 31 || (known & (1 << field)) === 0) {
        skip(wire, end)
        continue
      }
      const length = readNumber(end)
      const from = at
      if (wire !== WIRE.bytes || from + length > end) giveUp()
      else take(field, from, from + length)
      at = from + length
    }
  }

  return {
    begin: (message) => {
      bytes = message
      isGivenUp = false
    },
    readFields,
    giveUp,
    isGivenUp: () => isGivenUp,
  }
}
