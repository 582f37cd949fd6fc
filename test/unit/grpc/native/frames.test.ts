import { describe, expect, it } from 'vitest'
import { FLAG, FRAME, frame, preface, resetFrame } from '../../../support/http2-frames.ts'
import {
  call,
  checkFields,
  dataFrame,
  greetedPeer,
  headersFrame,
  linesTo,
  nativePeer,
  prefixed,
} from '../../../support/native-peer.ts'

const PRIORITY = 0x2
const PUSH_PROMISE = 0x5
const WINDOW_UPDATE = 0x8
const CONTINUATION = 0x9
const PADDED = 0x8
const HAS_PRIORITY = 0x20

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

const settings = (...entries: readonly (readonly [number, number])[]): Buffer => {
  const payload = Buffer.alloc(entries.length * 6)
  entries.forEach(([id, value], at) => {
    payload.writeUInt16BE(id, at * 6)
    payload.writeUInt32BE(value, at * 6 + 2)
  })
  return frame(FRAME.settings, 0, 0, payload)
}

const widen = (stream: number, increment: number): Buffer => {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(increment)
  return frame(WINDOW_UPDATE, 0, stream, payload)
}

const answered = (stream: number, length = 13): readonly string[] => [
  `HEADERS ${stream}`,
  `DATA ${stream} ${length}`,
  `HEADERS ${stream} end`,
]

/** What frames lead to on a connection that has just been greeted. */
const outcomeOf = (...bytes: readonly Buffer[]) => {
  const peer = greetedPeer()
  peer.send(...bytes)
  return { lines: linesTo(peer), faults: peer.faults, isEnded: peer.isEnded() }
}

describe('the preface (RFC 9113 section 3.4)', () => {
  it('is answered with settings, and a wider window of the connection', () => {
    const peer = nativePeer()
    expect(linesTo(peer)).toEqual(['SETTINGS', 'WINDOW_UPDATE 0 16711681'])
    peer.send(preface())
    expect(linesTo(peer)).toEqual(['SETTINGS ack'])
  })

  it.each([
    ['HTTP/1', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
    ['something that begins like it', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r')],
    [
      'a first frame that is no SETTINGS',
      Buffer.concat([preface().subarray(0, 24), frame(FRAME.ping, 0, 0, Buffer.alloc(8))]),
    ],
    [
      'a first frame that acknowledges',
      Buffer.concat([
        preface().subarray(0, 24),
        frame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0)),
      ]),
    ],
  ])('is missed in %s', (_, bytes) => {
    const peer = nativePeer()
    peer.received()
    peer.send(bytes)
    expect(linesTo(peer)).toEqual(['GOAWAY 0 1'])
    expect(peer.faults).toEqual(['bad_preface'])
    expect(peer.isEnded()).toBe(true)
  })
})

