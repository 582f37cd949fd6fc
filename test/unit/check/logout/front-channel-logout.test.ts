import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import type { Session } from '../../../../src/core/session/session.ts'
import { aClient, aPolicy, aRequest, aSession } from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { cookiesOf, denied, headerOf, headersOf } from '../../../support/verdicts.ts'

const ISSUER = 'https://sso.example.com/realms/shop'
const QUERY = `iss=${encodeURIComponent(ISSUER)}&sid=sid-1`
const FRAME = {
  accept: 'text/html',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'iframe',
  'sec-fetch-site': 'cross-site',
}

/** A browser that is signed in, and the provider's frame in it. */
const aFrame = (
  session: Partial<Session> = { sid: 'sid-1' },
  logout: Partial<Client['logout']> = { frontChannelPath: '/oauth2/logout/frontchannel' },
) => {
  const client = aClient()
  const ports = fakePorts(
    aPolicy({
      clients: [
        aClient({
          logout: { ...client.logout, ...logout },
          session: { ...client.session, cookie: { name: '__Host-sallyport', sameSite: 'None' } },
        }),
      ],
    }),
  )
  const ticket = ports.keep(aSession(ports.nowMs, session))
  const load = async (query = QUERY, cookie = `__Host-sallyport=${ticket}`, method = 'GET') =>
    denied(
      await createCheck(ports)(
        aRequest({
          path: `/oauth2/logout/frontchannel?${query}`,
          method,
          headers: cookie === '' ? FRAME : { ...FRAME, cookie },
        }),
        unlimited,
      ),
    )
  return { ports, ticket, load }
}

describe('a front-channel logout', () => {
  it('A14: ends the session that it names here, takes its cookies off, and no token back', async () => {
    const { ports, ticket, load } = aFrame()
    const login = '__Host-sallyport-login-1=sealed'
    const verdict = await load(QUERY, `__Host-sallyport=${ticket}; ${login}`)
    expect(verdict).toMatchObject({ status: 200, reason: 'front_channel_logout', content: 'none' })
    expect(verdict.about.logout).toEqual({ kind: 'front_channel', outcome: 'ended' })
    expect(verdict.about.claims).toMatchObject({ sub: 'alice' })
    expect(ports.stored.size).toBe(0)
    expect(ports.calls.revoke).toEqual([])
    expect(ports.calls.endSession).toEqual([])
    expect(Object.keys(cookiesOf(verdict)).toSorted()).toEqual([
      '__Host-sallyport',
      '__Host-sallyport-login-1',
    ])
  })

  it('R34: with any other query ends nothing, whatever it holds', async () => {
    const { ports, load } = aFrame()
    const value = fc.oneof(fc.constantFrom(ISSUER, 'sid-1', ''), fc.string())
    const pair = fc.tuple(fc.constantFrom('iss', 'sid', 'state'), value)
    const raw = fc.stringMatching(/^[!-"$-~]*$/)
    const query = fc.oneof(
      fc.array(pair).map((pairs) => `${new URLSearchParams(pairs)}`),
      raw,
    )
    const names = (text: string) => {
      const sent = new URLSearchParams(text)
      return `${sent.getAll('iss')} ${sent.getAll('sid')}` === `${ISSUER} sid-1`
    }
    await fc.assert(
      fc.asyncProperty(
        query.filter((text) => !names(text)),
        async (text) => {
          expect(await load(text)).toMatchObject({ status: 400, content: 'none' })
          expect(ports.stored.size).toBe(1)
        },
      ),
    )
  })

  it('removes the cookie with the attributes that a frame of another site needs', async () => {
    const { load } = aFrame()
    const [cookie] = headersOf(await load(), 'set-cookie')
    expect(cookie).toBe('__Host-sallyport=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None')
  })

  it('may be framed by the provider and nobody else, and is not stored', async () => {
    const { load } = aFrame()
    for (const verdict of [await load(), await load('')]) {
      expect(headerOf(verdict, 'content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors https://sso.example.com",
      )
      expect(headerOf(verdict, 'cache-control')).toBe('no-store')
      expect(headersOf(verdict, 'x-frame-options')).toEqual([])
    }
  })

  it.each([
    ['no iss', 'sid=sid-1'],
    ['no sid', `iss=${encodeURIComponent(ISSUER)}`],
    ['another iss', 'iss=https%3A%2F%2Fevil.example.com&sid=sid-1'],
    ['another sid', QUERY.replace('sid-1', 'sid-2')],
    ['an empty sid', QUERY.replace('sid-1', '')],
    ['two sids', `${QUERY}&sid=sid-2`],
    ['nothing', ''],
  ])('with %s ends nothing, though the cookie came along', async (_, query) => {
    const { ports, load } = aFrame()
    const verdict = await load(query)
    expect(verdict).toMatchObject({ status: 400, reason: 'front_channel_logout_ignored' })
    expect(verdict.about.logout).toEqual({ kind: 'front_channel', outcome: 'refused' })
    expect(headersOf(verdict, 'set-cookie')).toEqual([])
    expect(ports.stored.size).toBe(1)
    expect(ports.calls.revoke).toEqual([])
  })

  it('without the cookie ends nothing, though iss and sid are right', async () => {
    const { ports, load } = aFrame()
    expect(await load(QUERY, '')).toMatchObject({ reason: 'front_channel_logout_ignored' })
    expect(ports.stored.size).toBe(1)
  })

  it('of a session without a sid ends nothing', async () => {
    const { ports, load } = aFrame({})
    expect((await load(`iss=${encodeURIComponent(ISSUER)}&sid=undefined`)).status).toBe(400)
    expect(ports.stored.size).toBe(1)
  })

  it('by POST ends nothing', async () => {
    const { ports, load } = aFrame()
    expect((await load(QUERY, undefined, 'POST')).status).toBe(400)
    expect(ports.stored.size).toBe(1)
  })

  it('while the store is down is a fault, and no success', async () => {
    const { ports, load } = aFrame()
    ports.storeFault = new Fault('session_store_unavailable', 'Redis is down.')
    await expect(load()).rejects.toMatchObject({ code: 'session_store_unavailable' })
  })

  it('is no road of a client that has not asked for it', async () => {
    const { ports, load } = aFrame({ sid: 'sid-1' }, {})
    await expect(load()).rejects.toThrow()
    expect(ports.stored.size).toBe(1)
  })
})
