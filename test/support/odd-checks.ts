import { gzipSync } from 'node:zlib'
import type { Dice } from './dice.ts'
import { checkMethod, fullProtos } from './envoy-protos.ts'

/** What becomes of a call, besides being answered. */
export type Fate =
  /** Answered as soon as it has come. */
  | 'at once'
  /** The check takes until its caller has gone. */
  | 'cancelled'
  /** The check takes until its budget is spent. */
  | 'spent'

/** One call as it is sent. */
export interface OddCheck {
  /** What is odd about it, for the message of a test that fails. */
  readonly about: string
  readonly headers: Readonly<Record<string, string>>
  /** The DATA frames, the last of which ends the stream. */
  readonly data: readonly Buffer[]
  readonly fate: Fate
}

const method = checkMethod(fullProtos())

/** A path below this one is held until its caller has gone or its budget is spent. */
export const HELD_PATH = '/held'

const NAMES = [
  'cookie',
  'Cookie',
  'authorization',
  'x-forwarded-for',
  'x-auth-subject',
  'x_auth_subject',
  'accept',
  'x-request-id',
  ':authority',
  '',
  'ü',
  'a b',
]
const VALUES = [
  '',
  'a',
  'a; b=c',
  'Bearer x',
  '1, 2',
  'é',
  '\u0000',
  'x'.repeat(300),
  '\r\n',
  '%00',
]
const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', '', 'get', 'NO SUCH']
const HOSTS = ['shop.example.com', 'SHOP.example.com:443', '', 'a b', '[::1]:80', 'xn--e1afmkfd.x']
const PATHS = ['/', '/a?b=c', '/a/../b', '//a', '/%2e%2e/a', '', '*', 'http://x/', '/ü', '/\u0000']

const pick = <T>(roll: Dice, choices: readonly T[]): T => {
  const chosen = choices[roll.below(choices.length)]
  if (chosen === undefined) throw new Error('There is nothing to choose from.')
  return chosen
}

const listOf = <T>(roll: Dice, most: number, make: () => T): readonly T[] =>
  Array.from({ length: roll.below(most + 1) }, make)

const headerOf = (roll: Dice): { key: string; value?: string; rawValue?: Buffer } => {
  const key = pick(roll, NAMES)
  return roll.once(2)
    ? { key, value: pick(roll, VALUES) }
    : { key, rawValue: roll.bytes(roll.below(30)) }
}

const requestOf = (roll: Dice, path: string): Buffer => {
  const isRaw = roll.once(2)
  const http = {
    id: pick(roll, ['', '17', 'ü'.repeat(20)]),
    method: pick(roll, METHODS),
    host: pick(roll, HOSTS),
    path,
    scheme: 'https',
    protocol: 'HTTP/2',
    size: roll.below(1_000),
    body: roll.once(8) ? 'body'.repeat(roll.below(50)) : '',
    headers: isRaw
      ? {}
      : Object.fromEntries(listOf(roll, 12, () => [pick(roll, NAMES), pick(roll, VALUES)])),
    ...(isRaw ? { headerMap: { headers: listOf(roll, 12, () => headerOf(roll)) } } : {}),
    ...(roll.once(40) ? { rawBody: roll.bytes(2_000) } : {}),
  }
  return method.requestSerialize({
    attributes: {
      source: { address: { socketAddress: { address: pick(roll, ['10.0.0.1', '', '::1']) } } },
      request: { http },
      contextExtensions: roll.once(3) ? { 'sallyport.dev/route': pick(roll, VALUES) } : {},
    },
  })
}

const framed = (message: Buffer, flag = 0, length = message.length): Buffer => {
  const prefix = Buffer.alloc(5)
  prefix[0] = flag
  prefix.writeUInt32BE(length, 1)
  return Buffer.concat([prefix, message])
}

const cut = (roll: Dice, bytes: Buffer): readonly Buffer[] => {
  const at = roll.below(bytes.length + 1)
  return [bytes.subarray(0, at), bytes.subarray(at)]
}

const USUAL = {
  ':method': 'POST',
  ':path': method.path,
  ':scheme': 'http',
  ':authority': 'sallyport',
  'content-type': 'application/grpc',
  te: 'trailers',
} as const

type Oddity = (roll: Dice, message: Buffer) => Omit<OddCheck, 'fate'>

const usual = (about: string, data: readonly Buffer[], more: OddCheck['headers'] = {}) => ({
  about,
  headers: { ...USUAL, ...more },
  data,
})

