import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  overwrittenSharing,
  preflightHeaders,
  preflightOf,
  sharingHeaders,
} from '../../../../src/core/decision/cors.ts'
import type { Cors } from '../../../../src/core/policy/applications.ts'
import { aRequest } from '../../../support/builders.ts'

const APP = 'https://app.example.com'

const cors = (changes: Partial<Cors> = {}): Cors => ({
  anyOrigin: false,
  origins: new Set([APP, 'https://app.example.com:8443']),
  domains: [{ suffix: '.example.org', port: '' }],
  headers: ['content-type'],
  exposed: ['x-sallyport-reason'],
  credentials: true,
  maxAgeSeconds: 600,
  ...changes,
})
const anybody = cors({ anyOrigin: true, credentials: false })

const from = (origin?: string) => aRequest({ headers: origin === undefined ? {} : { origin } })
const originIn = (headers: readonly (readonly [string, string])[]) =>
  headers.find(([name]) => name === 'access-control-allow-origin')?.[1]

describe('what an answer says to pages of other origins', () => {
  it.each([
    APP,
    'https://app.example.com:8443',
    'https://a.example.org',
    'https://a.b.example.org',
  ])('%s is permitted, by its own name', (origin) => {
    expect(sharingHeaders(cors(), from(origin))).toEqual([
      ['access-control-allow-origin', origin],
      ['access-control-allow-credentials', 'true'],
      ['access-control-expose-headers', 'x-sallyport-reason'],
      ['vary', 'Origin'],
    ])
  })

  it.each([
    ...['null', '', '*', 'https://APP.example.com', 'http://app.example.com', `${APP}/`],
    ...[`${APP}, ${APP}`, `${APP}:443`, `${APP}.evil.example`, 'https://evil-app.example.com'],
    ...['https://example.org', 'https://.example.org', 'https://evilexample.org'],
    ...['https://a.example.org:8443', 'http://a.example.org', 'https://a..example.org'],
    ...['https://evil.example/.example.org', 'https://evil.example?.example.org'],
    ...[
      'https://evil.example#.example.org',
      'https://a@b.example.org',
      `https://${'a'.repeat(400)}.example.org`,
    ],
  ])('R7: %j is not, with or without credentials', (origin) => {
    expect(sharingHeaders(cors(), from(origin))).toEqual([['vary', 'Origin']])
  })

  it('anybody is permitted by `*` alone, which never comes with credentials; nobody is `null`', () => {
    expect(originIn(sharingHeaders(anybody, from('https://evil.example')))).toBe('*')
    expect(JSON.stringify(sharingHeaders(anybody, from(APP)))).not.toContain('credentials')
    expect(originIn(sharingHeaders(anybody, from('null')))).toBeUndefined()
  })

  it('R34: whatever the origin, what is permitted is that and nothing else', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .constantFrom(APP, 'https://', '.example.org')
        .chain((text) =>
          fc.string().map((more) => (more.length % 2 === 0 ? text + more : more + text)),
        ),
      fc.webUrl(),
    )
    fc.assert(
      fc.property(odd, (origin) => {
        const told = originIn(sharingHeaders(cors(), from(origin)))
        if (told === undefined) return
        expect(told).toBe(origin)
        expect(new URL(origin).origin).toBe(origin)
        const { hostname } = new URL(origin)
        expect(hostname === 'app.example.com' || hostname.endsWith('.example.org')).toBe(true)
      }),
    )
  })

  it('what the upstream permits does not stand where the origin is not permitted here', () => {
    expect(overwrittenSharing(cors(), from('https://evil.example'))).toEqual([
      ['access-control-allow-origin', 'https://shop.example.com'],
      ['access-control-allow-credentials', 'false'],
      ['vary', 'Origin'],
    ])
    expect(overwrittenSharing(cors(), from())).toEqual([['vary', 'Origin']])
    expect(originIn(overwrittenSharing(cors(), from(APP)))).toBe(APP)
  })

  it('R7: nor its leave to send credentials, where the rule gives none', () => {
    const credentialsIn = (rule: Cors) =>
      overwrittenSharing(rule, from(APP)).filter(
        ([name]) => name === 'access-control-allow-credentials',
      )
    expect(credentialsIn(cors())).toEqual([['access-control-allow-credentials', 'true']])
    for (const rule of [cors({ credentials: false }), anybody]) {
      expect(credentialsIn(rule)).toEqual([['access-control-allow-credentials', 'false']])
    }
  })
})

describe('a preflight', () => {
  const asked = (headers: Readonly<Record<string, string>>, method = 'OPTIONS') =>
    preflightOf(aRequest({ method, headers }))
  const headers = { origin: APP, 'access-control-request-method': 'PUT' }

  it('is OPTIONS with an origin and the method that is to follow', () => {
    expect(asked(headers)).toEqual({ origin: APP, method: 'PUT' })
    expect(asked(headers, 'GET')).toBeUndefined()
    expect(asked({ origin: APP })).toBeUndefined()
    expect(asked({ 'access-control-request-method': 'PUT' })).toBeUndefined()
    expect(asked({ ...headers, 'access-control-request-method': 'P,T' })).toBeUndefined()
  })

  it('is answered with what may be sent', () => {
    expect(preflightHeaders(cors(), { origin: APP, method: 'PUT' })).toEqual([
      ['access-control-allow-origin', APP],
      ['access-control-allow-credentials', 'true'],
      ['access-control-allow-methods', 'PUT'],
      ['access-control-allow-headers', 'content-type'],
      ['access-control-max-age', '600'],
      ['vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'],
    ])
    const listed = preflightHeaders(cors({ methods: ['PUT', 'DELETE'] }), {
      origin: APP,
      method: 'GET',
    })
    expect(listed).toContainEqual(['access-control-allow-methods', 'PUT, DELETE'])
  })

  it.each(['null', 'https://evil.example'])('of %s is refused', (origin) => {
    expect(preflightHeaders(cors(), { origin, method: 'GET' })).toBeUndefined()
  })
})
