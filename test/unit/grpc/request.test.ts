import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Request } from '../../../src/core/request/request.ts'
import { createCanonical } from '../../../src/grpc/canonical.ts'
import { createCheckRequestReader } from '../../../src/grpc/message/check-request.ts'
import { createRequestParser, requestIdOf } from '../../../src/grpc/request.ts'
import { encodeCheckRequest } from '../../support/check-codec.ts'
import type { CheckRequest, HeaderValue, HttpRequest } from '../../support/check-messages.ts'

const random = { token: () => 'made-here' }
const LIMITS = { maxHeaderBytes: 98_304, forwardedHeaderBytes: 61_440, forwardedHeaderCount: 100 }

const aMessage = (http: HttpRequest = {}): CheckRequest => ({
  attributes: {
    request: { http: { method: 'GET', host: 'shop.example.com', path: '/', ...http } },
  },
})

const read = createCheckRequestReader(createCanonical())

const parse = (message: CheckRequest, maxHeaderBytes = LIMITS.maxHeaderBytes) => {
  const view = read(encodeCheckRequest(message))
  return createRequestParser({ ...LIMITS, maxHeaderBytes })(view, requestIdOf(view, random))
}

const parsed = (message: CheckRequest): Request => {
  const result = parse(message)
  if (!result.ok) throw new Error(`The request was refused: ${result.reason}`)
  return result.value
}

const refused = (reason: string) => ({ ok: false, reason })

describe('a check request becomes a request', () => {
  it('with the canonical host, the path, the headers and the extensions of the route', () => {
    const request = parsed({
      attributes: {
        ...aMessage({
          method: 'POST',
          host: 'Shop.Example.COM.:8443',
          path: '/a%20b?c=d',
          headers: { ':path': '/a%20b?c=d', cookie: 'a=1', 'x-request-id': 'r-1' },
        }).attributes,
        contextExtensions: { 'sallyport.dev/route': 'shop/shop' },
      },
    })
    expect(request).toMatchObject({
      id: 'r-1',
      method: 'POST',
      host: 'shop.example.com',
      authority: 'shop.example.com:8443',
      path: { raw: '/a%20b?c=d', canonical: '/a b', query: 'c=d' },
      contextExtensions: { 'sallyport.dev/route': 'shop/shop' },
    })
    expect(request.header('cookie')).toBe('a=1')
    expect([...request.headerNames()]).toEqual(['cookie', 'x-request-id'])
  })

  it.each([
    ['app.example.com:443', 'app.example.com'],
    ['app.example.com:0443', 'app.example.com'],
    ['App.example.com.:443', 'app.example.com'],
    ['[2001:db8::1]:443', '[2001:db8::1]'],
    ['app.example.com:08443', 'app.example.com:8443'],
    ['app.example.com:80', 'app.example.com:80'],
  ])('C5: the authority of the host %s is %s, as in a URL', (host, authority) => {
    expect(parsed(aMessage({ host })).authority).toBe(authority)
  })

  it('R2: headers that claim another host, path or method change nothing', () => {
    const claims = {
      'x-forwarded-host': 'admin.example.com',
      'x-forwarded-proto': 'http',
      'x-forwarded-uri': '/public',
      'x-forwarded-method': 'OPTIONS',
      'x-original-url': '/public',
      'x-original-method': 'OPTIONS',
      'x-rewrite-url': '/public',
      'x-envoy-original-path': '/public',
      'x-http-method-override': 'OPTIONS',
      forwarded: 'host=admin.example.com',
      host: 'admin.example.com',
      ':authority': 'admin.example.com',
      ':path': '/public',
      ':method': 'OPTIONS',
    }
    const { method, host, authority, path } = parsed(aMessage({ path: '/secret', headers: claims }))
    expect({ method, host, authority, path: path.canonical }).toEqual({
      method: 'GET',
      host: 'shop.example.com',
      authority: 'shop.example.com',
      path: '/secret',
    })
  })

  it('asks the headers of the message, never what every object inherits', () => {
    const request = parsed(aMessage({ headers: JSON.parse('{"__proto__":"x","a":"1"}') }))
    expect(request.header('constructor')).toBeUndefined()
    expect(request.header('toString')).toBeUndefined()
    expect(request.header('__proto__')).toBe('x')
    expect([...request.headerNames()]).toEqual(['__proto__', 'a'])
  })

  it('R8: raw headers are read too, so that no forged one is overlooked', () => {
    const request = parsed(
      aMessage({
        headerMap: {
          headers: [
            { key: 'X-Auth-Subject', rawValue: Buffer.from('mallory') },
            { key: 'cookie', rawValue: Buffer.from('a=1') },
            { key: 'cookie', rawValue: Buffer.from('b=2') },
            { key: 'accept', value: 'text/html' },
            { key: 'accept', value: '*/*' },
            { key: '__proto__', value: 'x' },
          ],
        },
      }),
    )
    expect([...request.headerNames()]).toEqual(['x-auth-subject', 'cookie', 'accept', '__proto__'])
    expect(request.header('x-auth-subject')).toBe('mallory')
    expect(request.header('cookie')).toBe('a=1; b=2')
    expect(request.header('accept')).toBe('text/html,*/*')
  })
})

