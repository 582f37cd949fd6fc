import { describe, expect, it } from 'vitest'
import { createHpackDecoder } from '../../../../src/grpc/native/hpack/decoder.ts'
import { FLAG, FRAME, frame, resetFrame } from '../../../support/http2-frames.ts'
import {
  CHECK_PATH,
  call,
  checkFields,
  dataFrame,
  greetedPeer,
  headersFrame,
  linesTo,
  type NativePeer,
  prefixed,
} from '../../../support/native-peer.ts'

const END = FLAG.endHeaders | FLAG.endStream

/** The fields of a header block, by name. */
const fieldsOf = (block: Buffer): Readonly<Record<string, string>> => {
  const decoder = createHpackDecoder({ maxTableBytes: 4096, maxSectionBytes: 65_536 })
  const fields = decoder.decode(block, 0, block.length)?.fields ?? []
  return Object.fromEntries(
    fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? '']] : [])),
  )
}

/** The header fields of all that a stream is answered with. */
const answerTo = (peer: NativePeer): readonly Readonly<Record<string, string>>[] =>
  peer
    .received()
    .filter(({ type }) => type === FRAME.headers)
    .map(({ payload }) => fieldsOf(payload))

const withFields = (
  changes: Readonly<Record<string, string>>,
  payload = prefixed('question'),
): Buffer => Buffer.concat([headersFrame(1, checkFields(changes)), dataFrame(1, payload)])

describe('a call', () => {
  it('is answered in the event that brought it, in one write: headers, message, trailers', () => {
    const peer = greetedPeer()
    const before = peer.writes()
    peer.send(call(1, 'one'), call(3, 'two'), call(5, 'three'))
    expect(peer.writes()).toBe(before + 1)
    const frames = peer.received()
    expect(frames.map(({ type, stream }) => [type, stream])).toEqual(
      [1, 3, 5].flatMap((stream) => [
        [FRAME.headers, stream],
        [FRAME.data, stream],
        [FRAME.headers, stream],
      ]),
    )
    expect(frames[1]?.payload).toEqual(prefixed('one'))
    expect(fieldsOf(frames[0]?.payload ?? Buffer.alloc(0))).toEqual({
      ':status': '200',
      'content-type': 'application/grpc+proto',
      'grpc-accept-encoding': 'identity',
    })
    expect(fieldsOf(frames[2]?.payload ?? Buffer.alloc(0))).toEqual({ 'grpc-status': '0' })
    expect(peer.connection.openStreams()).toBe(0)
  })

  it('may be answered later, together with others that are ready then', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1), call(3))
    const before = peer.writes()
    for (const one of peer.calls) one.answer(Buffer.from('late'))
    await new Promise(process.nextTick)
    expect(peer.writes()).toBe(before + 1)
    expect(linesTo(peer)).toEqual(
      [1, 3].flatMap((stream) => [
        `HEADERS ${stream}`,
        `DATA ${stream} 9`,
        `HEADERS ${stream} end`,
      ]),
    )
  })

  it('has its message as it came: empty, or in one piece, or in two', () => {
    const peer = greetedPeer()
    peer.send(call(1, ''), call(3, 'whole'), headersFrame(5))
    peer.send(dataFrame(5, prefixed('in two').subarray(0, 2), 0))
    peer.send(
      dataFrame(5, prefixed('in two').subarray(2, 8), 0),
      dataFrame(5, prefixed('in two').subarray(8)),
    )
    expect(peer.calls.map(({ message }) => message.toString())).toEqual(['', 'whole', 'in two'])
  })

  it('is answered from bytes that may be used again at once', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1))
    const bytes = Buffer.from('answer')
    peer.calls[0]?.answer(bytes)
    bytes.fill(0)
    await new Promise(process.nextTick)
    expect(peer.received()[1]?.payload).toEqual(prefixed('answer'))
  })

  it('is answered once', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1))
    peer.calls[0]?.answer(Buffer.from('first'))
    peer.calls[0]?.answer(Buffer.from('second'))
    await new Promise(process.nextTick)
    expect(linesTo(peer)).toEqual(['HEADERS 1', 'DATA 1 10', 'HEADERS 1 end'])
  })
})

