import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import {
  destinationIn,
  destinationOf,
  withDestination,
} from '../../../../src/check/logout/destination.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import { wantedAfterLogin } from '../../../../src/policy/applying/returning.ts'
import { aClient, aPolicy, aRequest, aSession, NAVIGATION } from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import {
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const LISTED = ['/goodbye', '/bye?lang=de', 'https://www.example.com/']
const NOT_LISTED =
  'The parameter rd names nothing that `logout.redirectURLs` lists, and was passed over.'

const clientWith = (logout: Partial<Client['logout']> = {}): Client => {
  const client = aClient()
  return { ...client, logout: { ...client.logout, redirectUrls: LISTED, ...logout } }
}

const signOutPath = (...rd: readonly string[]): string =>
  `/oauth2/logout${rd.map((one, at) => `${at === 0 ? '?' : '&'}rd=${encodeURIComponent(one)}`).join('')}`

const asked = (rd: readonly string[], client = clientWith()) =>
  destinationOf(client, aRequest({ path: signOutPath(...rd) }))

describe('where a sign-out leads', () => {
  it('that names no place: where its client says, or to a page that says so', () => {
    expect(asked([])).toEqual({})
    expect(asked([], clientWith({ redirectUrl: '/out' }))).toEqual({ url: '/out' })
  })

  it.each(LISTED)('that names a listed place: there, in place of the usual one: %s', (url) => {
    expect(asked([url])).toEqual({ url })
    expect(asked([url], clientWith({ redirectUrl: '/out' }))).toEqual({ url })
  })

  it('R18: that names any other, or two: where it leads anyhow, and the log says so', () => {
    for (const rd of [['/orders'], ['https://evil.example/'], [''], ['/goodbye', '/goodbye']]) {
      expect(asked(rd)).toEqual({ detail: NOT_LISTED })
      const usual = asked(rd, clientWith({ redirectUrl: '/out' }))
      expect(usual).toEqual({ url: '/out', detail: NOT_LISTED })
    }
  })
})

describe('the state that a provider is given', () => {
  const client = clientWith()

  it('carries the place of a listed destination, which comes back with it', () => {
    for (const [place, url] of LISTED.entries()) {
      const state = withDestination('abc_-9', client, { url })
      expect(state).toBe(`abc_-9.${place}`)
      expect(destinationIn(state, client)).toEqual({ url })
    }
  })

  it('carries none for the usual destination, a page, and what is listed no more', () => {
    for (const destination of [{}, { url: '/out' }, { detail: NOT_LISTED }]) {
      expect(withDestination('abc', client, destination)).toBe('abc')
    }
    const usual = clientWith({ redirectUrl: '/out' })
    expect(destinationIn('abc', usual)).toEqual({ url: '/out' })
    expect(destinationIn('abc', client)).toEqual({})
  })

  it('R18: leads where the client says as a rule, if its place is none', () => {
    for (const state of ['abc.3', 'abc.99', 'abc.100', 'abc.', 'abc.-1', 'abc.1x', 'abc.0.', '.']) {
      expect([state, destinationIn(state, client)]).toEqual([state, {}])
    }
    expect(destinationIn('abc.0', clientWith({ redirectUrls: [] }))).toEqual({})
  })

  it('has room for every place that a client can list', () => {
    const many = clientWith({ redirectUrls: Array.from({ length: 100 }, (_, at) => `/${at}`) })
    for (const url of many.logout.redirectUrls) {
      expect(destinationIn(withDestination('a', many, { url }), many)).toEqual({ url })
    }
  })

  it('R34: leads to what is listed, or where the client says, whatever it is', () => {
    const usual = clientWith({ redirectUrl: '/out' })
    const state = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.string(), fc.nat(120)).map(([text, place]) => `${text}.${place}`),
    )
    fc.assert(
      fc.property(state, (one) => {
        expect([...LISTED, '/out']).toContain(destinationIn(one, usual).url)
      }),
    )
  })
})

const SAME_ORIGIN = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }

const signedIn = (logout: Partial<Client['logout']> = {}) => {
  const ports = fakePorts(aPolicy({ clients: [clientWith(logout)] }))
  const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
  return { ports, headers: { ...SAME_ORIGIN, cookie } }
}