describe('A10: raw headers', () => {
  const line = (key: string, value: string) => ({ key, rawValue: Buffer.from(value, 'latin1') })
  const raw = (...headers: readonly HeaderValue[]) => parsed(aMessage({ headerMap: { headers } }))

  it('A10: are one character for each byte, whatever the bytes are', () => {
    const request = raw(line('cookie', 'name=J\u00fcrg'), line('cookie', 'a=\u00ff\u0080'))
    expect(request.encoding).toBe('bytes')
    expect(request.header('cookie')).toBe('name=J\u00fcrg; a=\u00ff\u0080')
    expect(raw({ key: 'a', value: 'Zo\u00eb' }).header('a')).toBe('Zo\u00c3\u00ab')
  })

  it('A10: keep a comma within a cookie', () => {
    const request = raw(line('cookie', 'a=1,__Host-sallyport=planted'), line('cookie', 'b=2'))
    expect(request.header('cookie')).toBe('a=1,__Host-sallyport=planted; b=2')
  })

  it('A10: say as much as the other encoding', () => {
    const name = fc.stringMatching(/^[a-z][a-z-]{0,8}$/)
    const value = fc.stringMatching(/^[!-~]{0,12}$/)
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.boolean(), (headers, withValue) => {
        delete headers.cookie
        const lines = Object.entries(headers).map(([key, text]) =>
          withValue ? { key, value: text } : line(key, text),
        )
        const one = parsed(aMessage({ headers, id: 'envoy-1' }))
        const other = parsed(aMessage({ headerMap: { headers: lines }, id: 'envoy-1' }))
        expect(one.encoding).toBe('text')
        expect([...other.headerNames()]).toEqual([...one.headerNames()])
        expect(other.room).toEqual(one.room)
        for (const key of one.headerNames()) expect(other.header(key)).toBe(one.header(key))
      }),
    )
  })
})

describe('A12: what there is room for', () => {
  const roomOf = (headers: Readonly<Record<string, string>>) => parsed(aMessage({ headers })).room

  it('A12: is what the gateway takes, less the request', () => {
    const small = roomOf({})
    expect(small.bytes).toBeLessThan(61_440)
    expect(small.count).toBe(100)
    const larger = roomOf({ a: 'x'.repeat(9_999), b: '' })
    expect(small.bytes - larger.bytes).toBe(10_001)
    expect(larger.count).toBe(98)
  })

  it('A12: is more where the gateway has shown that it takes more', () => {
    expect(roomOf({ a: 'x'.repeat(70_000) }).bytes).toBeGreaterThan(20_000)
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`h-${i}`, '']))
    expect(roomOf(many).count).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the request id', () => {
  const idOf = (http: HttpRequest): string => parsed(aMessage(http)).id

  it('is x-request-id, then the id of Envoy, then a new one', () => {
    expect(idOf({ id: 'envoy-1', headers: { 'x-request-id': 'sent-1' } })).toBe('sent-1')
    expect(idOf({ id: 'envoy-1' })).toBe('envoy-1')
    expect(idOf({})).toBe('made-here')
  })

  it.each([
    ['longer than 128', 'a'.repeat(129)],
    ['with a line break', 'a\nb'],
    ['with a space', 'a b'],
    ['beyond ASCII', 'ä'],
    ['empty', ''],
  ])('is never one that is %s', (_what, sent) => {
    expect(idOf({ id: sent, headers: { 'x-request-id': sent } })).toBe('made-here')
  })
})

