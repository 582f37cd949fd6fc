import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type CallOptions, ChannelCredentials, Client, Metadata } from '@grpc/grpc-js'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHpackDecoder } from '../../../../src/grpc/native/hpack/decoder.ts'
import { nativeFaults } from '../../../../src/grpc/native/http2/faults.ts'
import { FLAG, FRAME, frame, preface, resetFrame } from '../../../support/http2-frames.ts'
import {
  beginCall,
  callWith,
  http2Client,
  nativeLoopback,
  outcomeOf,
} from '../../../support/native-loopback.ts'
import {
  CHECK_PATH,
  call,
  checkFields,
  dataFrame,
  headersFrame,
  nativePeer,
  prefixed,
} from '../../../support/native-peer.ts'
import { createCertificates } from '../../../support/parts/tls.ts'

const PREFACE_BYTES = 24

const headerName = fc
  .stringMatching(/^[a-z][a-z0-9_-]{0,20}$/)
  .filter(
    (name) =>
      !/^(?:connection|te|host|upgrade|http2-settings|keep-alive|proxy-connection|transfer-encoding|content-length|cookie|expect|date)$/.test(
        name,
      ),
  )
const headerValue = fc.stringMatching(/^(?:[!-~](?:[ -~]{0,60}[!-~])?)?$/)

const headerFramesIn = (bytes: Buffer): readonly Buffer[] => {
  const blocks: Buffer[] = []
  let at = PREFACE_BYTES
  while (at + 9 <= bytes.length) {
    const end = at + 9 + bytes.readUIntBE(at, 3)
    if (end > bytes.length) break
    if (bytes.readUInt8(at + 3) === FRAME.headers) blocks.push(bytes.subarray(at + 9, end))
    at = end
  }
  return blocks
}

/** The header blocks that Node's own client sends for requests with such headers. */
const recordBlocks = async (
  requests: readonly Readonly<Record<string, string>>[],
): Promise<readonly Buffer[]> => {
  const { promise, resolve } = Promise.withResolvers<readonly Buffer[]>()
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece])
      const blocks = headerFramesIn(bytes)
      if (blocks.length === requests.length) resolve(blocks)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const session = http2Client((server.address() as AddressInfo).port)
  for (const headers of requests) {
    session.request({ ':method': 'POST', ':path': '/', ...headers }).on('error', () => undefined)
  }
  const blocks = await promise
  session.destroy()
  server.close()
  return blocks
}

describe('header blocks of another implementation', () => {
  it('are read as they were meant, whatever the fields and however often', async () => {
    const requests = fc.array(fc.dictionary(headerName, headerValue, { maxKeys: 8 }), {
      minLength: 1,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(requests, async (wanted) => {
        const blocks = await recordBlocks([...wanted, ...wanted])
        const decoder = createHpackDecoder({ maxTableBytes: 4096, maxSectionBytes: 65_536 })
        const seen = blocks
          .map((block) => decoder.decode(block, 0, block.length)?.fields ?? [])
          .map((fields) =>
            Object.fromEntries(
              fields.flatMap((name, at) =>
                at % 2 === 0 && !name.startsWith(':') ? [[name, fields[at + 1]]] : [],
              ),
            ),
          )
        expect(seen).toEqual([...wanted, ...wanted])
      }),
      { numRuns: 25 },
    )
  })
})

describe('calls of another implementation', () => {
  it('are answered with windows of every size, in pieces of every size', async () => {
    const { port, faults } = await nativeLoopback()
    const message = fc
      .record({ seed: fc.nat(255), length: fc.integer({ min: 0, max: 60_000 }) })
      .map(({ seed, length }) => Buffer.alloc(length, seed))
    const cases = fc.record({
      initialWindowSize: fc.integer({ min: 2 ** 10, max: 2 ** 12 }),
      messages: fc.array(message, { minLength: 1, maxLength: 8 }),
      cuts: fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ initialWindowSize, messages, cuts }) => {
        const session = http2Client(port, { settings: { initialWindowSize } })
        const outcomes = messages.map((bytes) => {
          const stream = beginCall(session)
          const outcome = outcomeOf(stream)
          let rest = prefixed(bytes)
          for (const cut of cuts) {
            stream.write(rest.subarray(0, cut))
            rest = rest.subarray(cut)
          }
          stream.end(rest)
          return outcome
        })
        for (const [at, outcome] of (await Promise.all(outcomes)).entries()) {
          expect(outcome.resetCode).toBe(0)
          expect(outcome.headers[':status']).toBe(200)
          expect(outcome.trailers['grpc-status']).toBe('0')
          expect(outcome.body.equals(prefixed(messages[at] ?? ''))).toBe(true)
        }
        session.destroy()
      }),
      { numRuns: 25 },
    )
    expect(faults).toEqual([])
  })

  it('are answered when windows change while answers wait for them', async () => {
    const { port, faults, connections } = await nativeLoopback()
    const session = http2Client(port, { settings: { initialWindowSize: 0 } })
    const message = Buffer.alloc(50_000, 'x')
    const outcomes = [callWith(session, message), callWith(session, message)]
    await expect.poll(() => connections[0]?.openStreams()).toBe(2)
    session.settings({ initialWindowSize: 1_000 })
    session.settings({ initialWindowSize: 100_000, headerTableSize: 0 })
    for (const { body } of await Promise.all(outcomes)) {
      expect(body.equals(prefixed(message))).toBe(true)
    }
    session.settings({ headerTableSize: 100 })
    expect((await callWith(session, 'again')).trailers['grpc-status']).toBe('0')
    expect(faults).toEqual([])
  })

  it('may have messages of up to 20 MiB, and no larger', async () => {
    const { port, faults } = await nativeLoopback()
    const session = http2Client(port)
    const most = 20 * 1024 * 1024
    const outcome = await callWith(session, Buffer.alloc(most, 'm'))
    expect(outcome.body.length).toBe(most + 5)
    const beyond = beginCall(session)
    const refused = outcomeOf(beyond)
    beyond.write(prefixed(Buffer.alloc(most + 1)).subarray(0, 1_000))
    await once(beyond, 'response')
    beyond.end()
    expect((await refused).headers).toMatchObject({
      'grpc-status': '8',
      'grpc-message': 'Received message larger than max (20971521 vs 20971520)',
    })
    expect((await callWith(session, 'small')).trailers['grpc-status']).toBe('0')
    expect(faults).toEqual(['message_too_large'])
  })
})

