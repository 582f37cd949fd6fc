import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  aBindingClient,
  boundCookieIn,
  createBoundWorld,
  createDevice,
  offerIn,
} from '../../../support/bound-browser.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { allowed, headerOf, headersOf } from '../../../support/verdicts.ts'

const HOST = 'shop.example.com'

const refusal = (detail: string) => ({
  reason: 'device_binding_refused',
  status: 401,
  content: 'problem',
  detail,
})

describe('a session that begins with a client that binds sessions', () => {
  it('is offered to be bound by the answer that sets its ticket', async () => {
    const { createBrowser } = createBoundWorld()
    const answer = await createBrowser().signIn()
    expect(answer).toMatchObject({ reason: 'login_completed', status: 303 })
    expect(headerOf(answer, 'secure-session-registration')).toMatch(
      /^\(ES256 RS256\);path="\/oauth2\/session\/bind";challenge="[\w-]{43}";authorization="[\w-]+"$/,
    )
  })

  it('is not offered to be bound where the client binds none', async () => {
    const { createBrowser } = createBoundWorld(aClient())
    expect(headersOf(await createBrowser().signIn(), 'secure-session-registration')).toEqual([])
  })

  it.each(['ES256', 'RS256'] as const)(
    'is bound to a key of %s, found by the offer alone',
    async (algorithm) => {
      const { boundBrowser, directory } = createBoundWorld()
      const { answer, id } = await boundBrowser(createDevice(algorithm))
      expect(answer).toMatchObject({ reason: 'device_bound', status: 200, content: 'json' })
      expect(answer.about).toMatchObject({ subject: 'alice', claims: { sub: 'alice' } })
      expect(answer.members).toEqual({
        session_identifier: expect.stringMatching(/^[\w-]{50,400}$/),
        refresh_url: '/oauth2/session/refresh',
        scope: {
          include_site: false,
          scope_specification: [
            { type: 'exclude', domain: HOST, path: '/oauth2/logout' },
            { type: 'include', domain: HOST, path: '/oauth2/logout/' },
            { type: 'exclude', domain: HOST, path: '/oauth2/callback' },
            { type: 'include', domain: HOST, path: '/oauth2/callback/' },
            { type: 'exclude', domain: HOST, path: '/oauth2/session/bind' },
            { type: 'include', domain: HOST, path: '/oauth2/session/bind/' },
          ],
        },
        credentials: [
          {
            type: 'cookie',
            name: '__Host-sallyport-bound',
            attributes: 'Path=/; Secure; HttpOnly; SameSite=Lax',
          },
        ],
        allowed_refresh_initiators: ['*'],
      })
      expect(boundCookieIn(answer)).toMatch(
        /^__Host-sallyport-bound=v1\.[0-9a-z]+\.[\w-]{43}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/,
      )
      expect(headerOf(answer, 'secure-session-challenge')).toMatch(
        new RegExp(`^"[\\w.-]+";id="${id}"$`),
      )
      expect((await directory.list({}, { limit: 9 }, unlimited)).entries).toHaveLength(1)
    },
  )

  it('reads a proof in quotes, as the specification has it', async () => {
    const { createBrowser } = createBoundWorld()
    const browser = createBrowser()
    const proof = createDevice().binding(offerIn(await browser.signIn()))
    expect((await browser.bind(`"${proof}"`)).reason).toBe('device_bound')
  })

  it('keeps the first key: another is refused and changes nothing, the same is answered again', async () => {
    const { boundBrowser, clock } = createBoundWorld()
    const { bind, open, offer, device } = await boundBrowser()
    expect(await bind(createDevice().binding(offer))).toMatchObject(
      refusal('The session is bound to another key already.'),
    )
    expect((await bind(device.binding(offer))).reason).toBe('device_bound')
    clock.advance(120_000)
    allowed(await open())
  })

  it('of two keys at the same moment takes one, and tells the other', async () => {
    const { createBrowser, settled } = createBoundWorld()
    const browser = createBrowser()
    const offer = offerIn(await browser.signIn())
    const both = await Promise.all(
      [createDevice(), createDevice()].map((one) => browser.bind(one.binding(offer))),
    )
    await settled()
    expect(both.map(({ reason }) => reason).toSorted()).toEqual([
      'device_binding_refused',
      'device_bound',
    ])
  })

  it('is bound within a minute of its login, and not later', async () => {
    const { createBrowser, clock } = createBoundWorld()
    const browser = createBrowser()
    const proof = createDevice().binding(offerIn(await browser.signIn()))
    clock.advance(60_000)
    expect(await browser.bind(proof)).toMatchObject(refusal('It came too late after the login.'))
  })

  it('is not bound once it has ended', async () => {
    const { createBrowser, directory } = createBoundWorld()
    const browser = createBrowser()
    const proof = createDevice().binding(offerIn(await browser.signIn()))
    await directory.end({ kind: 'everything' }, unlimited)
    expect(await browser.bind(proof)).toMatchObject(refusal('The session has ended.'))
  })

  it('is not bound by what its client revoked', async () => {
    const { createBrowser, ports, clock } = createBoundWorld()
    const browser = createBrowser()
    const proof = createDevice().binding(offerIn(await browser.signIn()))
    clock.advance(1)
    const { policy } = ports
    if (policy === undefined) throw new Error('There is no policy.')
    const client = aBindingClient({}, { revokeBeforeMs: clock.nowMs() })
    ports.policy = { ...policy, clients: [client] }
    expect(await browser.bind(proof)).toMatchObject(refusal('The session has ended.'))
  })
})