describe('what ends a connection', () => {
  const continued = headersFrame(1, checkFields(), 0)
  it.each<[string, number, string, readonly Buffer[]]>([
    [
      '4.2: a frame beyond 16,384 bytes',
      6,
      'malformed_frame',
      [frame(FRAME.data, 0, 1, Buffer.alloc(16_385))],
    ],
    [
      '4.3: a header block that cannot be decoded',
      9,
      'malformed_header_block',
      [frame(FRAME.headers, FLAG.endHeaders, 1, hex('ff'))],
    ],
    ['4.3: HEADERS within a header block', 1, 'malformed_frame', [continued, headersFrame(3)]],
    [
      '4.3: DATA within a header block',
      1,
      'malformed_frame',
      [continued, dataFrame(1, prefixed('x'))],
    ],
    ['5.1.1: a stream with an even id', 1, 'malformed_frame', [headersFrame(2)]],
    ['6.1: DATA on no stream', 1, 'malformed_frame', [dataFrame(0, prefixed('x'))]],
    [
      '6.1: DATA on a stream that was not begun',
      1,
      'malformed_frame',
      [dataFrame(1, prefixed('x'))],
    ],
    [
      '6.1: padding as long as the payload',
      1,
      'malformed_frame',
      [headersFrame(1), frame(FRAME.data, PADDED, 1, hex('03 00 00'))],
    ],
    [
      '6.1: no room for the length of the padding',
      6,
      'malformed_frame',
      [headersFrame(1), frame(FRAME.data, PADDED, 1, hex(''))],
    ],
    ['6.2: HEADERS on no stream', 1, 'malformed_frame', [headersFrame(0)]],
    [
      '6.2: padding as long as the block',
      1,
      'malformed_frame',
      [frame(FRAME.headers, PADDED | FLAG.endHeaders, 1, hex('05 82 82'))],
    ],
    [
      '6.2: no room for the priority',
      6,
      'malformed_frame',
      [frame(FRAME.headers, HAS_PRIORITY | FLAG.endHeaders, 1, hex('00 00 00 00'))],
    ],
    [
      '6.3: PRIORITY on no stream',
      1,
      'malformed_frame',
      [frame(PRIORITY, 0, 0, hex('00 00 00 00 10'))],
    ],
    [
      '6.3: PRIORITY of another length on a stream that is not open',
      6,
      'malformed_frame',
      [frame(PRIORITY, 0, 1, hex('00 00 00 00'))],
    ],
    ['6.4: RST_STREAM on no stream', 1, 'malformed_frame', [resetFrame(0)]],
    ['6.4: RST_STREAM on a stream that was not begun', 1, 'malformed_frame', [resetFrame(1)]],
    [
      '6.4: RST_STREAM of another length',
      6,
      'malformed_frame',
      [headersFrame(1), frame(FRAME.rstStream, 0, 1, hex('00 00 08'))],
    ],
    ['6.5: SETTINGS on a stream', 1, 'malformed_frame', [frame(FRAME.settings, 0, 1, hex(''))]],
    [
      '6.5: SETTINGS whose length is no multiple of six',
      6,
      'malformed_frame',
      [frame(FRAME.settings, 0, 0, hex('00 03 00'))],
    ],
    [
      '6.5: an acknowledgement that says something',
      6,
      'malformed_frame',
      [frame(FRAME.settings, FLAG.ack, 0, hex('00 03 00 00 00 01'))],
    ],
    ['6.5.2: ENABLE_PUSH that is neither 0 nor 1', 1, 'malformed_frame', [settings([2, 2])]],
    ['6.5.2: INITIAL_WINDOW_SIZE beyond its limit', 3, 'flow_control', [settings([4, 2 ** 31])]],
    ['6.5.2: MAX_FRAME_SIZE below its least', 1, 'malformed_frame', [settings([5, 16_383])]],
    ['6.5.2: MAX_FRAME_SIZE beyond its limit', 1, 'malformed_frame', [settings([5, 2 ** 24])]],
    [
      '6.6: PUSH_PROMISE',
      1,
      'malformed_frame',
      [frame(PUSH_PROMISE, FLAG.endHeaders, 1, hex('00 00 00 02 82'))],
    ],
    ['6.7: PING on a stream', 1, 'malformed_frame', [frame(FRAME.ping, 0, 1, Buffer.alloc(8))]],
    [
      '6.7: PING of another length',
      6,
      'malformed_frame',
      [frame(FRAME.ping, 0, 0, Buffer.alloc(6))],
    ],
    ['6.8: GOAWAY on a stream', 1, 'malformed_frame', [frame(FRAME.goaway, 0, 1, Buffer.alloc(8))]],
    [
      '6.8: GOAWAY that is too short',
      6,
      'malformed_frame',
      [frame(FRAME.goaway, 0, 0, Buffer.alloc(7))],
    ],
    ['6.9: WINDOW_UPDATE of the connection by 0', 1, 'malformed_frame', [widen(0, 0)]],
    [
      '6.9: WINDOW_UPDATE of another length',
      6,
      'malformed_frame',
      [frame(WINDOW_UPDATE, 0, 0, hex('00 00 01'))],
    ],
    ['6.9: WINDOW_UPDATE on a stream that was not begun', 1, 'malformed_frame', [widen(1, 1)]],
    [
      '6.9.1: a window of the connection beyond its limit',
      3,
      'flow_control',
      [widen(0, 2 ** 31 - 1)],
    ],
    [
      '6.9.2: a window of a stream that SETTINGS bring beyond its limit',
      3,
      'flow_control',
      [settings([4, 1]), headersFrame(1), widen(1, 2 ** 31 - 2), settings([4, 2])],
    ],
    [
      '6.10: CONTINUATION without a header block',
      1,
      'malformed_frame',
      [frame(CONTINUATION, FLAG.endHeaders, 1, hex('82'))],
    ],
    [
      '6.10: CONTINUATION of another stream',
      1,
      'malformed_frame',
      [continued, frame(CONTINUATION, FLAG.endHeaders, 3, hex('82'))],
    ],
    [
      '6.10: CONTINUATION behind the end of a block',
      1,
      'malformed_frame',
      [headersFrame(1), frame(CONTINUATION, FLAG.endHeaders, 1, hex('82'))],
    ],
  ])('is %s', (_, code, fault, bytes) => {
    const { lines, faults, isEnded } = outcomeOf(...bytes)
    expect(lines.at(-1)).toMatch(new RegExp(`^GOAWAY \\d+ ${code}$`))
    expect(faults.at(-1)).toBe(fault)
    expect(isEnded).toBe(true)
  })

  it('is told in words, with the last stream that was begun', () => {
    const peer = greetedPeer()
    peer.send(call(1), call(3))
    peer.received()
    peer.send(widen(0, 0))
    const [goaway] = peer.received()
    expect(goaway?.payload.readUInt32BE(0)).toBe(3)
    expect(goaway?.payload.subarray(8).toString()).toBe('WINDOW_UPDATE of the connection by 0')
  })

  it('ends what is open, and nothing that comes behind it is read', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    let cancelled = 0
    peer.send(call(1))
    peer.calls[0]?.onCancelled(() => {
      cancelled += 1
    })
    peer.send(widen(0, 0), call(3))
    expect(peer.calls).toHaveLength(1)
    expect(cancelled).toBe(1)
    expect(peer.connection.openStreams()).toBe(0)
    peer.send(call(5))
    expect(peer.calls).toHaveLength(1)
    peer.timers.pass(1_000)
    expect(peer.isDestroyed()).toBe(true)
    await peer.connection.closed
    expect(peer.timers.waiting()).toEqual([])
  })
})