describe('calls by TLS', () => {
  it('are answered alike, with windows of any size', async () => {
    const { caPem, certPem, keyPem, remove } = await createCertificates(['127.0.0.1'])
    onTestFinished(remove)
    const { port, faults, connections } = await nativeLoopback({}, { cert: certPem, key: keyPem })
    const session = http2Client(port, {
      scheme: 'https',
      ca: caPem,
      settings: { initialWindowSize: 3_000 },
    })
    const messages = [0, 1, 1_000, 16_380, 100_000].map((length) => Buffer.alloc(length, 't'))
    const outcomes = await Promise.all(messages.map((message) => callWith(session, message)))
    for (const [at, { body, trailers }] of outcomes.entries()) {
      expect(body.equals(prefixed(messages[at] ?? ''))).toBe(true)
      expect(trailers['grpc-status']).toBe('0')
    }
    const goaways: number[] = []
    session.on('goaway', (code, lastId) => goaways.push(code, lastId))
    connections[0]?.announceEnd()
    await connections[0]?.closed
    await expect.poll(() => session.destroyed).toBe(true)
    expect(goaways.slice(0, 2)).toEqual([0, 2 ** 31 - 1])
    expect(faults).toEqual([])
  })
})

describe('calls of a gRPC library', () => {
  it('are answered, refused and given up as it understands them', async () => {
    const { port, calls } = await nativeLoopback({
      serve: (one) => {
        if (one.message.length > 0) one.answer(one.message)
      },
    })
    const client = new Client(`127.0.0.1:${port}`, ChannelCredentials.createInsecure())
    onTestFinished(() => client.close())
    const ask = (path: string, message: Buffer, options: CallOptions = {}) => {
      const { promise, resolve } = Promise.withResolvers<string>()
      const one = client.makeUnaryRequest(
        path,
        (bytes: Buffer) => bytes,
        (bytes) => bytes,
        message,
        new Metadata(),
        options,
        (error, response) => resolve(error?.message ?? String(response)),
      )
      return { outcome: promise, cancel: () => one.cancel() }
    }
    expect(await ask(CHECK_PATH, Buffer.from('question')).outcome).toBe('question')
    expect(await ask('/x.Y/Z', Buffer.from('question')).outcome).toBe(
      '12 UNIMPLEMENTED: The server does not implement the method /x.Y/Z',
    )
    expect(await ask(CHECK_PATH, Buffer.alloc(21 * 1024 * 1024)).outcome).toMatch(
      /^8 RESOURCE_EXHAUSTED: Received message larger than max/,
    )
    const given = ask(CHECK_PATH, Buffer.alloc(0), { deadline: Date.now() + 3_600_000 })
    await expect.poll(() => calls.length).toBe(2)
    given.cancel()
    expect(await given.outcome).toBe('1 CANCELLED: Cancelled on client')
    await expect.poll(() => calls[1]?.isCancelled()).toBe(true)
    expect(await ask(CHECK_PATH, Buffer.from('again')).outcome).toBe('again')
  })
})

