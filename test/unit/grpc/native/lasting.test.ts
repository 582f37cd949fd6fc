import { describe, expect, it } from 'vitest'
import { FLAG, FRAME, frame, preface, resetFrame } from '../../../support/http2-frames.ts'
import {
  call,
  checkFields,
  dataFrame,
  described,
  greetedPeer,
  headersFrame,
  linesTo,
  type NativePeer,
  nativePeer,
  prefixed,
} from '../../../support/native-peer.ts'

const WINDOW_UPDATE = 0x8

const widen = (stream: number, increment: number): Buffer => {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(increment)
  return frame(WINDOW_UPDATE, 0, stream, payload)
}

const initialWindow = (bytes: number): Buffer => {
  const payload = Buffer.from('000400000000', 'hex')
  payload.writeUInt32BE(bytes, 2)
  return frame(FRAME.settings, 0, 0, payload)
}

const ping = (payload = 'eight-by', flags = 0): Buffer =>
  frame(FRAME.ping, flags, 0, Buffer.from(payload))

/** Lets time pass in steps, as a timer that sets itself again needs. */
const pass = (peer: NativePeer, ms: number): void => {
  for (let passed = 0; passed < ms; passed += 1_000) peer.timers.pass(1_000)
}

describe('the windows of the peer (RFC 9113 section 5.2)', () => {
  const large = 'x'.repeat(3_000)

  it('hold an answer back, which goes on as they are widened; trailers come behind all of it', () => {
    const peer = greetedPeer()
    peer.send(initialWindow(1_000), call(1, large))
    expect(linesTo(peer)).toEqual(['SETTINGS ack', 'HEADERS 1', 'DATA 1 1000'])
    peer.send(widen(1, 1))
    expect(linesTo(peer)).toEqual(['DATA 1 1'])
    peer.send(widen(1, 2_003))
    expect(linesTo(peer)).toEqual(['DATA 1 2003'])
    expect(peer.connection.openStreams()).toBe(1)
    peer.send(widen(1, 1_000))
    expect(linesTo(peer)).toEqual(['DATA 1 1', 'HEADERS 1 end'])
    expect(peer.connection.openStreams()).toBe(0)
    expect(peer.faults).toEqual([])
  })

  it('change with SETTINGS for streams that are open, below zero too (6.9.2)', () => {
    const peer = greetedPeer()
    peer.send(initialWindow(1_000), call(1, large), initialWindow(10))
    peer.received()
    peer.send(widen(1, 990))
    expect(linesTo(peer)).toEqual([])
    peer.send(widen(1, 5))
    expect(linesTo(peer)).toEqual(['DATA 1 5'])
    peer.send(initialWindow(5_000))
    expect(linesTo(peer)).toEqual(['SETTINGS ack', 'DATA 1 2000', 'HEADERS 1 end'])
  })

  /** Answers every call with so many bytes. */
  const answering = (length: number) =>
    greetedPeer({ serve: (one) => one.answer(Buffer.alloc(length)) })

  it('of the connection are shared, and those who wait have them in turn', () => {
    const peer = answering(40_000)
    peer.send(initialWindow(0), call(1), call(3), initialWindow(60_000))
    expect(linesTo(peer).filter((line) => line.startsWith('DATA'))).toEqual([
      'DATA 1 16384',
      'DATA 3 16384',
      'DATA 1 16384',
      'DATA 3 16383',
    ])
    peer.send(widen(0, 100_000))
    expect(linesTo(peer)).toEqual(['DATA 1 7237', 'HEADERS 1 end', 'DATA 3 7238', 'HEADERS 3 end'])
  })

  it('are of no matter to a small answer beside a large one that waits', () => {
    const peer = greetedPeer()
    peer.send(initialWindow(1_000), call(1, large), call(3, 'small'))
    expect(linesTo(peer).slice(-3)).toEqual(['HEADERS 3', 'DATA 3 10', 'HEADERS 3 end'])
  })

  it('hold no more than a bound for one connection', () => {
    const peer = greetedPeer({ limits: { outbox: { pauseBytes: 10_000, mostBytes: 10_000 } } })
    peer.send(initialWindow(0), call(1, large), call(3, large), call(5, large), call(7, large))
    expect(linesTo(peer).at(-1)).toBe('RST_STREAM 7 11')
    expect(peer.faults).toEqual(['slow_reader'])
    peer.send(resetFrame(1), call(9, large))
    expect(peer.faults).toEqual(['slow_reader'])
  })

  it('that are not widened for half a minute end the stream, and not the connection', () => {
    const peer = greetedPeer()
    peer.send(initialWindow(1_000), call(1, large))
    peer.received()
    pass(peer, 29_000)
    expect(peer.faults).toEqual([])
    pass(peer, 6_000)
    expect(linesTo(peer)).toEqual(['RST_STREAM 1 8'])
    expect(peer.faults).toEqual(['slow_reader'])
    expect(peer.connection.openStreams()).toBe(0)
    expect(peer.isDestroyed()).toBe(false)
  })

  it('are obeyed with frames no larger than the peer takes', () => {
    const peer = answering(60_000)
    peer.send(initialWindow(2 ** 30), widen(0, 2 ** 30), call(1))
    expect(linesTo(peer).filter((line) => line.startsWith('DATA'))).toEqual([
      'DATA 1 16384',
      'DATA 1 16384',
      'DATA 1 16384',
      'DATA 1 10853',
    ])
    peer.send(frame(FRAME.settings, 0, 0, Buffer.from('000500010000', 'hex')), call(3))
    expect(linesTo(peer)).toContain('DATA 3 60005')
  })
})

