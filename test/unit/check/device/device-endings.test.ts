import { describe, expect, it } from 'vitest'
import { createBackChannelLogout } from '../../../../src/check/logout/back-channel-logout.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import {
  aBindingClient,
  boundCookieIn,
  createBoundWorld,
  createDevice,
  offerIn,
} from '../../../support/bound-browser.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { allowed, denied, headersOf } from '../../../support/verdicts.ts'

const MINUTE = 60_000
const TICKET = '__Host-sallyport'
const BOUND = '__Host-sallyport-bound'
const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' }
const CROSS_SITE = { 'sec-fetch-site': 'cross-site' }

type Browser = Awaited<ReturnType<ReturnType<typeof createBoundWorld>['boundBrowser']>>

/** Whatever the browser proves, and whatever of its cookies comes along, it gets none again. */
const expectOver = async ({ refresh, jar, device, id, challenge, ...browser }: Browser) => {
  const had = new Map(jar)
  for (const cookies of [had, new Map<string, string>()]) {
    for (const proof of [undefined, device.proof(challenge)]) {
      jar.clear()
      for (const [name, value] of cookies) jar.set(name, value)
      const answer = await refresh(id, proof)
      expect(answer).toMatchObject({
        reason: 'device_session_over',
        status: 200,
        members: { continue: false },
      })
      expect(headersOf(answer, 'set-cookie').every((line) => line.includes('Max-Age=0'))).toBe(true)
      expect(jar.has(TICKET)).toBe(false)
    }
  }
  expect(denied(await browser.bind(device.binding(browser.offer)))).toMatchObject({
    reason: 'device_binding_refused',
    detail: expect.stringMatching(/ended|too late/),
  })
}

const withLogout = (
  logout: Partial<Client['logout']>,
  session: Partial<Client['session']> = {},
) => {
  const client = aBindingClient({}, session)
  return { ...client, logout: { ...client.logout, ...logout } }
}