describe('what ends a stream, and the connection goes on', () => {
  it.each<[string, number, string, readonly Buffer[]]>([
    ['5.1: DATA behind its end', 5, 'closed_stream', [call(1), dataFrame(1, prefixed('x'))]],
    [
      '5.1: DATA behind a reset of the peer',
      5,
      'closed_stream',
      [headersFrame(1), resetFrame(1), dataFrame(1, prefixed('x'))],
    ],
    [
      '5.3.1: a stream that depends on itself',
      1,
      'malformed_request',
      [frame(FRAME.headers, HAS_PRIORITY | FLAG.endHeaders, 1, hex('00 00 00 01 10 82'))],
    ],
    [
      '6.3: PRIORITY of another length',
      6,
      'malformed_frame',
      [headersFrame(1), frame(PRIORITY, 0, 1, hex('00 00 00 00'))],
    ],
    [
      '6.3: PRIORITY that names its own stream',
      1,
      'malformed_frame',
      [headersFrame(1), frame(PRIORITY, 0, 1, hex('00 00 00 01 10'))],
    ],
    ['6.9: WINDOW_UPDATE by 0', 1, 'malformed_frame', [headersFrame(1), widen(1, 0)]],
    [
      '6.9.1: a window beyond its limit',
      3,
      'flow_control',
      [headersFrame(1), widen(1, 2 ** 31 - 1)],
    ],
    [
      '8.1: trailers that are not the end',
      1,
      'malformed_request',
      [headersFrame(1), headersFrame(1, [['x', 'y']])],
    ],
    [
      '8.1: trailers with a pseudo-header field',
      1,
      'malformed_request',
      [headersFrame(1), headersFrame(1, [[':path', '/']], FLAG.endHeaders | FLAG.endStream)],
    ],
    [
      '8.1.1: a content-length that is not that of the data',
      1,
      'malformed_request',
      [headersFrame(1, checkFields({ 'content-length': '5' })), dataFrame(1, prefixed('x'))],
    ],
    [
      '8.1.1: a content-length that is beyond the data',
      1,
      'malformed_request',
      [headersFrame(1, checkFields({ 'content-length': '9' })), dataFrame(1, prefixed('x'))],
    ],
  ])('is %s', (_, code, fault, bytes) => {
    const peer = greetedPeer()
    peer.send(...bytes)
    expect(linesTo(peer).at(-1)).toBe(`RST_STREAM 1 ${code}`)
    expect(peer.faults).toEqual([fault])
    peer.send(call(3))
    expect(linesTo(peer)).toEqual(answered(3))
    expect(peer.isEnded()).toBe(false)
  })

  it('is HEADERS behind its end, while the answer waits', () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1), headersFrame(1, [['x', 'y']], FLAG.endHeaders | FLAG.endStream))
    expect(linesTo(peer)).toEqual(['RST_STREAM 1 5'])
    expect(peer.calls[0]?.isCancelled()).toBe(true)
    expect(peer.isEnded()).toBe(false)
  })

  it.each<[string, number, string, Buffer]>([
    ['is HEADERS where both sides have ended: the connection', 5, 'closed_stream', headersFrame(1)],
    [
      'is HEADERS on an id that was passed over: the connection',
      1,
      'malformed_frame',
      headersFrame(3),
    ],
  ])('%s', (_, code, fault, bytes) => {
    const { lines, faults } = outcomeOf(call(1), call(5), bytes)
    expect(lines.at(-1)).toBe(`GOAWAY 5 ${code}`)
    expect(faults).toEqual([fault])
  })

  it('has its frames passed over that were on their way', () => {
    const peer = greetedPeer()
    peer.send(headersFrame(1, [['UPPER', 'case']]))
    expect(linesTo(peer)).toEqual(['RST_STREAM 1 1'])
    peer.send(dataFrame(1, prefixed('x'), 0), resetFrame(1), widen(1, 5), call(3))
    peer.send(headersFrame(1, [['x', 'y']], FLAG.endHeaders | FLAG.endStream))
    expect(linesTo(peer)).toEqual(answered(3))
    expect(peer.faults).toEqual(['malformed_request'])
  })
})

