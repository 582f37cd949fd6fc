import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import type { PolicyLookup } from '../../../../src/core/policy-source.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import { aClient, aPolicy, aRequest, NAVIGATION } from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import {
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const CENTRAL = 'login.example.com'
const FIRST = 'shop.example.com:8443'
const SECOND = 'pay.other.test:8443'

const client = aClient({ callbackHost: CENTRAL })
const other = aClient({
  name: 'blog/blog',
  tenant: 'blog/blog',
  clientId: 'blog',
  callbackHost: CENTRAL,
  callbackPath: '/blog/callback',
})

const central = (...clients: readonly Client[]): PolicyLookup => ({
  kind: 'callbacks',
  clients,
  broken: [],
})

const found = (one: Client): PolicyLookup => ({
  kind: 'found',
  policy: aPolicy({ clients: [one] }),
})

/** Two hosts of one client over two domains, a third of another one, and their callback host. */
const world = (changes: Readonly<Record<string, PolicyLookup>> = {}): FakePorts => {
  const hosts: Readonly<Record<string, PolicyLookup>> = {
    [CENTRAL]: central(client, other),
    'shop.example.com': found(client),
    'pay.other.test': found(client),
    'blog.example.com': found(other),
    ...changes,
  }
  return Object.assign(fakePorts(), {
    policies: { find: ({ host }: { host: string }) => hosts[host] ?? { kind: 'none' } },
  })
}

const get = async (ports: FakePorts, url: string, cookie = ''): Promise<Deny> => {
  const { host, pathname, search } = new URL(url)
  const headers = cookie === '' ? NAVIGATION : { ...NAVIGATION, cookie }
  const request = aRequest({ authority: host, path: pathname + search, headers })
  return denied(await createCheck(ports)(request, unlimited))
}

const stateIn = (login: Deny): string =>
  new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''

const answerTo = (login: Deny, path = '/oauth2/callback', host = `${CENTRAL}:8443`): string =>
  `https://${host}${path}?state=${encodeURIComponent(stateIn(login))}&code=c`

/** A login as far as the hand-off: what the browser is sent to next, and the cookie it holds. */
const handedOver = async (ports: FakePorts, authority = SECOND) => {
  const login = await get(ports, `https://${authority}/orders?id=7`)
  const sent = await get(ports, answerTo(login))
  expect(sent).toMatchObject({ status: 303, reason: 'login_handed_over', content: 'none' })
  return { url: headerOf(sent, 'location'), cookie: cookieHeaderOf(login), sent }
}

describe('one redirect URI for many hosts', () => {
  it('names the callback host, on the port of the request', async () => {
    for (const authority of [FIRST, SECOND]) {
      const login = await get(world(), `https://${authority}/`)
      const redirectUri = new URL(headerOf(login, 'location')).searchParams.get('redirect_uri')
      expect(redirectUri).toBe('https://login.example.com:8443/oauth2/callback')
    }
  })

  it('the callback host hands the answer over to the host of the login, which finishes it', async () => {
    const ports = world()
    const { url, cookie, sent } = await handedOver(ports)
    expect(url).toMatch(/^https:\/\/pay\.other\.test:8443\/oauth2\/callback\?handoff=[\w-]+$/)
    expect(headersOf(sent, 'set-cookie')).toEqual([])
    expect(ports.calls.exchange).toEqual([])
    const done = await get(ports, url, cookie)
    expect(done).toMatchObject({ status: 303, reason: 'login_completed' })
    expect(headerOf(done, 'location')).toBe('https://pay.other.test:8443/orders?id=7')
    expect(cookiesOf(done)).toHaveProperty('__Host-sallyport')
    expect(ports.calls.exchange).toMatchObject([
      { redirectUri: 'https://login.example.com:8443/oauth2/callback' },
    ])
  })

  it('a callback host that is a host of the client finishes its own logins at once', async () => {
    const ports = world({ [CENTRAL]: found(client) })
    const login = await get(ports, `https://${CENTRAL}:8443/`)
    const done = await get(ports, answerTo(login), cookieHeaderOf(login))
    expect(done.reason).toBe('login_completed')
    expect((await handedOver(ports, FIRST)).url).toContain('https://shop.example.com:8443/')
  })

  it('an error of the provider is handed over as well', async () => {
    const ports = world()
    ports.codeOutcome = { kind: 'refused', reason: 'provider_error', detail: 'access_denied' }
    const { url, cookie } = await handedOver(ports)
    expect(await get(ports, url, cookie)).toMatchObject({ reason: 'provider_error', status: 403 })
  })

  it('nothing is stored before the login is finished, and no token is in a URL', async () => {
    const ports = world()
    const { url } = await handedOver(ports)
    expect(ports.calls.storeWrites).toBe(0)
    expect(url).not.toContain('access')
  })
})

