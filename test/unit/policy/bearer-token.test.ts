import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { TokenPlace } from '../../../src/core/policy/applications.ts'
import type { Rule } from '../../../src/core/policy/policy.ts'
import { createFindToken } from '../../../src/policy/ways/bearer-token.ts'
import {
  aBearerMethod,
  aPolicy,
  aRequest,
  aRule,
  NAVIGATION,
  type RequestSketch,
} from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, denied } from '../../support/verdicts.ts'

const AUTHORIZATION: TokenPlace = { kind: 'header', name: 'authorization' }
const HEADER: TokenPlace = { kind: 'header', name: 'x-api-token' }
const COOKIE: TokenPlace = { kind: 'cookie', name: 'token' }
const QUERY: TokenPlace = { kind: 'query', name: 'access_token' }
const ALL = [AUTHORIZATION, HEADER, COOKIE, QUERY]

const find = (sketch: RequestSketch, from: readonly TokenPlace[] = ALL) => {
  const found = createFindToken([aBearerMethod({ from })])(aRequest(sketch))
  return found.kind === 'one' ? found.token : found.kind
}

describe('where a bearer token is looked for', () => {
  it.each([
    ['authorization', { headers: { authorization: 'Bearer a.b.c' } }],
    ['another header', { headers: { 'x-api-token': 'a.b.c' } }],
    ['another header, with the scheme', { headers: { 'x-api-token': 'bearer a.b.c' } }],
    ['a cookie', { headers: { cookie: 'x=1; token=a.b.c; y=2' } }],
    ['the query', { path: '/ws?x=1&access_token=a.b.c' }],
    ['the query, encoded', { path: '/ws?x=1&access%5ftoken=a%2Eb.c' }],
  ] satisfies [string, RequestSketch][])('%s', (_, sketch) => expect(find(sketch)).toBe('a.b.c'))

  it.each([
    ['another scheme', { headers: { authorization: 'Basic YTpi' } }],
    ['an empty header', { headers: { 'x-api-token': '' } }],
    ['an empty cookie', { headers: { cookie: 'token=' } }],
    ['an empty parameter', { path: '/?access_token=&access_token' }],
    ['a parameter of a like name', { path: '/?access_tokens=a&Access_Token=b&access-token=c' }],
  ] satisfies [string, RequestSketch][])('none in %s', (_, sketch) =>
    expect(find(sketch)).toBe('none'),
  )

  it.each([
    ['two headers', { headers: { authorization: 'Bearer a', 'x-api-token': 'b' } }],
    ['two equal ones', { headers: { authorization: 'Bearer a', 'x-api-token': 'a' } }],
    [
      'a header and the query',
      { headers: { authorization: 'Bearer a' }, path: '/?access_token=a' },
    ],
    [
      'a broken header and the query',
      { headers: { authorization: 'Bearer' }, path: '/?access_token=a' },
    ],
    ['the query twice', { path: '/?access_token=a&access%5Ftoken=a' }],
    ['a cookie twice', { headers: { cookie: 'token=a; token=a' } }],
    ['two lines of a header', { headers: { 'x-api-token': 'a,b' } }],
    ['blanks', { path: '/?access_token=a%20b' }],
    ['control bytes', { path: '/?access_token=a%0d%0ab' }],
  ] satisfies [string, RequestSketch][])('R23: %s are none, and malformed', (_, sketch) =>
    expect(find(sketch)).toBe('malformed'),
  )

  it('what is not listed is not looked at', () => {
    const everywhere = {
      path: '/?access_token=a',
      headers: { 'x-api-token': 'b', cookie: 'token=c', authorization: 'Bearer d' },
    }
    expect(find(everywhere, [QUERY])).toBe('a')
    expect(find(everywhere, [HEADER])).toBe('b')
    expect(find(everywhere, [COOKIE])).toBe('c')
    expect(createFindToken([aBearerMethod()])(aRequest(everywhere))).toMatchObject({ token: 'd' })
  })

  it('a method takes tokens from its own places alone', () => {
    const [one, other] = [aBearerMethod({ from: [QUERY] }), aBearerMethod()]
    const found = createFindToken([one, other])
    expect(found(aRequest({ path: '/?access_token=a' }))).toMatchObject({ methods: [one] })
    const header = aRequest({ headers: { authorization: 'Bearer a' } })
    expect(found(header)).toMatchObject({ methods: [other], moved: false })
  })

  it('R34: whatever a query holds, R31: and no detail says it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const token = encodeURIComponent(value.toWellFormed())
        const found = createFindToken([aBearerMethod({ from: [QUERY] })])(
          aRequest({ path: `/?access_token=${token}` }),
        )
        if (found.kind === 'one') expect(found.token).toMatch(/^[!-~]+$/)
        if (found.kind === 'malformed') {
          expect(found.detail).toBe('The query parameter access_token does not hold one token.')
        }
      }),
    )
  })
})

const verified = {
  kind: 'verified',
  bearer: 'access_token',
  issuer: 'https://sso.example.com/realms/shop',
  subject: 'service-1',
  claims: { sub: 'service-1' },
  scopes: [],
} as const