describe('what binds no session', () => {
  const set = async () => {
    const world = createBoundWorld()
    const browser = world.createBrowser()
    const offer = offerIn(await browser.signIn())
    return { ...world, browser, offer, device: createDevice() }
  }

  it('is nothing, and a request without an offer', async () => {
    const { browser, device } = await set()
    expect(await browser.bind(undefined)).toMatchObject(refusal('No proof came with it.'))
    expect(await browser.bind(device.proof('challenge'))).toMatchObject(
      refusal('The proof says not what was offered (authorization).'),
    )
  })

  it('is an offer that was made up, or of another host', async () => {
    const { browser, device, offer, ask } = await set()
    const unknown = refusal('What it says was not offered at this host.')
    const madeUp = { ...offer, authorization: `${offer.authorization.slice(0, -4)}AAAA` }
    expect(await browser.bind(device.binding(madeUp))).toMatchObject(unknown)
    expect(
      await ask({
        method: 'POST',
        authority: 'pay.example.com',
        path: offer.path,
        headers: { 'secure-session-response': device.binding(offer) },
      }),
    ).toMatchObject(unknown)
  })

  it('is an answer to another challenge', async () => {
    const { browser, device, offer, createBrowser } = await set()
    const other = offerIn(await createBrowser().signIn()).challenge
    expect(await browser.bind(device.binding({ ...offer, challenge: other }))).toMatchObject(
      refusal('What it says was not offered at this host.'),
    )
  })

  it('is a signature of another key than the one that it shows', async () => {
    const { browser, device, offer } = await set()
    expect(await browser.bind(device.binding(offer, { jwk: createDevice().jwk }))).toMatchObject(
      refusal('The signature of the proof is not of the key that it carries.'),
    )
  })

  it.each(['GET', 'PUT', 'OPTIONS'])('reaches no upstream by %s either', async (method) => {
    const { ask, offer } = await set()
    expect(await ask({ method, path: offer.path })).toMatchObject({
      reason: 'device_binding_refused',
    })
  })

  it('is anything while the store is away: that is a fault, and the session stays as it was', async () => {
    const { browser, device, offer, ports } = await set()
    Object.assign(ports.sessions, {
      reopen: () => Promise.reject(new Fault('session_store_unavailable', 'away')),
    })
    await expect(browser.bind(device.binding(offer))).rejects.toThrow('away')
  })
})