describe('R16: a hand-off', () => {
  it('R16: works once', async () => {
    const ports = world()
    const { url, cookie } = await handedOver(ports)
    await get(ports, url, cookie)
    expect(await get(ports, url, cookie)).toMatchObject({ reason: 'login_continued', status: 303 })
    expect(ports.calls.exchange).toHaveLength(1)
    expect(ports.stored.size).toBe(1)
  })

  it('R16: is nothing in another browser, not even in one with a login of its own', async () => {
    const ports = world()
    const { url } = await handedOver(ports)
    const own = cookieHeaderOf(await get(ports, `https://${SECOND}/`))
    for (const cookie of ['', own]) {
      expect(await get(ports, url, cookie)).toMatchObject({ reason: 'state_mismatch', status: 400 })
    }
    expect(ports.calls.exchange).toEqual([])
  })

  it('R16: is nothing at another host of the same client, whatever cookies go along', async () => {
    const ports = world()
    const { url, cookie } = await handedOver(ports)
    const elsewhere = url.replace(SECOND, FIRST)
    expect(await get(ports, elsewhere, cookie)).toMatchObject({ reason: 'malformed_callback' })
  })

  it('R16: is over after a minute', async () => {
    const ports = world()
    const { url, cookie } = await handedOver(ports)
    const clock = { nowMs: () => ports.nowMs + 60_000 }
    const late = await get({ ...ports, clock }, url, cookie)
    expect(late).toMatchObject({ reason: 'login_state_expired' })
    expect(ports.calls.exchange).toEqual([])
  })

  it('R16: takes nothing beside it, nothing twice, and nothing that was made elsewhere', async () => {
    const ports = world()
    const { url, cookie } = await handedOver(ports)
    const plain = url.replace('#', '')
    const [, sealed = ''] = plain.split('handoff=')
    for (const bad of [
      `${plain}&code=x`,
      `${plain}&handoff=${sealed}`,
      `${plain.slice(0, -4)}AAAA`,
      `https://${SECOND}/oauth2/callback?handoff=`,
    ]) {
      expect((await get(ports, bad, cookie)).reason).toBe('malformed_callback')
    }
  })

  it('R17: an answer of the provider is taken at the callback host alone', async () => {
    const ports = world()
    const login = await get(ports, `https://${SECOND}/`)
    const direct = await get(
      ports,
      answerTo(login, '/oauth2/callback', SECOND),
      cookieHeaderOf(login),
    )
    expect(direct).toMatchObject({ reason: 'malformed_callback', status: 400 })
  })
})