describe('a check request that is refused', () => {
  it.each<[string, CheckRequest]>([
    ['nothing at all', {}],
    ['no HTTP request', { attributes: {} }],
    ['no method', aMessage({ method: '' })],
    ['no host', aMessage({ host: '' })],
    ['no path', aMessage({ path: '' })],
    ['a lower-case method', aMessage({ method: 'get' })],
    ['a method that is no token', aMessage({ method: 'GET /' })],
    ['a method without end', aMessage({ method: 'A'.repeat(65) })],
  ])('for %s is malformed_request', (_what, message) => {
    expect(parse(message)).toEqual(refused('malformed_request'))
  })

  it.each(['a b', 'user@host', 'a,b', 'a:b:c', 'a:99999', '.', 'ä.example', '[::1%25eth0]'])(
    'R4: for the host %j is malformed_host',
    (host) => expect(parse(aMessage({ host }))).toEqual(refused('malformed_host')),
  )

  it.each(['*', 'a', '/a/../b', '/%2e%2e/b', '/a\\b', '/a#b', '/%00', '/%', '/%252e%252e/'])(
    'R5: for the path %j is malformed_path',
    (path) => expect(parse(aMessage({ path }))).toEqual(refused('malformed_path')),
  )

  it('for headers over the limit is malformed_request, counted in bytes', () => {
    const message = aMessage({ headers: { a: 'ä'.repeat(10) } })
    const bytes = '/'.length + 'shop.example.com'.length + 'a'.length + 20
    expect(parse(message, bytes).ok).toBe(true)
    expect(parse(message, bytes - 1)).toEqual(refused('malformed_request'))
  })

  it('C21: for headers over the limit is malformed_request, where host and path count once', () => {
    const path = `/${'p'.repeat(500)}`
    const list = { ':path': path, ':authority': 'shop.example.com', ':method': 'GET', b: '12' }
    const bytes = path.length + 'shop.example.com'.length + 'b'.length + 2
    const raw = Object.entries(list).map(([key, value]) => ({ key, rawValue: Buffer.from(value) }))
    for (const http of [{ headers: list }, { headerMap: { headers: raw } }]) {
      expect(parse(aMessage({ path, ...http }), bytes).ok).toBe(true)
      expect(parse(aMessage({ path, ...http }), bytes - 1)).toEqual(refused('malformed_request'))
    }
  })

  it('for a path over the limit is malformed_request', () => {
    expect(parse(aMessage({ path: `/${'a'.repeat(200)}` }), 100)).toEqual(
      refused('malformed_request'),
    )
  })
})

describe('R34: whatever arrives', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('/', '__proto__', 'cookie'),
  )
  const message = fc.record(
    {
      attributes: fc.record(
        {
          request: fc.record({
            http: fc.record(
              {
                id: text,
                method: fc.oneof(text, fc.constantFrom('GET', 'POST')),
                host: fc.oneof(text, fc.constant('Shop.example.com:8443'), fc.domain()),
                path: fc.oneof(
                  text,
                  fc.webPath().map((tail) => `/${tail}`),
                ),
                headers: fc.dictionary(text, text),
                headerMap: fc.record({
                  headers: fc.array(
                    fc.record(
                      { key: text, value: text, rawValue: fc.uint8Array() },
                      { requiredKeys: [] },
                    ),
                  ),
                }),
              },
              { requiredKeys: [] },
            ),
          }),
          contextExtensions: fc.dictionary(text, text),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )

  it('is a well-formed request or a reason, never an error', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const result = parse(sent)
        if (!result.ok) {
          expect(result.reason).toMatch(/^malformed_(?:request|host|path)$/)
          return
        }
        expect(result.value.id).toMatch(/^[\x21-\x7e]{1,128}$/)
        expect(result.value.method).toMatch(/^[^a-z\s]+$/)
        expect(result.value.host).toMatch(/^[a-z0-9_.:[\]-]{1,253}$/)
        expect(result.value.path.raw).toMatch(/^\/[\x21-\x7e]*$/)
        expect([...result.value.headerNames()].some((name) => name.startsWith(':'))).toBe(false)
      }),
    )
  })
})

describe('a host that was seen before', () => {
  it('is the same host, and one that was refused is refused again', () => {
    const parser = createRequestParser(LIMITS)
    const authorityOf = (host: string) => {
      const result = parser(read(encodeCheckRequest(aMessage({ host }))), 'r-1')
      return result.ok ? [result.value.host, result.value.authority] : result.reason
    }
    for (let time = 0; time < 2; time += 1) {
      expect(authorityOf('Shop.Example.com.:8443')).toEqual([
        'shop.example.com',
        'shop.example.com:8443',
      ])
      expect(authorityOf('shop.example.com')).toEqual(['shop.example.com', 'shop.example.com'])
      expect(authorityOf('user@host')).toBe('malformed_host')
    }
  })

  it('is still right after more hosts than are kept', () => {
    const parser = createRequestParser(LIMITS)
    const views = Array.from({ length: 3_000 }, (_, i) =>
      read(encodeCheckRequest(aMessage({ host: `h${i}.example.com:${i}` }))),
    )
    const expected = views.map((_view, i) => ({
      ok: true,
      value: { host: `h${i}.example.com`, authority: `h${i}.example.com:${i}` },
    }))
    expected[443] = { ok: true, value: { host: 'h443.example.com', authority: 'h443.example.com' } }
    expect(views.map((view) => parser(view, 'r-1'))).toMatchObject(expected)
  })
})
