import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wantedAfterLogin, wantedAfterLogout } from '../../../../src/policy/applying/returning.ts'
import { aClient, aPolicy, aRequest } from '../../../support/builders.ts'

const HOST = 'https://shop.example.com'
const OURS = ['callback', 'logout', 'session', 'login'].map((name) => `/oauth2/${name}`)
const policy = aPolicy()

const wantedBy = (rd: string) =>
  wantedAfterLogin(policy, aRequest({ path: `/oauth2/login?rd=${encodeURIComponent(rd)}` }))

describe('R18: where a link to sign in may lead', () => {
  it.each([
    ['/', '/'],
    ['/orders?id=7&x=%2f', '/orders?id=7&x=%2f'],
    ['/caf\u00e9?q=\u00e4', '/caf%C3%A9?q=%C3%A4'],
    ['/group%2Fproject', '/group%2Fproject'],
    ['/oauth2/other', '/oauth2/other'],
    ['/search?next=https://evil.example/', '/search?next=https://evil.example/'],
    ['/?rd=//evil.example', '/?rd=//evil.example'],
  ])('%j: there', (rd, url) => expect(wantedBy(rd)).toEqual({ kind: 'wanted', url }))

  it.each([
    ...['', 'orders', '?x', '#x', 'https://shop.example.com/', 'https://evil.example/'],
    ...['//evil.example', '/\\evil.example', '/\t/evil.example', '/\n/evil.example', '\t//evil'],
    ...['javascript:alert(1)', 'data:text/html,x', ' /orders', '/orders ', '/a b', '/\0'],
    ...['/x/../oauth2/logout', '/x/%2e%2e/oauth2/logout', '/x/%252e%252e/y', '/.', '/a\\b'],
    ...['/%5cevil.example', '/a#fragment', '/a?x#y', '/%', '/%ff'],
    ...OURS,
    ...['/oauth2/logout?rd=/', '/oauth2/login?rd=/x', '/oauth2//logout', '/oauth2%2Flogout'],
    ...['/oauth2/logout;x=1', '/;x/oauth2/logout', '/oauth2/log%6fut', '/oauth2/log%256fut'],
    ...['///oauth2/logout', '/x//oauth2/logout'.slice(2), `/${'%252525'.repeat(1_000)}`],
  ])('%j: nowhere', (rd) => expect(wantedBy(rd)).toEqual({ kind: 'refused' }))

  it('a link without `rd` names nothing, and one with two names none', () => {
    expect(wantedAfterLogin(policy, aRequest({ path: '/oauth2/login' }))).toEqual({ kind: 'none' })
    const two = aRequest({ path: '/oauth2/login?rd=/a&%72d=/b' })
    expect(wantedAfterLogin(policy, two)).toEqual({ kind: 'refused' })
  })

  const piece = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(...OURS, 'oauth2', 'logout', 'session', 'evil.example'),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom('/', '\\', '.', '..', '%2e', '%2F', '%5c', ';', '?', '#', '%25'),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('\t', '\n', '\r', ' ', '@', ':', 'https:', '%0a', '%09'),
    },
    fc.string({ unit: 'binary', maxLength: 4 }),
  )

  it('R34: whatever it names, a browser stays on the host and off our own roads', () => {
    let seen = 0
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const wanted = wantedBy(`/${pieces.join('')}`)
        if (wanted.kind !== 'wanted') return
        seen += 1
        const url = new URL(wanted.url, `${HOST}/oauth2/login`)
        expect(url.origin).toBe(HOST)
        expect(url.hash).toBe('')
        for (const read of readers) expect(OURS).not.toContain(read(url.pathname))
      }),
      { numRuns: 5_000 },
    )
    expect(seen).toBeGreaterThan(100)
  })
})

const merged = (path: string): string => path.replace(/\/+/g, '/')
const decoded = (path: string): string =>
  path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })

/** How a gateway, or whoever stands before it, may read the path that a browser asks for. */
const readers: readonly ((path: string) => string)[] = [
  (path) => path,
  merged,
  decoded,
  (path) => merged(decoded(path)),
  (path) => merged(decoded(decoded(path))),
  (path) => merged(path.replace(/;[^/]*/g, '')),
  (path) => decoded(path).split('?')[0] ?? '',
  (path) => (URL.canParse(decoded(path), HOST) ? new URL(decoded(path), HOST).pathname : '/'),
]

describe('R18: where a link to sign out may lead', () => {
  const { logout } = aClient()
  const redirectUrls = ['/goodbye', '/bye?lang=de', 'https://www.example.com/']
  const client = aClient({ logout: { ...logout, redirectUrls } })
  const out = (query: string, of = client) =>
    wantedAfterLogout(of, aRequest({ path: `/oauth2/logout${query}` }))

  it.each(redirectUrls)('to what is listed: %s', (url) => {
    expect(out(`?rd=${encodeURIComponent(url)}`)).toEqual({ kind: 'wanted', url })
  })

  it.each([
    ...['/goodbye/', '/goodbye?x', '/GOODBYE', '//goodbye', 'https://www.example.com', ''],
    ...['https://www.example.com/x', 'https://www.example.com@evil.example/', '/orders'],
  ])('and to nothing else: %j', (rd) => {
    expect(out(`?rd=${encodeURIComponent(rd)}`)).toEqual({ kind: 'refused' })
  })

  it('nor to two places, nor anywhere where nothing is listed', () => {
    expect(out('?rd=/goodbye&rd=/goodbye')).toEqual({ kind: 'refused' })
    expect(out('?rd=/goodbye', aClient())).toEqual({ kind: 'refused' })
    expect(out('')).toEqual({ kind: 'none' })
  })

  it('R34: whatever it names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (rd) => {
        const wanted = out(`?rd=${encodeURIComponent(rd.toWellFormed())}`)
        if (wanted.kind === 'wanted') expect(redirectUrls).toContain(wanted.url)
      }),
    )
  })
})