describe('R17: the callback host', () => {
  it('R17: takes the answer for one client at the path of no other', async () => {
    const two: PolicyLookup = {
      kind: 'found',
      policy: aPolicy({ clients: [client, { ...other, displayName: 'blog' }] }),
    }
    for (const ports of [world(), world({ 'pay.other.test': two })]) {
      const login = await get(ports, `https://${SECOND}/?sallyport_provider=shop`)
      const mixed = await get(ports, answerTo(login, '/blog/callback'))
      expect(mixed).toMatchObject({ reason: 'state_mismatch', status: 400 })
      expect(headersOf(mixed, 'location')).toEqual([])
    }
  })

  it('R18: sends nobody to a host that the state does not name, or that the client does not serve', async () => {
    const ports = world()
    const login = await get(ports, `https://${SECOND}/`)
    const [attempt, secret, origin = ''] = stateIn(login).split('.')
    const foreign = Buffer.from(
      JSON.stringify([['login origin', 'x', 'y'], JSON.stringify({ authority: 'evil.test' })]),
    ).toString('base64url')
    const fresh = stateIn(await get(ports, `https://${FIRST}/`)).split('.')
    for (const state of [
      `${attempt}.${secret}`,
      `${attempt}.${secret}.${foreign}`,
      `${attempt}.${secret}.${origin.slice(0, -4)}AAAA`,
      `${fresh[0]}.${fresh[1]}.${origin}`,
    ]) {
      const url = `https://${CENTRAL}/oauth2/callback?code=c&state=${state}`
      const refused = await get(ports, url)
      expect(refused.reason).toBe('state_mismatch')
      expect(headersOf(refused, 'location')).toEqual([])
    }
    const gone = world({ 'pay.other.test': found(other) })
    expect((await get(gone, answerTo(login))).reason).toBe('state_mismatch')
  })

  it('C3: is through with a login that nobody remembers, and leads back to its host', async () => {
    const ports = world()
    const login = await get(ports, `https://${SECOND}/`)
    const clock = { nowMs: () => ports.nowMs + 2 * 3_600_000 }
    const late = await get({ ...ports, clock }, answerTo(login))
    expect(late).toMatchObject({ reason: 'login_state_expired' })
    expect(late.ways).toEqual([{ label: 'try_again', href: `https://${SECOND}/` }])
  })

  it.each(['', '?code=c', '?state=x&code=c', '?state=a&state=b'])(
    'R20: answers a callback %j with 400',
    async (query) => {
      const refused = await get(world(), `https://${CENTRAL}/oauth2/callback${query}`)
      expect(refused).toMatchObject({ reason: 'malformed_callback', status: 400 })
    },
  )

  it('serves nothing else, and says so where a client that is called back there is broken', async () => {
    const path = `https://${CENTRAL}/oauth2/logout`
    expect(await get(world(), path)).toMatchObject({ reason: 'no_policy', status: 404 })
    const twoReadings = `https://${CENTRAL}/oauth2%2fcallback?state=x&code=c`
    expect((await get(world(), twoReadings)).reason).toBe('no_policy')
    const broken = { kind: 'callbacks', clients: [], broken: ['Its Secret is gone'] } as const
    const ports = world({ [CENTRAL]: broken })
    const refused = await get(ports, `https://${CENTRAL}/oauth2/callback?state=x`)
    expect(refused).toMatchObject({ status: 503, detail: 'Its Secret is gone.' })
  })

  it('begins no login of its own: a state that says so is none', async () => {
    const ports = world({ [CENTRAL]: found(client) })
    const login = await get(ports, `https://${CENTRAL}:8443/`)
    expect((await get(world(), answerTo(login))).reason).toBe('state_mismatch')
  })
})

describe('R34: whatever is sent to a callback path', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[\w.-]{0,200}$/), fc.constant('\u{1f600}'))

  it('R34: is refused without a redirect, a cookie or a fault, unless it was made here', async () => {
    const ports = world()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(CENTRAL, FIRST),
        fc.array(fc.tuple(fc.constantFrom('state', 'code', 'handoff', 'iss'), text)),
        async (host, pairs) => {
          const query = new URLSearchParams(pairs)
          const refused = await get(ports, `https://${host}/oauth2/callback?${query}`)
          expect(refused.status).toBe(400)
          expect(headersOf(refused, 'location')).toEqual([])
          expect(headersOf(refused, 'set-cookie')).toEqual([])
        },
      ),
    )
  })
})