const visit = async (
  ports: FakePorts,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Deny> => denied(await createCheck(ports)(aRequest({ path, headers }), unlimited))

describe('a sign-out with a destination', () => {
  it('goes by the provider, which is told one URL and a state, and ends there', async () => {
    const { ports, headers } = signedIn()
    const begun = await visit(ports, signOutPath('/bye?lang=de'), headers)
    expect(begun).toMatchObject({ reason: 'sign_out_at_provider', status: 303 })
    const [call] = ports.calls.endSession
    expect(call?.returnUrl).toBe('https://shop.example.com/oauth2/logout')
    expect(call?.state).toMatch(/\.1$/)
    expect(call?.state).toBe(cookiesOf(begun)['__Host-sallyport-logout'])
    const back = { ...NAVIGATION, 'sec-fetch-site': 'cross-site', cookie: cookieHeaderOf(begun) }
    const done = await visit(ports, `/oauth2/logout?state=${call?.state}`, back)
    expect(done).toMatchObject({ reason: 'signed_out', status: 303, content: 'none' })
    expect(headerOf(done, 'location')).toBe('https://shop.example.com/bye?lang=de')
  })

  it('R18: a state with another place than the browser holds is none of ours', async () => {
    const { ports, headers } = signedIn()
    const begun = await visit(ports, signOutPath('/goodbye'), headers)
    const state = cookiesOf(begun)['__Host-sallyport-logout'] ?? ''
    const back = { ...SAME_ORIGIN, cookie: cookieHeaderOf(begun) }
    const done = await visit(ports, `/oauth2/logout?state=${state.replace('.0', '.2')}`, back)
    expect(headersOf(done, 'location')).toEqual([])
  })

  it('ends there at once where no provider is asked, by an absolute URL as well', async () => {
    const { ports, headers } = signedIn({ atProvider: false })
    const done = await visit(ports, signOutPath('https://www.example.com/'), headers)
    expect(done).toMatchObject({ reason: 'signed_out', status: 303 })
    expect(headerOf(done, 'location')).toBe('https://www.example.com/')
  })

  it('is led on to by the page that says that the provider cannot be asked', async () => {
    const { ports, headers } = signedIn()
    ports.endSession = new Error('down')
    const told = await visit(ports, signOutPath('/goodbye'), headers)
    expect(told).toMatchObject({ reason: 'signed_out_here', status: 200 })
    expect(told.ways).toEqual([{ label: 'continue', href: 'https://shop.example.com/goodbye' }])
  })

  it('is kept by the page that asks first, in its link, and only a listed one', async () => {
    const { ports, headers } = signedIn({ atProvider: false })
    const foreign = { ...headers, 'sec-fetch-site': 'cross-site' }
    const question = await visit(ports, signOutPath('/bye?lang=de'), foreign)
    expect(question.reason).toBe('sign_out_unconfirmed')
    const [way] = question.ways
    const done = await visit(ports, way?.href ?? '', headers)
    expect(headerOf(done, 'location')).toBe('https://shop.example.com/bye?lang=de')
    const other = await visit(ports, signOutPath('https://evil.example/'), foreign)
    expect(JSON.stringify(other)).not.toContain('evil.example')
    const withoutSession = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }
    const unknown = await visit(ports, signOutPath('/goodbye'), withoutSession)
    expect(unknown.ways[0]?.href).toBe('/oauth2/logout?rd=%2Fgoodbye')
  })

  it('leads there without a session, too, and whatever the cookies are', async () => {
    const { ports, headers } = signedIn()
    const twice = `${headers.cookie}; ${headers.cookie}`
    for (const cookie of ['a=1', '__Host-sallyport=gone', twice]) {
      const done = await visit(ports, signOutPath('/goodbye'), { ...SAME_ORIGIN, cookie })
      expect(headerOf(done, 'location')).toBe('https://shop.example.com/goodbye')
    }
  })

  it('R18: to a place that is not listed signs out all the same, by the usual way', async () => {
    const { ports, headers } = signedIn({ atProvider: false })
    const done = await visit(ports, signOutPath('https://evil.example/'), headers)
    expect(done).toMatchObject({ reason: 'signed_out', status: 200, detail: NOT_LISTED })
    expect(ports.stored.size).toBe(0)
    expect(JSON.stringify(done)).not.toContain('evil.example')
  })

  it('R18: and the log says so by whichever way, beside what was not done', async () => {
    const path = signOutPath('https://evil.example/')
    const asked = signedIn()
    expect(await visit(asked.ports, path, asked.headers)).toMatchObject({
      reason: 'sign_out_at_provider',
      detail: NOT_LISTED,
    })
    const away = signedIn()
    away.ports.endSession = new Error('down')
    expect((await visit(away.ports, path, away.headers)).detail).toBe(`down ${NOT_LISTED}`)
    const { ports, headers } = signedIn()
    const question = await visit(ports, path, { ...headers, 'sec-fetch-site': 'cross-site' })
    expect(question).toMatchObject({ reason: 'sign_out_unconfirmed', detail: NOT_LISTED })
    ports.storeFault = new Fault('session_store_unavailable', 'no store')
    const { detail } = await visit(ports, path, headers)
    expect(detail).toMatch(/^no store.* The parameter rd names nothing/)
  })
})