describe('the deadline of a call', () => {
  it.each<[string, number]>([
    ['2H', 7_200_000],
    ['3M', 180_000],
    ['5S', 5_000],
    ['250m', 250],
    ['1999u', 1],
    ['99999999n', 99],
    ['0m', 0],
    ['99999999H', 359_999_996_400_000],
  ])('is %s from now', (timeout, ms) => {
    const peer = greetedPeer()
    peer.send(withFields({ 'grpc-timeout': timeout }))
    expect(peer.calls[0]?.deadlineMs).toBe(peer.clock.nowMs() + ms)
  })

  it('is none where none was said', () => {
    const peer = greetedPeer()
    peer.send(call(1))
    expect(peer.calls[0]?.deadlineMs).toBe(Number.POSITIVE_INFINITY)
  })

  it.each(['', 'S', '5', '5s', '123456789m', '-1S', '1.5S', '5 S', '5Sm'])(
    'is not "%s"',
    (timeout) => {
      const peer = greetedPeer()
      peer.send(withFields({ 'grpc-timeout': timeout }))
      expect(answerTo(peer)).toMatchObject([
        { 'grpc-status': '13', 'grpc-message': `Invalid grpc-timeout value "${timeout}"` },
      ])
      expect(peer.calls).toEqual([])
      expect(peer.faults).toEqual(['bad_timeout'])
    },
  )
})

describe('a caller that goes', () => {
  it('is told of once, and not answered', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    let told = 0
    peer.send(call(1))
    peer.calls[0]?.onCancelled(() => {
      told += 1
    })
    expect(peer.calls[0]?.isCancelled()).toBe(false)
    peer.send(resetFrame(1))
    expect(peer.calls[0]?.isCancelled()).toBe(true)
    peer.send(resetFrame(1))
    await peer.hangUp()
    expect(told).toBe(1)
    peer.calls[0]?.answer(Buffer.from('too late'))
    await new Promise(process.nextTick)
    expect(linesTo(peer)).toEqual([])
  })

  it('is told of to whoever asks afterwards', () => {
    const peer = greetedPeer({ serve: () => undefined })
    let told = 0
    peer.send(call(1), resetFrame(1))
    peer.calls[0]?.onCancelled(() => {
      told += 1
    })
    expect(told).toBe(1)
  })

  it('takes all its calls with it when its connection is closed', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    const gone: number[] = []
    peer.send(call(1), call(3))
    peer.calls.forEach((one, at) => {
      one.onCancelled(() => gone.push(at))
    })
    await peer.hangUp()
    expect(gone).toEqual([0, 1])
    expect(peer.timers.waiting()).toEqual([])
  })

  it('is not told of behind the answer', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    let told = 0
    peer.send(call(1))
    peer.calls[0]?.onCancelled(() => {
      told += 1
    })
    peer.calls[0]?.answer(Buffer.from('answer'))
    peer.send(resetFrame(1))
    await peer.hangUp()
    expect(told).toBe(0)
  })

  it('is not served at all if it went before its message had come', () => {
    const peer = greetedPeer()
    peer.send(headersFrame(1), resetFrame(1), dataFrame(3, prefixed('x')).subarray(0, 0))
    expect(peer.calls).toEqual([])
    expect(peer.connection.openStreams()).toBe(0)
  })
})