describe('a device session ends with its session', () => {
  it('by a sign-out, which takes both cookies away', async () => {
    const { boundBrowser } = createBoundWorld()
    const browser = await boundBrowser()
    const done = denied(await browser.open('/oauth2/logout', SAME_ORIGIN))
    expect(done.reason).toBe('sign_out_at_provider')
    expect([browser.jar.has(TICKET), browser.jar.has(BOUND)]).toEqual([false, false])
    await expectOver(browser)
  })

  it('by a sign-out with a cookie that has expired, as whoever has a ticket may end it', async () => {
    const { boundBrowser, clock, ports } = createBoundWorld()
    const browser = await boundBrowser()
    clock.advance(11 * MINUTE)
    await browser.open('/oauth2/logout', SAME_ORIGIN)
    expect(ports.calls.endSession.map(({ idToken }) => idToken)).toEqual([undefined])
    await expectOver(browser)
  })

  it('not by a sign-out that another site begins, before the person agrees', async () => {
    const { boundBrowser } = createBoundWorld()
    const browser = await boundBrowser()
    const { refresh, device, id, challenge } = browser
    const asked = denied(await browser.open('/oauth2/logout', CROSS_SITE))
    expect(asked.reason).toBe('sign_out_unconfirmed')
    expect((await refresh(id, device.proof(challenge))).reason).toBe('device_proven')
    allowed(await browser.open())
  })

  it('by a front-channel logout', async () => {
    const client = withLogout(
      { frontChannelPath: '/oauth2/logout/frontchannel' },
      { cookie: { name: TICKET, sameSite: 'None' } },
    )
    const { boundBrowser, ports } = createBoundWorld(client)
    const claims = { sub: 'alice', sid: 'sid-1' }
    if (typeof ports.codeOutcome === 'function' || ports.codeOutcome.kind !== 'tokens') return
    ports.codeOutcome = {
      kind: 'tokens',
      tokens: { ...ports.codeOutcome.tokens, claims },
    }
    const browser = await boundBrowser()
    const query = `iss=${encodeURIComponent(client.provider.issuer)}&sid=sid-1`
    const frame = { ...CROSS_SITE, 'sec-fetch-dest': 'iframe' }
    const done = denied(await browser.open(`/oauth2/logout/frontchannel?${query}`, frame))
    expect(done.reason).toBe('front_channel_logout')
    expect(boundCookieIn(done)).toBe(
      `${BOUND}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None`,
    )
    await expectOver(browser)
  })

  it('by a back-channel logout, of which the browser hears nothing', async () => {
    const client = withLogout({ backChannel: true })
    const { boundBrowser, ports, directory, clock } = createBoundWorld(client)
    const browser = await boundBrowser()
    ports.logoutToken = {
      kind: 'valid',
      issuer: client.provider.issuer,
      id: 'jti-1',
      acceptedUntilMs: clock.nowMs() + MINUTE,
      subject: 'alice',
    }
    const logout = createBackChannelLogout({
      ...ports,
      directory,
      clients: { find: () => ({ kind: 'found', client, sameRegistration: [client.name] }) },
    })
    expect(await logout(client.name, 'a.logout.token', unlimited)).toEqual({
      kind: 'ended',
      sessions: 1,
    })
    expect(denied(await browser.open()).reason).toBe('session_unknown')
    await expectOver(browser)
  })

  it.each([
    ['a session', 'session'],
    ['everything of a subject', 'subject'],
    ['everything of a client', 'client'],
  ] as const)('by an administrator who ends %s', async (_, kind) => {
    const { boundBrowser, directory } = createBoundWorld()
    const browser = await boundBrowser()
    const { entries } = await directory.list({}, { limit: 1 }, unlimited)
    const { id = '', client = '' } = entries[0] ?? {}
    const selectors = {
      session: { kind: 'session', id },
      subject: { kind: 'subject', subject: 'alice' },
      client: { kind: 'client', client },
    } as const
    expect(await directory.end(selectors[kind], unlimited)).toBe(1)
    await expectOver(browser)
  })

  it('by `maxPerSubject`, the oldest first, and the other device keeps its own', async () => {
    const { boundBrowser, clock } = createBoundWorld(aBindingClient({}, { maxPerSubject: 1 }))
    const oldest = await boundBrowser()
    clock.advance(1_000)
    const newest = await boundBrowser()
    const { refresh, device, id, challenge } = newest
    expect((await refresh(id, device.proof(challenge))).reason).toBe('device_proven')
    await expectOver(oldest)
    allowed(await newest.open())
  })

  it('by its own lifetime, however often the device was proven', async () => {
    const { boundBrowser, clock } = createBoundWorld(aBindingClient({ singleUse: false }))
    const browser = await boundBrowser()
    const { idleTimeoutMs } = aClient().session
    clock.advance(idleTimeoutMs + MINUTE)
    await expectOver(browser)
  })

  it('by a refresh of its tokens that the provider refuses', async () => {
    const { boundBrowser, ports, clock, settled } = createBoundWorld()
    const { codeOutcome } = ports
    if (typeof codeOutcome === 'function' || codeOutcome.kind !== 'tokens') return
    const accessTokenExpiresAtMs = clock.nowMs() + 5 * MINUTE
    ports.codeOutcome = {
      kind: 'tokens',
      tokens: { ...codeOutcome.tokens, accessTokenExpiresAtMs },
    }
    const browser = await boundBrowser()
    clock.advance(6 * MINUTE)
    expect(denied(await browser.open()).reason).toBe('session_ended')
    await settled()
    await expectOver(browser)
  })

  it('before it was bound: an offer binds nothing after a sign-out', async () => {
    const { createBrowser } = createBoundWorld()
    const { signIn, open, bind } = createBrowser()
    const offer = offerIn(await signIn())
    await open('/oauth2/logout', SAME_ORIGIN)
    expect(await bind(createDevice().binding(offer))).toMatchObject({
      reason: 'device_binding_refused',
      detail: 'The session has ended.',
    })
  })
})
