import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  aServerPolicy,
  aServerWorld,
  authorizePath,
  type Browser,
  FROM_PAGE,
  LISTED,
  LOOPBACK,
  locationOf,
  type ServerWorld,
} from '../../../support/authorization-server.ts'
import { NAVIGATION } from '../../../support/builders.ts'

const BY_POST = { method: 'POST', headers: FROM_PAGE }

const atQuestion = async (world: ServerWorld) => {
  const browser = world.browser()
  const page = await browser.open(authorizePath(await world.registered()))
  return { browser, allow: page.consent?.allow ?? '', deny: page.consent?.deny ?? '' }
}

const atProvider = async (world: ServerWorld) => {
  const { browser, allow } = await atQuestion(world)
  const sent = await browser.open(allow, BY_POST)
  const state = locationOf(sent).searchParams.get('state') ?? ''
  return { browser, state, back: `/oauth2/return?code=c&state=${state}` }
}

describe('the answer of a person', () => {
  it.each([
    [
      'another site',
      { ...FROM_PAGE, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    ],
    [
      'a neighbour',
      { ...FROM_PAGE, origin: 'https://a.example.com', 'sec-fetch-site': 'same-site' },
    ],
    ['a page without an origin', { ...FROM_PAGE, origin: 'null' }],
    ['a frame', { ...FROM_PAGE, 'sec-fetch-dest': 'iframe' }],
    ['a script', { ...FROM_PAGE, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }],
    ['who says nothing of themselves', { accept: 'text/html' }],
  ])('does not count from %s', async (_, headers) => {
    const world = aServerWorld()
    const { browser, allow } = await atQuestion(world)
    const answer = await browser.open(allow, { method: 'POST', headers })
    expect(answer).toMatchObject({ reason: 'authorization_consent_refused', status: 403 })
    expect(world.ports.calls.relay).toEqual([])
    expect((await browser.open(allow, BY_POST)).reason).toBe('authorization_passed_on')
  })

  it('counts in the browser that was asked, and in no other', async () => {
    const world = aServerWorld()
    const { allow } = await atQuestion(world)
    const other = world.browser()
    await other.open(authorizePath(await world.registered()))
    expect((await other.open(allow, BY_POST)).reason).toBe('authorization_consent_refused')
    expect((await world.browser().open(allow, BY_POST)).reason).toBe(
      'authorization_consent_refused',
    )
  })

  it('counts once, also for whoever has kept the cookie', async () => {
    const world = aServerWorld()
    const { browser, allow } = await atQuestion(world)
    const kept = new Map(browser.cookies)
    await browser.open(allow, BY_POST)
    expect((await browser.open(allow, BY_POST)).reason).toBe('authorization_consent_refused')
    for (const [name, value] of kept) browser.cookies.set(name, value)
    const again = await browser.open(allow, BY_POST)
    expect(again).toMatchObject({ detail: 'It was answered before.' })
  })

  it('does not count after its time', async () => {
    const world = aServerWorld()
    const { browser, allow } = await atQuestion(world)
    world.ports.nowMs += 24 * 3_600_000
    expect((await browser.open(allow, BY_POST)).reason).toBe('authorization_consent_refused')
  })

  it('is asked for by GET in vain', async () => {
    const world = aServerWorld()
    const { browser, allow } = await atQuestion(world)
    const answer = await browser.open(allow)
    expect(answer).toMatchObject({ status: 405, content: 'problem' })
  })

  it('may be no, which the client is told', async () => {
    const world = aServerWorld()
    const { browser, deny } = await atQuestion(world)
    const answer = await browser.open(deny, BY_POST)
    expect(answer).toMatchObject({ reason: 'authorization_denied', status: 200 })
    const { href, searchParams } = locationOf(answer)
    expect(href).toMatch(LOOPBACK)
    expect(searchParams.get('error')).toBe('access_denied')
    expect(searchParams.get('state')).toBe('state of the client')
  })

  it.each([
    ['provider_unreachable', 'temporarily_unavailable'],
    ['provider_misconfigured', 'server_error'],
  ] as const)('leads back with an error where the provider is %s', async (code, error) => {
    const world = aServerWorld()
    world.ports.relayFault = new Fault(code, 'no')
    const { browser, allow } = await atQuestion(world)
    const answer = await browser.open(allow, BY_POST)
    expect(answer.reason).toBe('authorization_not_asked')
    expect(locationOf(answer).searchParams.get('error')).toBe(error)
  })

  it('passes on that a person is to be asked at the provider', async () => {
    const world = aServerWorld()
    const browser = world.browser()
    const path = authorizePath(await world.registered(), { prompt: 'consent other' })
    const page = await browser.open(path)
    await browser.open(page.consent?.allow ?? '', BY_POST)
    expect(world.ports.calls.relay).toMatchObject([{ prompt: 'consent' }])
  })
})

const refused = async (browser: Browser, path: string) =>
  expect(await browser.open(path, { headers: NAVIGATION })).toMatchObject({
    reason: 'authorization_return_refused',
    status: 400,
    content: 'page',
  })

describe('the way back from the provider', () => {
  it('leads nowhere in another browser, not even one that has agreed to something', async () => {
    const world = aServerWorld()
    const { back } = await atProvider(world)
    await refused(world.browser(), back)
    await refused((await atProvider(world)).browser, back)
  })

  it('leads nowhere before anybody agreed', async () => {
    const world = aServerWorld()
    const { browser, allow } = await atQuestion(world)
    const ticket = new URLSearchParams(allow.slice(allow.indexOf('?'))).get('ticket')
    await refused(browser, `/oauth2/return?code=c&state=${ticket}`)
  })

  it('is gone once, also for whoever has kept the cookie', async () => {
    const world = aServerWorld()
    const { browser, back } = await atProvider(world)
    const kept = new Map(browser.cookies)
    expect((await browser.open(back)).reason).toBe('authorization_returned')
    await refused(browser, back)
    for (const [name, value] of kept) browser.cookies.set(name, value)
    await refused(browser, back)
  })

  it('leads nowhere with two states, none, or after its time', async () => {
    const world = aServerWorld()
    const { browser, back, state } = await atProvider(world)
    await refused(browser, `${back}&state=${state}`)
    await refused(browser, '/oauth2/return?code=c')
    world.ports.nowMs += 24 * 3_600_000
    await refused(browser, back)
  })

  it('leads nowhere with an answer that is not of the provider', async () => {
    const world = aServerWorld()
    world.ports.relayedAnswer = { kind: 'refused', detail: 'Another issuer.' }
    const { browser, back } = await atProvider(world)
    await refused(browser, back)
  })

  it.each([
    ['access_denied', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['unauthorized_client', 'server_error'],
    ['<script>', 'server_error'],
  ])('tells the client of %s as %s', async (error, told) => {
    const world = aServerWorld()
    world.ports.relayedAnswer = { kind: 'error', error, detail: 'no' }
    const { browser, back } = await atProvider(world)
    const answer = await browser.open(back)
    expect(answer.reason).toBe('authorization_failed')
    expect(locationOf(answer).searchParams.get('error')).toBe(told)
    expect(browser.cookies.size).toBe(0)
  })

  it('tells the client where the answer could not be looked at', async () => {
    const world = aServerWorld()
    world.ports.relayedAnswer = new Fault('provider_unreachable', 'no')
    const { browser, back } = await atProvider(world)
    const { searchParams } = locationOf(await browser.open(back))
    expect(searchParams.get('error')).toBe('temporarily_unavailable')
  })

  it('has room for many tabs, of which the oldest give way', async () => {
    const world = aServerWorld()
    const browser = world.browser()
    const id = await world.registered()
    for (let tab = 0; tab < 30; tab += 1) await browser.open(authorizePath(id))
    expect(browser.cookies.size).toBeLessThanOrEqual(8)
  })
})

const DOCUMENT = 'https://client.example.org/oauth.json'
const documentHosts = { any: false, hosts: new Set(['client.example.org']), below: [] }

describe.each([
  ['is listed no more', LISTED, {}, { redirectURIs: new Set<string>() }],
  [
    'is on a host whose documents are taken no more',
    'https://client.example.org/callback',
    { documentHosts },
    {},
  ],
] as const)('a redirect URI that %s', (_, redirect_uri, before, after) => {
  const begin = async () => {
    const world = aServerWorld(aServerPolicy(before))
    const document = { clientId: DOCUMENT, redirectURIs: [redirect_uri] }
    world.ports.foundDocument = { kind: 'found', document }
    const id =
      'documentHosts' in before
        ? DOCUMENT
        : await world.registered({ redirect_uris: [redirect_uri] })
    const browser = world.browser()
    const { consent } = await browser.open(authorizePath(id, { redirect_uri }))
    return { world, browser, allow: consent?.allow ?? '', deny: consent?.deny ?? '' }
  }
  const nowhere = { reason: 'authorization_redirect_refused', status: 400, content: 'page' }

  it.each(['allow', 'deny'] as const)('gets nobody who answers: %s', async (answer) => {
    const { world, browser, ...answers } = await begin()
    world.ports.policy = aServerPolicy(after)
    const page = await browser.open(answers[answer], BY_POST)
    expect(page).toMatchObject(nowhere)
    expect(page.onward).toBeUndefined()
    expect(world.ports.calls.relay).toEqual([])
    expect(browser.cookies.size).toBe(0)
  })

  it.each(['code=c', 'error=access_denied'])('gets nothing of the provider: %s', async (answer) => {
    const { world, browser, allow } = await begin()
    const sent = await browser.open(allow, BY_POST)
    const state = locationOf(sent).searchParams.get('state') ?? ''
    world.ports.policy = aServerPolicy(after)
    const page = await browser.open(`/oauth2/return?${answer}&state=${state}`)
    expect(page).toMatchObject(nowhere)
    expect(page.headers.some(([name]) => name === 'location')).toBe(false)
    expect(browser.cookies.size).toBe(0)
  })
})