describe('our windows', () => {
  const limits = { connectionWindowBytes: 70_000, streamWindowBytes: 20_000 }
  const piece = (stream: number, length: number): Buffer =>
    dataFrame(stream, Buffer.alloc(length), 0)

  it('are widened when half of them is used', () => {
    const peer = greetedPeer({ limits })
    peer.send(headersFrame(1), dataFrame(1, prefixed(Buffer.alloc(60_000)).subarray(0, 9_000), 0))
    expect(linesTo(peer)).toEqual([])
    peer.send(piece(1, 2_000))
    expect(linesTo(peer)).toEqual(['WINDOW_UPDATE 1 11000'])
    peer.send(piece(1, 9_000), piece(1, 9_000))
    expect(linesTo(peer)).toEqual(['WINDOW_UPDATE 1 18000'])
    peer.send(piece(1, 9_000))
    expect(linesTo(peer)).toEqual(['WINDOW_UPDATE 0 38000'])
  })

  it('of a stream must not be overdrawn', () => {
    const peer = greetedPeer({ limits: { ...limits, streamWindowBytes: 16_000 } })
    peer.send(headersFrame(1), piece(1, 16_001), call(3))
    expect(linesTo(peer)[0]).toBe('RST_STREAM 1 3')
    expect(peer.faults).toEqual(['flow_control'])
    expect(peer.calls).toHaveLength(1)
  })

  it('of the connection count what is passed over, so that they never run dry', () => {
    const peer = greetedPeer({ limits })
    peer.send(headersFrame(1, [['X', 'y']]))
    peer.received()
    for (let at = 0; at < 40; at += 1) peer.send(piece(1, 9_000))
    const lines = linesTo(peer)
    expect(lines.filter((line) => line.startsWith('WINDOW_UPDATE 0'))).toHaveLength(10)
    expect(peer.isEnded()).toBe(false)
  })
})

describe('a peer that does not read', () => {
  const limits = { outbox: { pauseBytes: 1_000, mostBytes: 5_000 } }
  const message = 'x'.repeat(1_500)

  it('is not read from until it has taken everything', async () => {
    const peer = greetedPeer({ limits })
    peer.stopReading()
    peer.send(call(1))
    expect(peer.isPaused()).toBe(false)
    peer.send(call(3, message))
    expect(peer.isPaused()).toBe(true)
    peer.goOnReading()
    await expect.poll(peer.isPaused).toBe(false)
    expect(peer.faults).toEqual([])
  })

  it('keeps no memory but for what it has not taken', async () => {
    const peer = greetedPeer()
    peer.stopReading()
    peer.send(call(1))
    for (const stream of [3, 5, 7]) peer.send(call(stream))
    peer.received()
    peer.goOnReading()
    await expect.poll(() => linesTo(peer).length).toBeGreaterThan(0)
    expect(peer.memory()).toBeLessThan(1_000)
  })

  it('is let go after half a minute', async () => {
    const peer = greetedPeer({ limits })
    peer.stopReading()
    peer.send(call(1, message))
    pass(peer, 25_000)
    expect(peer.isDestroyed()).toBe(false)
    pass(peer, 10_000)
    expect(peer.isDestroyed()).toBe(true)
    expect(peer.faults).toEqual(['slow_reader'])
    await peer.connection.closed
    expect(peer.timers.waiting()).toEqual([])
  })

  it('is let go at once if more than a bound waits for it', () => {
    const peer = greetedPeer({ limits })
    peer.stopReading()
    for (const stream of [1, 3, 5, 7]) peer.send(call(stream, message))
    expect(peer.isDestroyed()).toBe(true)
    expect(peer.faults).toEqual(['slow_reader'])
  })
})

