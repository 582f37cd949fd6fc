import { aCheckRequest } from './check-client.ts'
import type { Dice } from './dice.ts'
import { checkMethod, ownProtos } from './envoy-protos.ts'
import { FLAG, FRAME, frame, literal, preface } from './http2-frames.ts'

const method = checkMethod(ownProtos())
const MESSAGE = method.requestSerialize(aCheckRequest())

const CONTINUATION = 0x9
const PADDED = 0x8
const PRIORITY = 0x20

const NAMES = ['x', 'te', 'grpc-timeout', 'grpc-encoding', 'content-type', 'connection', 'X', '']
const VALUES = [
  '',
  'trailers',
  '1S',
  '0m',
  'gzip',
  'application/grpc',
  'a\nb',
  'é',
  'x'.repeat(100),
]

const choose = <T>(roll: Dice, choices: readonly T[]): T => {
  const [first, ...rest] = choices
  if (first === undefined) throw new Error('There is nothing to choose from.')
  return roll.of([first, ...rest])
}

/** An index, a size or a length in HPACK that may be anything. */
const oddInteger = (roll: Dice): Buffer =>
  roll.of([
    () => Buffer.from([0x80 | roll.below(128)]),
    () => Buffer.from([0x20 | roll.below(32)]),
    () => Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, roll.below(256)]),
    () => Buffer.from([0x3f, 0xe1, roll.below(256)]),
  ])()

/** A literal of any of the three kinds, with text that may be Huffman code and may be none. */
const oddLiteral = (roll: Dice): Buffer => {
  const text = (): Buffer => {
    const bytes = roll.once(2) ? Buffer.from(choose(roll, VALUES)) : roll.bytes(roll.below(20))
    const length = roll.once(8) ? roll.below(128) : bytes.length
    return Buffer.concat([Buffer.from([(roll.once(3) ? 0x80 : 0) | (length & 0x7f)]), bytes])
  }
  const kind = roll.of([0x00, 0x10, 0x40])
  const named = roll.once(2) ? kind | roll.below(16) : kind
  return Buffer.concat([Buffer.from([named]), ...(named === kind ? [text()] : []), text()])
}

const fieldsOf = (roll: Dice): readonly (readonly [string, string])[] => {
  const path = roll.once(12) ? choose(roll, ['/', '/grpc.health.v1.Health/Check']) : method.path
  const usual: (readonly [string, string])[] = [
    [':method', roll.once(12) ? 'GET' : 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'sallyport'],
    ['content-type', roll.once(12) ? 'text/plain' : 'application/grpc'],
    ['te', 'trailers'],
  ]
  if (roll.once(6)) usual.splice(roll.below(usual.length), 1)
  if (roll.once(6)) usual.push(choose(roll, usual))
  if (roll.once(3)) usual.push([choose(roll, NAMES), choose(roll, VALUES)])
  return usual
}

const blockOf = (roll: Dice): Buffer => {
  const parts = fieldsOf(roll).map(literal)
  if (roll.once(6)) parts.splice(roll.below(parts.length), 0, oddInteger(roll))
  if (roll.once(6)) parts.splice(roll.below(parts.length), 0, oddLiteral(roll))
  const block = Buffer.concat(parts)
  if (roll.once(10)) block[roll.below(block.length)] = roll.below(256)
  return roll.once(20) ? block.subarray(0, roll.below(block.length)) : block
}

const headersOf = (roll: Dice, stream: number): readonly Buffer[] => {
  const block = blockOf(roll)
  const end = roll.once(6) ? FLAG.endStream : 0
  if (roll.once(5)) {
    const cut = roll.below(block.length)
    const next = roll.once(6) ? stream + 2 : stream
    const last = roll.once(6) ? 0 : FLAG.endHeaders
    return [
      frame(FRAME.headers, end, stream, block.subarray(0, cut)),
      frame(CONTINUATION, last, next, block.subarray(cut)),
    ]
  }
  if (roll.once(5)) {
    const padding = Buffer.from([roll.below(12)])
    const priority = roll.bytes(5)
    const payload = Buffer.concat([padding, priority, block, Buffer.alloc(roll.below(12))])
    return [frame(FRAME.headers, FLAG.endHeaders | PADDED | PRIORITY | end, stream, payload)]
  }
  return [frame(FRAME.headers, FLAG.endHeaders | end, stream, block)]
}