describe('what is no call', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string]>([
    [
      'another method of HTTP',
      { ':method': 'GET' },
      { ':status': '405', allow: 'POST' },
      'not_grpc',
    ],
    [
      'another type of content',
      { 'content-type': 'application/json' },
      { ':status': '415' },
      'not_grpc',
    ],
    [
      'an unknown method',
      { ':path': '/x.Y/Z' },
      {
        ':status': '200',
        'grpc-status': '12',
        'grpc-message': 'The server does not implement the method /x.Y/Z',
      },
      'unknown_method',
    ],
    [
      'a method that others serve',
      { ':path': '/grpc.health.v1.Health/Watch' },
      { 'grpc-status': '12' },
      'unknown_method',
    ],
    [
      'a path with what a message must not have',
      { ':path': '/100%\u007f' },
      { 'grpc-message': 'The server does not implement the method /100%25%7F' },
      'unknown_method',
    ],
  ])('is answered and counted: %s', (_, changes, expected, fault) => {
    const peer = greetedPeer()
    peer.send(withFields(changes))
    const [answer, ...others] = answerTo(peer)
    expect(answer).toMatchObject(expected)
    expect(others).toEqual([])
    expect(peer.faults).toEqual([fault])
    expect(peer.connection.openStreams()).toBe(0)
  })

  it('is answered without a content type too', () => {
    const peer = greetedPeer()
    const fields = checkFields().filter(([name]) => name !== 'content-type')
    peer.send(headersFrame(1, fields, END))
    expect(answerTo(peer)).toEqual([{ ':status': '415' }])
  })

  it('is told what is wrong in text, as far as its windows allow', () => {
    const peer = greetedPeer()
    peer.send(frame(FRAME.settings, 0, 0, Buffer.from([0, 4, 0, 0, 0, 8])))
    peer.received()
    peer.send(headersFrame(1, checkFields({ ':method': 'GET' }), END))
    const [head, ...first] = peer.received()
    expect(fieldsOf(head?.payload ?? Buffer.of())).toEqual({
      ':status': '405',
      allow: 'POST',
      'content-type': 'text/plain; charset=utf-8',
    })
    expect(first).toMatchObject([{ type: FRAME.data, flags: 0, stream: 1 }])
    expect(peer.connection.openStreams()).toBe(1)
    peer.send(frame(FRAME.windowUpdate, 0, 1, Buffer.from([0, 0, 4, 0])))
    const rest = peer.received()
    expect(rest).toMatchObject([{ type: FRAME.data, flags: FLAG.endStream, stream: 1 }])
    const text = Buffer.concat([...first, ...rest].map(({ payload }) => payload)).toString()
    expect(text).toBe('Calls of gRPC are sent by POST.\n')
    expect(peer.connection.openStreams()).toBe(0)
  })

  it('is answered before its end, which is passed over', () => {
    const peer = greetedPeer()
    peer.send(headersFrame(1, checkFields({ ':path': '/x.Y/Z' })))
    expect(linesTo(peer)).toEqual(['HEADERS 1 end'])
    peer.send(dataFrame(1, prefixed('x'), 0), dataFrame(1, prefixed('y')))
    expect(linesTo(peer)).toEqual([])
    expect(peer.connection.openStreams()).toBe(0)
    peer.send(headersFrame(3, checkFields({ ':path': '/x.Y/Z' })))
    peer.send(headersFrame(3, [['x', 'y']], END))
    expect(linesTo(peer)).toEqual(['HEADERS 3 end'])
    expect(peer.connection.openStreams()).toBe(0)
  })

  it('has more header fields than are read', () => {
    const peer = greetedPeer({ limits: { maxSectionBytes: 1_000 } })
    const large = Array.from({ length: 20 }, (_, at) => [`x-${at}`, 'y'.repeat(50)] as const)
    peer.send(headersFrame(1, [...checkFields(), ...large], END))
    expect(answerTo(peer)).toEqual([{ ':status': '431' }])
    expect(peer.faults).toEqual(['headers_too_large'])
    peer.send(call(3))
    expect(peer.calls).toHaveLength(1)
  })
})