describe('a peer that is silent', () => {
  it('is asked for a sign after a minute, and let go without one', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1))
    pass(peer, 59_000)
    expect(linesTo(peer)).toEqual([])
    pass(peer, 6_000)
    expect(linesTo(peer)).toEqual(['PING stillon?'])
    pass(peer, 14_000)
    expect(peer.isDestroyed()).toBe(false)
    pass(peer, 6_000)
    expect(peer.isDestroyed()).toBe(true)
    expect(peer.faults).toEqual(['silent'])
    await peer.connection.closed
    expect(peer.calls[0]?.isCancelled()).toBe(true)
  })

  it('may stay as long as it gives one, of whatever kind', () => {
    const peer = greetedPeer()
    for (let minutes = 0; minutes < 30; minutes += 1) {
      pass(peer, 65_000)
      expect(linesTo(peer)).toEqual(['PING stillon?'])
      peer.send(minutes % 2 === 0 ? ping('stillon?', FLAG.ack) : widen(0, 1))
    }
    expect(peer.faults).toEqual([])
    expect(peer.isDestroyed()).toBe(false)
  })
})

describe('a message that does not come', () => {
  it('is waited for until the deadline of its call', () => {
    const peer = greetedPeer()
    peer.send(headersFrame(1, checkFields({ 'grpc-timeout': '8S' })), headersFrame(3))
    pass(peer, 10_000)
    expect(linesTo(peer)).toEqual(['HEADERS 1 end'])
    expect(peer.faults).toEqual(['slow_message'])
    peer.send(dataFrame(1, prefixed('late')), dataFrame(3, prefixed('in time')))
    expect(peer.calls).toHaveLength(1)
    expect(peer.connection.openStreams()).toBe(0)
  })

  it('is waited for a minute, and what is still to come of it a little longer', () => {
    const peer = greetedPeer()
    peer.send(headersFrame(1), dataFrame(1, prefixed('question').subarray(0, 7), 0))
    pass(peer, 55_000)
    peer.send(ping())
    peer.received()
    pass(peer, 5_000)
    expect(linesTo(peer)).toEqual(['HEADERS 1 end'])
    pass(peer, 5_000)
    expect(linesTo(peer)).toEqual(['RST_STREAM 1 0'])
    expect(peer.connection.openStreams()).toBe(0)
    expect(peer.faults).toEqual(['slow_message'])
  })
})