const HOST = 'https://shop.example.com'

/** What is meant to look like a path of the host, or like a listed place, and lead elsewhere. */
const EVIL = 'evil.example'
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(...LISTED, 'https:', 'http:', 'javascript:', 'data:', EVIL, `@${EVIL}`),
      fc.constantFrom('/', '//', '\\', '\\\\', '/\\', '\\/', '?', '#', ';', '.', '..', ':', ':443'),
      fc.constantFrom('%2f', '%5c', '%252f', '%2e', '%40', '%00', '%0d%0a', '%09', '%ff', '%'),
      fc.constantFrom('\t', '\n', '\r', '\0', ' ', '\u00a0', '\u2028', '\u0007', '\u007f'),
      fc.constantFrom(
        '\uff0f',
        '\u2044',
        '\u2215',
        '\uff20',
        '\u3002',
        '\u200b',
        'ev\u0131l',
        '\u202e',
      ),
      fc.constantFrom('user:pass@', 'shop.example.com', `shop.example.com@${EVIL}`, '[::1]'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((pieces) => pieces.join('').toWellFormed())

describe('R18, R34: one rule for where a link leads, to sign in and to sign out', () => {
  const policy = aPolicy({ clients: [clientWith()] })
  const link = (path: string, rd: string) =>
    aRequest({ path: `${path}?rd=${encodeURIComponent(rd)}` })

  it('a browser that resolves what is said stays on the host, or goes to what is listed', () => {
    let followed = 0
    fc.assert(
      fc.property(tricky, fc.boolean(), (rd, isPath) => {
        const wanted = isPath ? `/${rd}` : rd
        const { url, detail } = destinationOf(clientWith(), link('/oauth2/logout', wanted))
        expect(url === undefined ? detail : LISTED).toContain(url ?? 'passed over')
        const inside = wantedAfterLogin(policy, link('/oauth2/login', wanted))
        if (inside.kind !== 'wanted') return
        followed += 1
        const there = new URL(inside.url, `${HOST}/oauth2/login`)
        expect([there.origin, there.username, there.hash]).toEqual([HOST, '', ''])
        expect(new URL(HOST + inside.url).origin).toBe(HOST)
        expect(inside.url).toMatch(/^\/(?![/\\])[!-~]*$/)
      }),
      { numRuns: 5_000 },
    )
    expect(followed).toBeGreaterThan(100)
  })

  it('what a sign-in may not lead to, a sign-out leads to only as it is listed', () => {
    for (const rd of ['//evil.example', '/\\evil.example', `${HOST}@evil.example`, '/goodbye\n']) {
      expect(wantedAfterLogin(policy, link('/oauth2/login', rd))).toEqual({ kind: 'refused' })
      expect(destinationOf(clientWith(), link('/oauth2/logout', rd)).url).toBeUndefined()
    }
  })
})