const ODDITIES: readonly Oddity[] = [
  (roll, message) => usual('in two frames', cut(roll, framed(message))),
  (roll, message) => {
    const broken = Buffer.from(message)
    broken[roll.below(broken.length)] = roll.below(256)
    return usual('with a byte changed', [framed(broken)])
  },
  (roll, message) =>
    usual('cut off within', [framed(message.subarray(0, roll.below(message.length)))]),
  (roll) => usual('of bytes that mean nothing', [framed(roll.bytes(roll.below(60)))]),
  () => usual('empty', [framed(Buffer.alloc(0))]),
  (_, message) => usual('huge', [framed(Buffer.concat([message, hugeField()]))]),
  () => usual('without a message', [Buffer.alloc(0)]),
  (_, message) => usual('with two messages', [Buffer.concat([framed(message), framed(message)])]),
  (_, message) => usual('shorter than it says', [framed(message, 0, message.length + 9)]),
  (_, message) => usual('longer than it may be', [framed(message, 0, 2 ** 31)]),
  (_, message) =>
    usual('of no known compression', [framed(message, 1)], { 'grpc-encoding': 'zip' }),
  (_, message) => usual('with compression unused', [framed(message)], { 'grpc-encoding': 'gzip' }),
  (_, message) => usual('with identity', [framed(message)], { 'grpc-encoding': 'identity' }),
  (roll, message) =>
    usual('with a deadline', [framed(message)], {
      'grpc-timeout': pick(roll, ['1H', '60M', '600S', '99999999m', '99999999u']),
    }),
  (roll, message) =>
    usual('with a deadline that is none', [framed(message)], {
      'grpc-timeout': pick(roll, ['', '1', 'S', '1s', '1 hour']),
    }),
  (roll, message) =>
    usual('with another content type', [framed(message)], {
      'content-type': pick(roll, ['application/grpc+proto', 'application/grpc-web', 'text/plain']),
    }),
  (roll, message) =>
    usual('with metadata', [framed(message)], {
      'user-agent': 'odd/1',
      'x-some-bin': roll.bytes(9).toString('base64'),
      'x-long': 'x'.repeat(roll.below(4_000)),
    }),
]

/** A field that nobody knows, of a mebibyte. */
const hugeField = (): Buffer =>
  Buffer.concat([Buffer.from([0xfa, 0x3f, 0x80, 0x80, 0x40]), Buffer.alloc(2 ** 20, 7)])

const fateOf = (roll: Dice): Fate => {
  if (roll.once(60)) return 'cancelled'
  return roll.once(1_000) ? 'spent' : 'at once'
}

const plainMessage = (path: string): Buffer => {
  const http = { method: 'GET', host: 'shop.example.com', path }
  return method.requestSerialize({ attributes: { request: { http } } })
}

/** A call with nothing odd about it. */
export const plainCheck = (path: string): OddCheck => ({
  ...usual('plain', [framed(plainMessage(path))]),
  fate: 'at once',
})

/** A call that the engines answer in different ways. */
export interface Difference {
  readonly call: OddCheck
  /** Why the native engine does otherwise. */
  readonly why: string
  /** The gRPC status, the HTTP status where it is not 200, or what the stream is reset by. */
  readonly native: string
  readonly reference: string
}

const PLAIN = plainMessage('/')

/** All that they answer in different ways. None of it is what a gateway does. */
export const DIFFERENCES: readonly Difference[] = [
  {
    call: {
      ...usual('compressed', [framed(gzipSync(PLAIN), 1)], { 'grpc-encoding': 'gzip' }),
      fate: 'at once',
    },
    why: 'It takes no compression, says so in grpc-accept-encoding, and refuses what is compressed.',
    native: 'gRPC 12',
    reference: 'gRPC 0',
  },
  {
    call: { ...usual('compressed, it does not say how', [framed(PLAIN, 1)]), fate: 'at once' },
    why: 'A message that is compressed by nothing is refused; the library takes it as it is.',
    native: 'gRPC 13',
    reference: 'gRPC 0',
  },
  {
    call: { ...usual('with GET', [framed(PLAIN)], { ':method': 'GET' }), fate: 'at once' },
    why: 'A call is a POST. The library looks at the method of the first call alone, not at that.',
    native: 'HTTP 405',
    reference: 'gRPC 12',
  },
  {
    call: {
      ...usual('with nine digits of time', [framed(PLAIN)], { 'grpc-timeout': '999999999S' }),
      fate: 'at once',
    },
    why: 'gRPC allows eight digits.',
    native: 'gRPC 13',
    reference: 'gRPC 0',
  },
  {
    call: {
      ...usual('with half a second of time', [framed(PLAIN)], { 'grpc-timeout': '1.5S' }),
      fate: 'at once',
    },
    why: 'gRPC allows digits and a unit. The library takes the part of it that looks like that.',
    native: 'gRPC 13',
    reference: 'gRPC 0',
  },
  {
    call: {
      ...usual('with a space before a value', [framed(PLAIN)], { 'grpc-timeout': ' 1H' }),
      fate: 'at once',
    },
    why: 'HTTP/2 calls that malformed (RFC 9113 section 8.2.1), and the stream is reset.',
    native: 'reset 1',
    reference: 'gRPC 0',
  },
]

/** One call: nine of twenty with nothing odd but what is asked about. */
export const oddCheck = (roll: Dice): OddCheck => {
  const fate = fateOf(roll)
  if (fate !== 'at once') {
    const timeout = { 'grpc-timeout': fate === 'spent' ? '5S' : '1H' }
    return { ...usual(fate, plainCheck(HELD_PATH).data, timeout), fate }
  }
  const message = requestOf(roll, pick(roll, PATHS))
  if (roll.below(20) < 9) return { ...usual('plain', [framed(message)]), fate }
  return { ...pick(roll, ODDITIES)(roll, message), fate }
}