describe('the end of a connection that was announced (6.8)', () => {
  it('refuses nothing at first; a PING that comes back brings the last stream', () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1))
    peer.connection.announceEnd()
    peer.send(call(3))
    expect(linesTo(peer)).toEqual(['GOAWAY 2147483647 0', 'PING leaving.'])
    expect(peer.calls).toHaveLength(2)
    peer.send(ping('leaving.', FLAG.ack), call(5))
    expect(linesTo(peer)).toEqual(['GOAWAY 3 0'])
    expect(peer.calls).toHaveLength(2)
    peer.calls[0]?.answer(Buffer.from('a'))
    peer.send(dataFrame(5, prefixed('x')), resetFrame(5), ping())
    expect(peer.isEnded()).toBe(false)
    peer.calls[1]?.answer(Buffer.from('b'))
    expect(peer.isEnded()).toBe(true)
    expect(linesTo(peer)).toEqual([
      'HEADERS 1',
      'DATA 1 6',
      'HEADERS 1 end',
      'PING ack eight-by',
      'HEADERS 3',
      'DATA 3 6',
      'HEADERS 3 end',
    ])
    expect(peer.faults).toEqual([])
  })

  it('comes without the PING too, after a while', async () => {
    const peer = greetedPeer()
    peer.connection.announceEnd()
    peer.timers.pass(999)
    expect(peer.isEnded()).toBe(false)
    peer.timers.pass(1)
    expect(linesTo(peer).at(-1)).toBe('GOAWAY 0 0')
    expect(peer.isEnded()).toBe(true)
    expect(peer.isDestroyed()).toBe(false)
    peer.timers.pass(1_000)
    expect(peer.isDestroyed()).toBe(true)
    await peer.connection.closed
    expect(peer.timers.waiting()).toEqual([])
  })

  it('waits until a slow peer has taken the last answer', async () => {
    const peer = greetedPeer()
    peer.stopReading()
    peer.send(call(1))
    peer.connection.announceEnd()
    peer.timers.pass(1_000)
    expect(peer.isEnded()).toBe(true)
    peer.timers.pass(1_000)
    peer.timers.pass(1_000)
    expect(peer.isDestroyed()).toBe(false)
    peer.goOnReading()
    await new Promise(setImmediate)
    peer.timers.pass(1_000)
    peer.timers.pass(1_000)
    expect(peer.isDestroyed()).toBe(true)
  })

  it('is announced once', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1))
    peer.connection.announceEnd()
    peer.connection.announceEnd()
    await new Promise(process.nextTick)
    expect(linesTo(peer)).toEqual(['GOAWAY 2147483647 0', 'PING leaving.'])
  })

  it('keeps the state of header compression for streams that are passed over', () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1))
    peer.connection.announceEnd()
    peer.send(
      ping('leaving.', FLAG.ack),
      frame(FRAME.headers, FLAG.endHeaders, 3, Buffer.from('ff', 'hex')),
    )
    expect(linesTo(peer).at(-1)).toBe('GOAWAY 1 9')
  })

  it('is what a peer may bring about: its calls are still answered', () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1), frame(FRAME.goaway, 0, 0, Buffer.alloc(8)))
    expect(peer.isEnded()).toBe(false)
    peer.calls[0]?.answer(Buffer.from('answer'))
    expect(peer.isEnded()).toBe(true)
    expect(linesTo(peer)).toEqual(['HEADERS 1', 'DATA 1 11', 'HEADERS 1 end'])
  })

  it('is at once where it is destroyed', async () => {
    const peer = greetedPeer({ serve: () => undefined })
    peer.send(call(1))
    peer.connection.destroy()
    await peer.connection.closed
    expect(peer.calls[0]?.isCancelled()).toBe(true)
    expect(peer.timers.waiting()).toEqual([])
  })
})

describe('frames that ask for nothing', () => {
  const goaway = (peer: NativePeer): string | undefined =>
    peer
      .received()
      .map(described)
      .find((line) => line.startsWith('GOAWAY'))
  const many = (count: number, one: Buffer): Buffer =>
    Buffer.concat(Array.from({ length: count }, () => one))

  it.each<[string, Buffer]>([
    ['PING', ping()],
    ['PING that comes back to nobody', ping('eight-by', FLAG.ack)],
    ['SETTINGS', initialWindow(5)],
    ['SETTINGS that acknowledge', frame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0))],
    ['PRIORITY', frame(0x2, 0, 9, Buffer.from('0000000010', 'hex'))],
    ['WINDOW_UPDATE', widen(0, 1)],
    ['WINDOW_UPDATE of a stream', widen(1, 1)],
    ['WINDOW_UPDATE of a stream that has ended', widen(3, 1)],
    ['RST_STREAM of a stream that has ended', resetFrame(3)],
    ['DATA without any', dataFrame(1, Buffer.alloc(0), 0)],
    ['DATA that is padding', frame(FRAME.data, 0x8, 1, Buffer.from('0100', 'hex'))],
    ['DATA of a stream that has ended', dataFrame(3, Buffer.from('x'), 0)],
    ['GOAWAY', frame(FRAME.goaway, 0, 0, Buffer.alloc(8))],
    ['a type that nobody knows', frame(0x33, 0, 0, Buffer.alloc(0))],
  ])('end the connection where there are thousands of them: %s', (_, one) => {
    const peer = greetedPeer()
    peer.send(headersFrame(1), headersFrame(3), resetFrame(3), many(900, one))
    expect(peer.isEnded()).toBe(false)
    peer.received()
    peer.send(many(200, one))
    expect(goaway(peer)).toBe('GOAWAY 3 11')
    expect(peer.faults.at(-1)).toBe('control_flood')
    expect(peer.isEnded()).toBe(true)
  })

  it('may come for years, a few at a time', () => {
    const peer = greetedPeer()
    for (let seconds = 0; seconds < 200; seconds += 1) {
      peer.send(many(100, ping()))
      peer.clock.advance(1_000)
    }
    expect(goaway(peer)).toBeUndefined()
  })

  it('may come beside calls, some for each of them', () => {
    const peer = greetedPeer()
    for (let at = 0; at < 5_000; at += 1) {
      const stream = at * 2 + 1
      peer.send(call(stream), widen(0, 13), widen(stream, 13), ping())
    }
    expect(goaway(peer)).toBeUndefined()
    expect(peer.calls).toHaveLength(5_000)
  })

  it.each<[string, readonly Buffer[]]>([
    [
      'in too many pieces',
      [headersFrame(1, checkFields(), 0), many(200, frame(0x9, 0, 1, Buffer.alloc(0)))],
    ],
    [
      'that is too large',
      [headersFrame(1, checkFields(), 0), many(17, frame(0x9, 0, 1, Buffer.alloc(16_384)))],
    ],
  ])('are those of a header block %s', (_, bytes) => {
    const peer = greetedPeer()
    peer.send(...bytes)
    expect(goaway(peer)).toBe('GOAWAY 0 11')
    expect(peer.faults).toEqual(['header_block_flood'])
  })
})