describe('what is taken as it comes', () => {
  it.each<[string, readonly Buffer[]]>([
    ['4.1: a type that nobody knows', [frame(0x16, 0xff, 0, Buffer.alloc(100))]],
    [
      '4.1: flags that mean nothing',
      [frame(FRAME.headers, FLAG.endHeaders | 0x42, 1, Buffer.alloc(0)), resetFrame(1)],
    ],
    [
      '5.1: PRIORITY, whatever the state',
      [frame(PRIORITY, 0, 1, hex('00 00 00 00 10')), frame(PRIORITY, 0, 2, hex('00 00 00 00 10'))],
    ],
    ['5.1: RST_STREAM and WINDOW_UPDATE behind the end', [call(1), resetFrame(1), widen(1, 1)]],
    ['6.5: an acknowledgement of nothing', [frame(FRAME.settings, FLAG.ack, 0, hex(''))]],
    ['6.7: a PING that comes back to nobody', [frame(FRAME.ping, FLAG.ack, 0, Buffer.alloc(8))]],
  ])('is %s', (_, bytes) => {
    const peer = greetedPeer()
    peer.send(...bytes)
    peer.received()
    peer.send(call(9))
    expect(linesTo(peer)).toEqual(answered(9))
    expect(peer.isEnded()).toBe(false)
  })

  it('is SETTINGS, acknowledged; and PING, sent back as it came', () => {
    const { lines, faults } = outcomeOf(
      settings([1, 0], [2, 0], [3, 7], [4, 5], [5, 2 ** 24 - 1], [6, 1], [0x99, 1]),
      frame(FRAME.ping, 0, 0, Buffer.from('eight-by')),
    )
    expect(lines).toEqual(['SETTINGS ack', 'PING ack eight-by'])
    expect(faults).toEqual([])
  })

  it('is a call with padding, priority, continuations, a message in pieces, and trailers', () => {
    const block = headersFrame(1).subarray(9)
    const { lines, faults } = outcomeOf(
      frame(
        FRAME.headers,
        PADDED | HAS_PRIORITY,
        1,
        Buffer.concat([hex('02 80 00 00 00 10'), block.subarray(0, 3), hex('00 00')]),
      ),
      frame(CONTINUATION, 0, 1, block.subarray(3, 3)),
      frame(CONTINUATION, 0, 1, block.subarray(3, 40)),
      frame(CONTINUATION, FLAG.endHeaders, 1, block.subarray(40)),
      frame(
        FRAME.data,
        PADDED,
        1,
        Buffer.concat([hex('04'), prefixed('question').subarray(0, 3), Buffer.alloc(4)]),
      ),
      dataFrame(1, Buffer.alloc(0), 0),
      dataFrame(1, prefixed('question').subarray(3), 0),
      headersFrame(1, [['x', 'y']], FLAG.endHeaders | FLAG.endStream),
    )
    expect(lines).toEqual(answered(1))
    expect(faults).toEqual([])
  })

  it('is a stream of a higher id: those between are passed over', () => {
    expect(outcomeOf(call(1), call(101)).lines).toEqual([...answered(1), ...answered(101)])
  })
})