const rule = (changes: Partial<Rule> = {}): Rule =>
  aRule({
    authenticate: [aBearerMethod({ from: ALL }), { kind: 'session' }],
    tokenNames: {
      headers: new Set(['x-api-token']),
      cookies: new Set(['token']),
      parameters: new Set(['access_token']),
    },
    ...changes,
  })

const checked = async (sketch: RequestSketch, isGood = true, of = rule()): Promise<Verdict> => {
  const ports = fakePorts(aPolicy({ fallback: of }))
  if (isGood) ports.verification = verified
  return createCheck(ports)(aRequest(sketch), unlimited)
}

describe('a token that is not in `Authorization`', () => {
  it.each([
    ['/ws?b=2&access_token=t&a=1', '/ws?b=2&a=1'],
    ['/ws?access_token=t', '/ws'],
    ['/ws?a=%2f&&access%5Ftoken=t&b=+&c', '/ws?a=%2f&&b=+&c'],
    ['/ws?\u00e4=1&access_token=t', '/ws?\u00e4=1'],
  ])('is taken out of the path that goes on: %s', async (path, rest) => {
    const verdict = allowed(await checked({ path }))
    expect(verdict.path).toBe(rest)
    expect(verdict.setHeaders).toContainEqual(['authorization', 'Bearer t'])
    expect(JSON.stringify(verdict.removeHeaders)).not.toContain(':path')
  })

  it.each(['\u00ff', '\u00c3', '\u00c3\u00a4\u00ff', '\u00ed\u00a0\u0080'])(
    'R31: beside bytes that are no UTF-8 is refused, as these could not go on as they came: %j',
    async (bytes) => {
      const path = `/ws?x=!&access_token=secret-1`
      const headers = { ':path': path.replace('!', bytes) }
      const verdict = denied(await checked({ path, headers }))
      expect(verdict).toMatchObject({ reason: 'malformed_path', status: 400 })
      expect(verdict.about).toEqual({ policy: 'shop/shop', rule: 'default' })
      expect(JSON.stringify(verdict)).not.toContain('secret-1')
      const session = denied(await checked({ path: path.replace('secret-1', ''), headers }, false))
      expect(session.reason).toBe('malformed_path')
    },
  )

  it('no such bytes are looked at where nothing is taken out of the path', async () => {
    const headers = { ':path': '/ws?x=\u00ff', authorization: 'Bearer t' }
    expect(allowed(await checked({ path: '/ws?x=!', headers })).path).toBeUndefined()
    const utf8 = { ':path': '/ws?x=\u00c3\u00a4&access_token=t' }
    const verdict = allowed(await checked({ path: '/ws?x=\u00e4&access_token=t', headers: utf8 }))
    expect(verdict.path).toBe('/ws?x=\u00e4')
    const elsewhere = aRule({ authenticate: [aBearerMethod(), { kind: 'session' }] })
    const other = { ':path': '/ws?access_token=\u00ff', authorization: 'Bearer t' }
    const sketch = { path: '/ws?access_token=!', headers: other }
    expect(allowed(await checked(sketch, true, elsewhere)).path).toBeUndefined()
  })

  it('is taken off headers and cookies, in every spelling; the rest is as it was', async () => {
    const headers = { 'x-api-token': 't', x_api_token: 'u', cookie: 'a=1; b=2' }
    const verdict = allowed(await checked({ headers }))
    expect(verdict.removeHeaders).toEqual(expect.arrayContaining(['x-api-token', 'x_api_token']))
    expect(verdict.path).toBeUndefined()
    const cookies = allowed(await checked({ headers: { cookie: 'a=1; token=t; b=2' } }))
    expect(cookies.setHeaders).toContainEqual(['cookie', 'a=1; b=2'])
  })

  it('is not forwarded where the rule forwards none', async () => {
    const { upstream } = rule()
    const of = rule({ upstream: { ...upstream, authorization: 'Remove' } })
    const verdict = allowed(await checked({ path: '/?access_token=t' }, true, of))
    expect(verdict.path).toBe('/')
    expect(JSON.stringify(verdict.setHeaders)).not.toContain('Bearer')
  })

  it('one in `Authorization` travels on as it came', async () => {
    const verdict = allowed(await checked({ headers: { authorization: 'Bearer t' } }))
    expect(JSON.stringify(verdict)).not.toContain('Bearer t')
    expect(verdict.path).toBeUndefined()
  })

  it('R23: that is refused is challenged, and begins no login', async () => {
    const path = '/ws?access_token=t'
    const verdict = denied(await checked({ path, headers: NAVIGATION }, false))
    expect(verdict).toMatchObject({ reason: 'token_signature_invalid', status: 401 })
  })

  it('R31: no way on from a refusal holds it, nor does what is logged', async () => {
    const path = '/ws?a=1&access_token=secret-1&sallyport_provider=x'
    for (const headers of [{}, NAVIGATION, { 'x-api-token': 'secret-2' }]) {
      const verdict = denied(await checked({ path, headers }, false))
      expect(JSON.stringify(verdict)).not.toMatch(/secret-/)
    }
    const empty = denied(await checked({ path: '/ws?a=1&access_token=', headers: {} }, false))
    expect(empty.ways).toEqual([{ label: 'sign_in', href: '/ws?a=1' }])
  })
})