describe('a shared connection', () => {
  it('survives callers that give up as fast as they call', () => {
    const peer = greetedPeer({ serve: () => undefined })
    for (let round = 0; round < 50; round += 1) {
      const streams = Array.from({ length: 200 }, (_, at) => (round * 200 + at) * 2 + 1)
      peer.send(...streams.map((stream) => call(stream)), ...streams.map(resetFrame))
    }
    expect(peer.calls).toHaveLength(10_000)
    expect(peer.calls.every((one) => one.isCancelled())).toBe(true)
    expect(peer.connection.openStreams()).toBe(0)
    expect(peer.received()).toEqual([])
    peer.send(call(20_001))
    expect(peer.calls).toHaveLength(10_001)
    expect(peer.faults).toEqual([])
  })

  it('survives callers that give up when they have been answered', () => {
    const peer = greetedPeer()
    const streams = Array.from({ length: 20_000 }, (_, at) => at * 2 + 1)
    peer.send(initialWindow(2 ** 20), widen(0, 2 ** 30))
    for (const stream of streams) peer.send(call(stream, ''))
    peer.send(...streams.map(resetFrame))
    peer.received()
    expect(peer.isEnded()).toBe(false)
    expect(peer.faults).toEqual([])
  })

  it('survives callers whose header fields are malformed, and those beyond the limit', () => {
    const peer = greetedPeer({ serve: () => undefined, limits: { maxStreams: 1 } })
    peer.send(call(1))
    for (let at = 1; at < 5_000; at += 1) {
      peer.send(
        headersFrame(at * 4 + 1, [['X', 'y']]),
        headersFrame(at * 4 + 3),
        resetFrame(at * 4 + 3),
      )
    }
    peer.send(resetFrame(1), call(30_001))
    expect(peer.calls).toHaveLength(2)
    expect(peer.isEnded()).toBe(false)
  })
})

describe('a connection that is taken over', () => {
  it('has its beginning replayed, whose settings are not acknowledged twice', () => {
    const peer = nativePeer({}, { bytes: Buffer.concat([preface(), call(1)]), acknowledged: 1 })
    expect(linesTo(peer)).toEqual([
      'SETTINGS',
      'WINDOW_UPDATE 0 16711681',
      'HEADERS 1',
      'DATA 1 13',
      'HEADERS 1 end',
    ])
    expect(peer.writes()).toBe(1)
    peer.send(initialWindow(5), call(3))
    expect(linesTo(peer)[0]).toBe('SETTINGS ack')
  })

  it('is closed already where its socket is', async () => {
    const peer = nativePeer({}, undefined, true)
    await peer.connection.closed
    expect(peer.connection.openStreams()).toBe(0)
    expect(peer.timers.waiting()).toEqual([])
  })
})