describe('how many streams there may be (5.1.2)', () => {
  it('is told, and one more is refused on its own stream', () => {
    const peer = nativePeer({ serve: () => undefined, limits: { maxStreams: 3 } })
    expect(peer.received()[0]?.payload.subarray(0, 6)).toEqual(hex('0003 00000003'))
    peer.send(preface(), call(1), call(3), call(5), call(7))
    expect(linesTo(peer)).toEqual(['SETTINGS ack', 'RST_STREAM 7 7'])
    expect(peer.faults).toEqual(['refused_stream'])
    peer.calls[1]?.answer(Buffer.from('answer'))
    peer.send(call(9))
    expect(peer.calls).toHaveLength(4)
    expect(peer.connection.openStreams()).toBe(3)
  })

  it('is counted without those that the peer has given up', () => {
    const peer = greetedPeer({ serve: () => undefined, limits: { maxStreams: 1 } })
    peer.send(call(1), resetFrame(1), call(3))
    expect(peer.calls).toHaveLength(2)
    expect(peer.faults).toEqual([])
  })
})

describe('repeated header blocks', () => {
  const indexed = (name: string, value: string): Buffer =>
    Buffer.concat([
      Buffer.of(0x40, name.length),
      Buffer.from(name),
      Buffer.of(value.length),
      Buffer.from(value),
    ])
  const withBlock = (stream: number, block: Buffer): Buffer =>
    Buffer.concat([
      frame(FRAME.headers, FLAG.endHeaders, stream, block),
      dataFrame(stream, prefixed('question')),
    ])
  const first = Buffer.concat(checkFields().map(([name, value]) => indexed(name, value)))
  const warm = hex('c3 c2 c1 c0 bf be')

  it('mean the same, as long as the table does', () => {
    const { lines, faults } = outcomeOf(
      withBlock(1, first),
      withBlock(3, warm),
      withBlock(5, warm),
      withBlock(7, warm),
    )
    expect(lines).toEqual([1, 3, 5, 7].flatMap((stream) => answered(stream)))
    expect(faults).toEqual([])
  })

  it('mean something else when the table is another', () => {
    const peer = greetedPeer()
    peer.send(withBlock(1, first), withBlock(3, warm))
    peer.received()
    peer.send(withBlock(5, Buffer.concat([warm, indexed('x', 'y')])))
    expect(linesTo(peer)).toEqual(answered(5))
    peer.send(withBlock(7, warm))
    expect(peer.faults).toEqual(['malformed_request'])
    expect(linesTo(peer)).toEqual(['RST_STREAM 7 1'])
    peer.send(withBlock(9, hex('c4 c3 c2 c1 c0 bf')))
    expect(linesTo(peer)).toEqual(answered(9))
  })

  it('mean something else when trailers have changed the table', () => {
    const peer = greetedPeer()
    peer.send(withBlock(1, first), withBlock(3, warm), headersFrame(5))
    peer.send(dataFrame(5, prefixed('question'), 0))
    peer.send(frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 5, indexed('x', 'y')))
    peer.received()
    peer.send(withBlock(7, warm))
    expect(linesTo(peer)).toEqual(['RST_STREAM 7 1'])
  })

  it('mean nothing when the table was emptied', () => {
    const peer = greetedPeer()
    peer.send(
      withBlock(1, first),
      withBlock(3, warm),
      withBlock(
        5,
        Buffer.concat([
          hex('20'),
          first.subarray(0, 0),
          Buffer.concat(
            checkFields().map(([name, value]) =>
              Buffer.concat([
                Buffer.of(0, name.length),
                Buffer.from(name),
                Buffer.of(value.length),
                Buffer.from(value),
              ]),
            ),
          ),
        ]),
      ),
    )
    peer.received()
    peer.send(withBlock(7, warm))
    expect(linesTo(peer)).toEqual(['GOAWAY 5 9'])
  })

  it('are known among more of them than are kept', () => {
    const peer = greetedPeer()
    const blocks = Array.from({ length: 20 }, (_, at) =>
      headersFrame(1, checkFields({ 'grpc-timeout': `${at + 1}S` })).subarray(9),
    )
    for (let round = 0; round < 3; round += 1) {
      for (const [at, block] of blocks.entries()) {
        peer.send(withBlock(round * 40 + at * 2 + 1, block))
      }
    }
    const now = peer.clock.nowMs()
    expect(peer.calls.map(({ deadlineMs }) => (deadlineMs - now) / 1000)).toEqual(
      Array.from({ length: 60 }, (_, at) => (at % 20) + 1),
    )
  })
})