describe('header fields that HTTP does not allow', () => {
  const without = (name: string) => checkFields().filter(([other]) => other !== name)
  const fields = checkFields()
  it.each<[string, readonly (readonly [string, string])[]]>([
    ['a name in upper case', [...fields, ['X-Y', 'z']]],
    ['a name with a space', [...fields, ['x y', 'z']]],
    ['a name with a colon', [...fields, ['x:y', 'z']]],
    ['no name', [...fields, ['', 'z']]],
    ['a name beyond ASCII', [...fields, ['xÿ', 'z']]],
    ['a value with a line feed', [...fields, ['x', 'a\nb']]],
    ['a value with a carriage return', [...fields, ['x', 'a\rb']]],
    ['a value with a zero', [...fields, ['x', 'a\0b']]],
    ['a value that begins with a space', [...fields, ['x', ' a']]],
    ['a value that ends with a tab', [...fields, ['x', 'a\t']]],
    ['connection', [...fields, ['connection', 'close']]],
    ['keep-alive', [...fields, ['keep-alive', '1']]],
    ['proxy-connection', [...fields, ['proxy-connection', 'x']]],
    ['transfer-encoding', [...fields, ['transfer-encoding', 'chunked']]],
    ['upgrade', [...fields, ['upgrade', 'h2c']]],
    ['te that is not trailers', [...without('te'), ['te', 'gzip']]],
    ['a pseudo-header field behind others', [...without(':path'), [':path', CHECK_PATH]]],
    ['a pseudo-header field twice', [[':path', '/'], ...fields]],
    ['a pseudo-header field of a response', [[':status', '200'], ...fields]],
    ['a pseudo-header field that nobody knows', [[':x', 'y'], ...fields]],
    ['a pseudo-header field with a zero', [[':authority', 'a\0b'], ...without(':authority')]],
    ['no method', without(':method')],
    ['an empty method', [[':method', ''], ...without(':method')]],
    ['no scheme', without(':scheme')],
    ['an empty scheme', [[':scheme', ''], ...without(':scheme')]],
    ['no path', without(':path')],
    ['an empty path', [[':path', ''], ...without(':path')]],
    ['a path that is not one', [[':path', 'x'], ...without(':path')]],
    ['a path of an asterisk', [[':path', '*'], ...without(':path')]],
    ['CONNECT with a path', [[':method', 'CONNECT'], ...without(':method')]],
    ['a content-length that is no number', [...fields, ['content-length', '1x']]],
    ['a content-length that is below zero', [...fields, ['content-length', '-1']]],
    [
      'two that contradict one another',
      [...fields, ['content-length', '1'], ['content-length', '2']],
    ],
  ])('end the stream: %s', (_, sent) => {
    const peer = greetedPeer()
    const block = sent.map(([name, value]) => {
      const [nameBytes, valueBytes] = [Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1')]
      return Buffer.concat([
        Buffer.of(0, nameBytes.length),
        nameBytes,
        Buffer.of(valueBytes.length),
        valueBytes,
      ])
    })
    peer.send(frame(FRAME.headers, FLAG.endHeaders, 1, Buffer.concat(block)))
    expect(linesTo(peer)).toEqual(['RST_STREAM 1 1'])
    expect(peer.faults).toEqual(['malformed_request'])
    peer.send(dataFrame(1, prefixed('x')), call(3))
    expect(peer.calls).toHaveLength(1)
    expect(linesTo(peer).at(-1)).toBe('HEADERS 3 end')
  })

  it('are not those that may be there', () => {
    const peer = greetedPeer()
    peer.send(
      headersFrame(1, [
        ...checkFields({ 'content-length': '13' }),
        ['content-length', '13'],
        ['cookie', 'a=b'],
        ['cookie', 'c=d'],
        ['x', ''],
        ['x', 'a b\tc'],
        ['x-bin', 'AAAA'],
      ]),
      dataFrame(1, prefixed('question')),
    )
    expect(peer.calls).toHaveLength(1)
    expect(peer.faults).toEqual([])
  })
})

describe('messages that cannot be served', () => {
  const noMessage = `Received no request message for server streaming method ${CHECK_PATH}`
  const second = `Received a second request message for server streaming method ${CHECK_PATH}`
  it.each<[string, Buffer, string, string, string]>([
    ['none', Buffer.alloc(0), '12', noMessage, 'malformed_message'],
    ['half a prefix', prefixed('x').subarray(0, 3), '12', noMessage, 'malformed_message'],
    [
      'one that is cut off',
      prefixed('question').subarray(0, 9),
      '12',
      noMessage,
      'malformed_message',
    ],
    ['two', Buffer.concat([prefixed('a'), prefixed('b')]), '12', second, 'malformed_message'],
    [
      'one with something behind it',
      Buffer.concat([prefixed('a'), Buffer.of(0)]),
      '12',
      second,
      'malformed_message',
    ],
    [
      'a flag that is neither',
      prefixed('a', 2),
      '13',
      'The flag of a message is neither 0 nor 1',
      'malformed_message',
    ],
    [
      'a flag without an encoding',
      prefixed('a', 1),
      '13',
      'A message is said to be compressed, and not how',
      'malformed_message',
    ],
  ])('are %s', (_, payload, status, message, fault) => {
    const peer = greetedPeer()
    peer.send(headersFrame(1), dataFrame(1, payload))
    expect(answerTo(peer)).toMatchObject([
      { ':status': '200', 'grpc-status': status, 'grpc-message': message },
    ])
    expect(peer.faults).toEqual([fault])
    expect(peer.calls).toEqual([])
    expect(peer.connection.openStreams()).toBe(0)
  })

  it('are none without any DATA', () => {
    const peer = greetedPeer()
    peer.send(headersFrame(1, checkFields(), END))
    expect(answerTo(peer)).toMatchObject([{ 'grpc-status': '12', 'grpc-message': noMessage }])
  })

  it('are two in frames of their own', () => {
    const peer = greetedPeer()
    peer.send(headersFrame(1), dataFrame(1, prefixed('a'), 0), dataFrame(1, prefixed('b')))
    expect(answerTo(peer)).toMatchObject([{ 'grpc-status': '12', 'grpc-message': second }])
  })

  it('are compressed ones: what is understood is told', () => {
    const peer = greetedPeer()
    peer.send(withFields({ 'grpc-encoding': 'gzip' }, prefixed('zipped', 1)))
    expect(answerTo(peer)).toEqual([
      {
        ':status': '200',
        'content-type': 'application/grpc+proto',
        'grpc-accept-encoding': 'identity',
        'grpc-status': '12',
        'grpc-message': 'Received message compressed with unsupported encoding "gzip"',
      },
    ])
    expect(peer.faults).toEqual(['compressed'])
  })

  it('are not those that only could be compressed', () => {
    const peer = greetedPeer()
    peer.send(withFields({ 'grpc-encoding': 'gzip' }))
    expect(peer.calls).toHaveLength(1)
  })

  it('are larger than allowed, known by their first bytes', () => {
    const peer = greetedPeer({ limits: { maxMessageBytes: 100 } })
    peer.send(headersFrame(1), dataFrame(1, prefixed(Buffer.alloc(101)).subarray(0, 5), 0))
    expect(answerTo(peer)).toMatchObject([
      { 'grpc-status': '8', 'grpc-message': 'Received message larger than max (101 vs 100)' },
    ])
    peer.send(dataFrame(1, Buffer.alloc(101)), call(3, Buffer.alloc(100)))
    expect(peer.faults).toEqual(['message_too_large'])
    expect(peer.calls).toHaveLength(1)
  })

  it('have no room beside others that have not come to their end', () => {
    const peer = greetedPeer({ limits: { maxAssemblyBytes: 40_000 } })
    const half = prefixed(Buffer.alloc(17_000)).subarray(0, 16_000)
    for (const stream of [1, 3, 5]) peer.send(headersFrame(stream), dataFrame(stream, half, 0))
    expect(answerTo(peer)).toMatchObject([
      { 'grpc-status': '8', 'grpc-message': 'Too many large messages are on their way' },
    ])
    peer.send(resetFrame(1), dataFrame(5, Buffer.alloc(0)))
    peer.send(
      headersFrame(7),
      dataFrame(7, half, 0),
      dataFrame(7, prefixed(Buffer.alloc(17_000)).subarray(16_000)),
    )
    expect(peer.calls).toHaveLength(1)
  })
})

describe('health', () => {
  const path = '/grpc.health.v1.Health/Check'
  const ask = (payload: Buffer) => {
    const peer = greetedPeer({
      health: (service) => ({ '': true, serving: true, down: false })[service],
    })
    peer.send(withFields({ ':path': path }, prefixed(payload)))
    return peer
  }
  const named = (service: string): Buffer =>
    Buffer.concat([Buffer.of(0x0a, service.length), Buffer.from(service)])

  it.each<[string, Buffer, string]>([
    ['of the server', Buffer.alloc(0), '0801'],
    ['of the server by an empty name', named(''), '0801'],
    ['of a service', named('serving'), '0801'],
    ['of a service that is down', named('down'), '0802'],
    [
      'with fields that nobody knows',
      Buffer.concat([Buffer.from('1096011d000000001900000000000000002200', 'hex'), named('down')]),
      '0802',
    ],
    ['of the last that is named', Buffer.concat([named('down'), named('serving')]), '0801'],
  ])('is told %s', (_, payload, expected) => {
    expect(ask(payload).received()[1]?.payload.toString('hex')).toBe(`0000000002${expected}`)
  })

  it('is an error of a service that there is not', () => {
    const peer = ask(named('other'))
    expect(answerTo(peer)).toMatchObject([
      { 'grpc-status': '5', 'grpc-message': 'The server has no such service.' },
    ])
    expect(peer.faults).toEqual(['unknown_service'])
  })

  it.each(['0a', '0a05', '08', '00', '0b', '1d0000', '19', 'ff', 'ffffffffffffffffffffff01'])(
    'is an error of what is no question: %s',
    (payload) => {
      const peer = ask(Buffer.from(payload, 'hex'))
      expect(answerTo(peer)).toMatchObject([
        { 'grpc-status': '13', 'grpc-message': 'Error deserializing request' },
      ])
    },
  )

  it('is never asked of the check', () => {
    expect(ask(Buffer.alloc(0)).calls).toEqual([])
  })
})
