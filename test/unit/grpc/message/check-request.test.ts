import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCanonical } from '../../../../src/grpc/canonical.ts'
import {
  type CheckRequestView,
  createCheckRequestReader,
} from '../../../../src/grpc/message/check-request.ts'
import {
  createRequestParser,
  type ParseCheckRequest,
  requestIdOf,
} from '../../../../src/grpc/request.ts'
import { decodeCheckRequest, encodeCheckRequest } from '../../../support/check-codec.ts'
import type { CheckRequest } from '../../../support/check-messages.ts'
import { fullProtos, methodOf } from '../../../support/envoy-protos.ts'
import * as oracle from '../../../support/grpc-oracle/request.ts'
import {
  bytesField,
  fixedField,
  groupField,
  varint,
  varintField,
} from '../../../support/wire-writer.ts'

const random = { token: () => 'made-here' }
const LIMITS = { maxHeaderBytes: 2_000, forwardedHeaderBytes: 1_000, forwardedHeaderCount: 4 }

const parse = createRequestParser(LIMITS)

/** What proto/ says of the bytes: what cannot be decoded lacks everything. */
const decoded = (bytes: Buffer): CheckRequest => {
  try {
    return decodeCheckRequest(bytes)
  } catch {
    return {}
  }
}

const NAMES = [
  ...['cookie', 'Cookie', 'COOKIE', 'authorization', 'x-request-id', 'accept', 'a', '', ':path'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '0',
    '10',
    '4294967295',
    'K',
    'k',
    '\u212a',
    'ä',
    '\ufffd',
  ],
  ...['\u0130', 'i\u0307'],
]

/** Everything that can be asked of the headers, in the order in which it is told. */
const asked = (
  headers: CheckRequestView['headers'],
  names: readonly string[],
): Readonly<Record<string, unknown>> => {
  const own = [...headers.headerNames()]
  const { encoding, count, size } = headers
  const values = [...names, ...own].map((name) => [name, headers.header(name)])
  return { encoding, count, size, own, values, again: names.map((name) => headers.header(name)) }
}

/** Both readings of a message, as the core and the handler see them. */
const both = (read: ReturnType<typeof createCheckRequestReader>, bytes: Buffer) => {
  const envelope = oracle.openCheckRequest(decoded(bytes), random)
  const view = read(bytes)
  const id = requestIdOf(view, random)
  const names = [...NAMES, ...envelope.headers.headerNames()]
  const { http } = envelope
  const plain = (parsed: ReturnType<ParseCheckRequest>) => {
    if (!parsed.ok) return parsed
    const { header, headerNames, certificate, ...rest } = parsed.value
    return {
      ...rest,
      certificate: certificate?.(),
      names: [...headerNames()],
      values: names.map(header),
    }
  }
  return {
    expected: {
      id: envelope.requestId,
      headers: asked(envelope.headers, names),
      address: envelope.address,
      certificate: envelope.certificate,
      extensions: Object.entries(envelope.contextExtensions),
      http: [http.id, http.method, http.host, http.path, http.body],
      request: plain(oracle.parseCheckRequest(envelope, LIMITS)),
    },
    actual: {
      id,
      headers: asked(view.headers, names),
      address: view.address,
      certificate: view.certificate?.(),
      extensions: Object.entries(view.contextExtensions),
      http: [view.id(), view.method, view.host, view.path, view.hasBody ? view.body() : undefined],
      request: plain(parse(view, id)),
    },
  }
}

const aReader = () => {
  let odd = 0
  const canonical = createCanonical()
  const read = createCheckRequestReader((bytes) => {
    odd += 1
    return canonical(bytes)
  })
  return { read, odd: () => odd }
}

/** Holds one message to what proto/ says of it; the second reading meets what the first has kept. */
const agrees = (read: ReturnType<typeof createCheckRequestReader>, bytes: Buffer): void => {
  const { expected, actual } = both(read, bytes)
  expect(actual).toEqual(expected)
}

const name = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const value = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', 'a=1,__Host-sallyport=x', 'r-1', `${'v'.repeat(60)}ä`),
)
const rawBytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  value.map((text) => Buffer.from(text)),
)