/** A conversation with something of everything, frame by frame. */
const conversation = (): readonly Buffer[] => {
  const [first = Buffer.alloc(0), ...others] = checkFields().map(([name, value]) =>
    Buffer.concat([
      Buffer.of(0, name.length),
      Buffer.from(name),
      Buffer.of(value.length),
      Buffer.from(value),
    ]),
  )
  return [
    preface(),
    call(1, 'one'),
    headersFrame(3),
    frame(FRAME.ping, 0, 0, Buffer.from('ping-ing')),
    dataFrame(3, prefixed('in two frames').subarray(0, 7), 0),
    frame(0x1, 0, 5, first),
    ...others.map((field, at) =>
      frame(0x9, at === others.length - 1 ? FLAG.endHeaders : 0, 5, field),
    ),
    dataFrame(3, prefixed('in two frames').subarray(7)),
    frame(0x2, 0, 5, Buffer.from('0000000010', 'hex')),
    frame(
      FRAME.data,
      FLAG.endStream | 0x8,
      5,
      Buffer.concat([Buffer.of(3), prefixed('padded'), Buffer.alloc(3)]),
    ),
    frame(0x8, 0, 0, Buffer.from('00001000', 'hex')),
    headersFrame(7),
    resetFrame(7),
    frame(0x16, 0xff, 9, Buffer.from('a type that nobody knows')),
    call(9, 'x'.repeat(3000)),
    frame(FRAME.settings, 0, 0, Buffer.from('000400000400', 'hex')),
    call(11, 'y'.repeat(1500)),
    frame(0x8, 0, 11, Buffer.from('00010000', 'hex')),
  ]
}

const outcomeOfChunks = (chunks: readonly Buffer[]) => {
  const peer = nativePeer()
  for (const chunk of chunks) peer.send(chunk)
  return { frames: peer.received(), faults: peer.faults, ended: peer.isEnded() }
}

const cutAt = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const places = [
    0,
    ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b),
    bytes.length,
  ]
  return places.slice(1).map((to, at) => bytes.subarray(places[at], to))
}

describe('the boundaries of chunks', () => {
  const whole = Buffer.concat(conversation())

  it('mean nothing: byte by byte, the same is answered', () => {
    const expected = outcomeOfChunks([whole])
    expect(expected.faults).toEqual([])
    expect(
      expected.frames.filter(({ flags, type }) => type === FRAME.headers && flags === 5),
    ).toHaveLength(5)
    expect(outcomeOfChunks(cutAt(whole, [...whole.keys()]))).toEqual(expected)
  })

  it('mean nothing wherever they are', () => {
    const expected = outcomeOfChunks([whole])
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
        expect(outcomeOfChunks(cutAt(whole, cuts))).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})

describe('bytes that nobody means', () => {
  const whole = Buffer.concat(conversation())

  it('are refused or answered, and never thrown about', () => {
    const change = fc.record({
      at: fc.nat(),
      drop: fc.integer({ min: 0, max: 12 }),
      insert: fc.uint8Array({ maxLength: 12 }),
    })
    const cases = fc.record({
      changes: fc.array(change, { minLength: 1, maxLength: 5 }),
      cuts: fc.array(fc.nat(), { maxLength: 4 }),
    })
    fc.assert(
      fc.property(cases, ({ changes, cuts }) => {
        let bytes = whole
        for (const { at, drop, insert } of changes) {
          const from = PREFACE_BYTES + (at % (bytes.length - PREFACE_BYTES))
          bytes = Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + drop)])
        }
        const peer = nativePeer()
        for (const chunk of cutAt(bytes, cuts)) peer.send(chunk)
        const { frames, faults, ended } = {
          frames: peer.received(),
          faults: peer.faults,
          ended: peer.isEnded(),
        }
        const goaway = frames.find(({ type }) => type === FRAME.goaway)
        expect(goaway !== undefined).toBe(ended)
        if (goaway !== undefined) expect(faults.length).toBeGreaterThan(0)
        expect(Object.keys(nativeFaults)).toEqual(expect.arrayContaining([...faults]))
        peer.connection.destroy()
      }),
      { numRuns: 1500 },
    )
  })
})