const dataOf = (roll: Dice, stream: number): readonly Buffer[] => {
  const message = roll.once(6) ? roll.bytes(roll.below(200)) : Buffer.from(MESSAGE)
  if (roll.once(8) && message.length > 0) message[roll.below(message.length)] = roll.below(256)
  const prefix = Buffer.alloc(5)
  prefix[0] = roll.once(10) ? roll.below(256) : 0
  prefix.writeUInt32BE(roll.once(10) ? roll.below(2 ** 32) : message.length, 1)
  const payload = Buffer.concat([prefix, message])
  if (!roll.once(4)) return [frame(FRAME.data, FLAG.endStream, stream, payload)]
  const cut = roll.below(payload.length)
  return [
    frame(FRAME.data, 0, stream, payload.subarray(0, cut)),
    frame(FRAME.data, roll.once(4) ? 0 : FLAG.endStream, stream, payload.subarray(cut)),
  ]
}

/** A frame of any type with what may or may not belong into it. */
const oddFrame = (roll: Dice, stream: number): Buffer => {
  const size = roll.of([0, 4, 5, 6, 8, roll.below(40), roll.below(300)])
  const on = roll.of([0, stream, stream + 2, roll.below(2 ** 31), roll.below(9)])
  return frame(roll.below(12), roll.below(256), on, roll.bytes(size))
}

const windowOf = (roll: Dice, stream: number): Buffer => {
  const more = Buffer.alloc(4)
  more.writeUInt32BE(roll.of([1, 65_535, 2 ** 31 - 1, 0, 2 ** 32 - 1]))
  return frame(0x8, 0, roll.of([0, stream]), more)
}

const settingsOf = (roll: Dice): Buffer => {
  const payload = Buffer.alloc(6 * roll.below(4))
  for (let at = 0; at < payload.length; at += 6) {
    payload.writeUInt16BE(roll.below(9), at)
    payload.writeUInt32BE(roll.of([0, 1, 100, 16_384, 65_535, 2 ** 31 - 1, 2 ** 32 - 1]), at + 2)
  }
  return frame(FRAME.settings, roll.once(6) ? FLAG.ack : 0, 0, payload)
}

const turnOf = (roll: Dice, stream: number): readonly Buffer[] => {
  const kind = roll.below(20)
  if (kind < 10) return [...headersOf(roll, stream), ...dataOf(roll, stream)]
  if (kind < 12) return headersOf(roll, stream)
  if (kind < 13) return dataOf(roll, Math.max(1, stream - 2))
  if (kind < 14) return [frame(FRAME.rstStream, 0, Math.max(1, stream - 2), roll.bytes(4))]
  if (kind < 15) return [frame(FRAME.ping, roll.below(2), 0, roll.bytes(8))]
  if (kind < 16) return [windowOf(roll, stream)]
  if (kind < 17) return [settingsOf(roll)]
  return [oddFrame(roll, stream)]
}

/**
 * What one peer says that speaks HTTP/2, more or less: checks among frames and header blocks that
 * may be anything, cut into pieces as a network may cut them.
 */
export const oddConversation = (roll: Dice): readonly Buffer[] => {
  const said: Buffer[] = roll.once(20) ? [roll.bytes(roll.below(40))] : [preface()]
  const turns = 1 + roll.below(8)
  for (let turn = 0; turn < turns; turn += 1) said.push(...turnOf(roll, 1 + turn * 2))
  const whole = Buffer.concat(said)
  if (roll.once(8)) whole[roll.below(whole.length)] = roll.below(256)
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length; ) {
    const size = roll.once(3) ? 1 + roll.below(20) : 1 + roll.below(4_000)
    pieces.push(whole.subarray(at, at + size))
    at += size
  }
  return pieces
}