/** A text on the wire, which may be none. */
const wireText = fc.oneof(
  { weight: 6, arbitrary: value.map((text) => Buffer.from(text)) },
  rawBytes,
)
const wireName = fc.oneof(
  { weight: 6, arbitrary: name.map((text) => Buffer.from(text)) },
  fc.uint8Array({ maxLength: 6 }),
)

const http = fc.record(
  {
    id: value,
    method: fc.constantFrom('GET', 'POST', 'get', ''),
    host: fc.oneof(value, fc.constantFrom('Shop.example.com:8443', 'shop.example.com')),
    path: fc.oneof(value, fc.constantFrom('/', '/a?b=c', `/${'p'.repeat(900)}`)),
    body: value,
    headers: fc.dictionary(name, value, { maxKeys: 30 }),
    headerMap: fc.record(
      {
        headers: fc.array(
          fc.record({ key: name, value, rawValue: rawBytes }, { requiredKeys: [] }),
          { maxLength: 12 },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

const message = fc.record(
  {
    attributes: fc.record(
      {
        request: fc.record({ http }, { requiredKeys: [] }),
        source: fc.record(
          {
            address: fc.record({ socketAddress: fc.record({ address: value }) }),
            certificate: fc.oneof(
              value,
              fc.constantFrom('-----BEGIN%20CERTIFICATE-----%0AAA%2B%2F%3D', '%zz'),
            ),
          },
          { requiredKeys: [] },
        ),
        contextExtensions: fc.dictionary(name, value, { maxKeys: 4 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<CheckRequest>

describe('a check request is read as proto/ defines it', () => {
  it('whatever a gateway may send', () => {
    const { read } = aReader()
    fc.assert(
      fc.property(message, (sent) => agrees(read, encodeCheckRequest(sent))),
      { numRuns: 3_000 },
    )
  })

  it('with every field that is in the full definitions and not in ours', () => {
    const { read, odd } = aReader()
    const full = methodOf(fullProtos(), 'envoy.service.auth.v3.Authorization', 'Check')
    const bytes = full.requestSerialize({
      attributes: {
        source: {
          address: { socketAddress: { address: '192.0.2.1', portValue: 4711 } },
          service: 'edge',
          labels: { app: 'edge' },
          principal: 'spiffe://example.com/edge',
          certificate: '-----BEGIN%20CERTIFICATE-----%0AAA%3D%3D%0A',
        },
        destination: { address: { socketAddress: { address: '192.0.2.2', portValue: 443 } } },
        request: {
          time: { seconds: '1700000000', nanos: 2 },
          http: {
            id: '1',
            method: 'GET',
            path: '/a?b=c',
            host: 'shop.example.com',
            scheme: 'https',
            protocol: 'HTTP/2',
            size: '-1',
            query: 'b=c',
            rawBody: Buffer.from([0, 255]),
            headers: { ':path': '/a?b=c', cookie: 'a=1', accept: '*/*' },
          },
        },
        contextExtensions: { 'sallyport.dev/route': 'shop/shop' },
        metadataContext: { filterMetadata: { a: { fields: { b: { numberValue: 1.5 } } } } },
        tlsSession: { sni: 'shop.example.com' },
      },
    })
    agrees(read, bytes)
    expect(read(bytes)).toMatchObject({ method: 'GET', path: '/a?b=c', address: '192.0.2.1' })
    expect(odd()).toBe(0)
  })

  it('of a size that only large headers have', () => {
    const { read } = aReader()
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'v'.repeat(i % 90)]))
    for (const count of [1, 255, 256, 257, 5_000]) {
      const lines = Object.entries(many(count)).map(([key, text]) => ({ key, value: text }))
      for (const one of [{ headers: many(count) }, { headerMap: { headers: lines } }]) {
        agrees(read, encodeCheckRequest({ attributes: { request: { http: one } } }))
      }
    }
  })
})

describe('what a gateway may write in another order is read as proto/ reads it', () => {
  const unknown = fc.constantFrom(
    ...[varintField(9, 2 ** 40), fixedField(16, 8), fixedField(17, 4), bytesField(18, 'unknown')],
  )
  /** Fields in any order, with some among them that nobody knows. */
  const mixed = (parts: readonly Buffer[]): fc.Arbitrary<Buffer> =>
    fc
      .array(unknown, { maxLength: 2 })
      .map((more) => [...parts, ...more])
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
      .map((all) => Buffer.concat(all))
  const plainName = fc.oneof(
    fc.constantFrom('cookie', 'Cookie', 'accept', ':path', '__proto__', '', '\u0130', 'i\u0307'),
    fc.stringMatching(/^[a-zA-Z][a-z-]{0,12}$/),
  )
  const part = (field: number, text: fc.Arbitrary<Uint8Array | string>) =>
    fc.option(text.map((content) => bytesField(field, content)))
  const present = (parts: readonly (Buffer | null)[]) => parts.filter((one) => one !== null)

  const entryOf = (key: string) =>
    part(2, wireText).chain((text) => mixed(present([bytesField(1, key), text])))
  const rawLine = fc
    .tuple(part(1, plainName), part(2, wireText), part(3, rawBytes))
    .chain((parts) => mixed(present(parts)))
  const entries = (field: number) =>
    fc
      .uniqueArray(plainName, { maxLength: 12 })
      .chain((keys) => fc.tuple(...keys.map(entryOf)))
      .map((all) => all.map((one) => bytesField(field, one)))
  const texts = fc.tuple(...[1, 2, 4, 5, 11].map((field) => part(field, wireText)))
  const rawLines = fc
    .array(rawLine, { maxLength: 6 })
    .map((lines) => bytesField(13, Buffer.concat(lines.map((line) => bytesField(1, line)))))
  const calmHttp = fc
    .tuple(entries(3), texts, fc.option(rawLines))
    .chain(([lines, some, raw]) => mixed(present([...lines, ...some, raw])))
  const source = wireText.map((text) =>
    bytesField(1, bytesField(1, bytesField(1, bytesField(2, text)))),
  )
  const calm = fc
    .tuple(calmHttp, fc.option(source), entries(10))
    .chain(([one, from, extensions]) =>
      mixed(present([bytesField(4, bytesField(2, one)), from, ...extensions])),
    )
    .map((attributes) => bytesField(1, attributes))

  it('fields in any order, and some that nobody knows, without the definitions', () => {
    const { read, odd } = aReader()
    fc.assert(
      fc.property(calm, (bytes) => agrees(read, bytes)),
      { numRuns: 2_000 },
    )
    expect(odd()).toBe(0)
  })

  it('a name that is a number goes before the others, as in every object', () => {
    const { read } = aReader()
    for (const names of [
      ['b', '10', 'a', '9'],
      ['b', '010', '4294967295', '4294967294'],
    ]) {
      const lines = names.map((key) => bytesField(3, bytesField(1, key)))
      agrees(read, bytesField(1, bytesField(4, bytesField(2, Buffer.concat(lines)))))
    }
  })
})

describe('what no gateway writes is read as proto/ reads it', () => {
  it('a name that comes again after so many others that it is kept no more', () => {
    const { read, odd } = aReader()
    const entry = (key: string, text: string) =>
      bytesField(3, Buffer.concat([bytesField(1, key), bytesField(2, text)]))
    for (const others of [0, 1, 20_000]) {
      const between = Array.from({ length: others }, (_, i) =>
        entry(`x${Math.imul(i + 1, 0x9e3779b1).toString(36)}`, ''),
      )
      const lines = [entry('accept', 'first'), ...between, entry('accept', 'last')]
      agrees(read, bytesField(1, bytesField(4, bytesField(2, Buffer.concat(lines)))))
    }
    expect(odd()).toBe(3)
  })

  const pair = fc
    .array(
      fc.oneof(
        wireName.map((bytes) => bytesField(1, bytes)),
        wireText.map((bytes) => bytesField(2, bytes)),
        rawBytes.map((bytes) => bytesField(3, bytes)),
        fc.constantFrom(varintField(4, 300), groupField(6, varintField(1, 1)), varintField(1, 2)),
      ),
      { maxLength: 4 },
    )
    .map((parts) => Buffer.concat(parts))

  const oddHttp = fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: pair.map((entry) => bytesField(3, entry)) },
        fc
          .tuple(fc.constantFrom(1, 2, 4, 5, 11), wireText)
          .map(([field, bytes]) => bytesField(field, bytes)),
        fc
          .array(pair, { maxLength: 3 })
          .map((lines) => bytesField(13, Buffer.concat(lines.map((line) => bytesField(1, line))))),
        fc.constantFrom(
          ...[varintField(9, 2 ** 40), fixedField(6, 8), fixedField(7, 4), varintField(0, 1)],
          ...[groupField(20, bytesField(2, 'x')), varintField(2, 3), bytesField(40, 'unknown')],
          ...[Buffer.concat([varint(4 * 8 + 2, 2), varint(1, 3), Buffer.from('/')])],
          ...[Buffer.concat([varint(9 * 8), varint(1, 12)]), varint(2 ** 35)],
        ),
      ),
      { maxLength: 8 },
    )
    .map((parts) => Buffer.concat(parts))

  const oddMessage = fc
    .array(
      fc.oneof(
        fc
          .array(oddHttp, { minLength: 1, maxLength: 2 })
          .map((all) => bytesField(4, Buffer.concat(all.map((one) => bytesField(2, one))))),
        wireText.map((text) => bytesField(1, bytesField(1, bytesField(1, bytesField(2, text))))),
        pair.map((entry) => bytesField(10, entry)),
        fc.constantFrom(varintField(1, 1), bytesField(1, bytesField(1, '')), fixedField(11, 8)),
      ),
      { maxLength: 4 },
    )
    .map((parts) => bytesField(1, Buffer.concat(parts)))

  it('fields twice, in other wire types, in groups, and texts that are none', () => {
    const { read, odd } = aReader()
    fc.assert(
      fc.property(fc.array(oddMessage, { minLength: 1, maxLength: 2 }), (parts) =>
        agrees(read, Buffer.concat(parts)),
      ),
      { numRuns: 3_000 },
    )
    expect(odd()).toBeGreaterThan(1_000)
  })

  it('a message cut short anywhere, or with a byte that is another', () => {
    const { read } = aReader()
    const damage = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) })
    fc.assert(
      fc.property(message, damage, fc.boolean(), (sent, { at, byte }, isCut) => {
        const bytes = Buffer.from(encodeCheckRequest(sent))
        const place = Math.floor(at * bytes.length)
        if (!isCut && bytes.length > place) bytes[place] = byte
        agrees(read, isCut ? bytes.subarray(0, place) : bytes)
      }),
      { numRuns: 3_000 },
    )
  })

  it('bytes without any sense', () => {
    const { read } = aReader()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => agrees(read, Buffer.from(bytes))),
      { numRuns: 1_000 },
    )
  })

  it('each is one message by itself: nothing of it is found in the next', () => {
    const { read } = aReader()
    const first = read(
      encodeCheckRequest({ attributes: { request: { http: { path: '/first' } } } }),
    )
    const second = read(Buffer.alloc(0))
    expect([first.path, second.path, second.method]).toEqual(['/first', undefined, undefined])
  })
})

describe('a view', () => {
  it('stays what it is while others are read', () => {
    const { read } = aReader()
    fc.assert(
      fc.property(message, message, (one, other) => {
        const bytes = encodeCheckRequest(one)
        const view = read(bytes)
        read(encodeCheckRequest(other))
        const names = Object.keys(one.attributes?.request?.http?.headers ?? {})
        expect(asked(view.headers, names)).toEqual(asked(read(bytes).headers, names))
      }),
    )
  })

  it('reads what a browser sends without the definitions', () => {
    const { read, odd } = aReader()
    const headers = { ':path': '/', cookie: 'a=1', 'sec-fetch-mode': 'navigate', 'x-note': 'Zoë' }
    const bytes = encodeCheckRequest({ attributes: { request: { http: { headers } } } })
    expect(read(bytes).headers.header('x-note')).toBe('Zoë')
    expect(odd()).toBe(0)
  })
})
