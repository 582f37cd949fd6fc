import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import { aClient, aPolicy, aRequest, aSession, NAVIGATION } from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import {
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const SAME_ORIGIN = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }

const signOut = async (
  ports: FakePorts,
  headers: Record<string, string>,
  path = '/oauth2/logout',
  method = 'GET',
): Promise<Deny> => denied(await createCheck(ports)(aRequest({ path, headers, method }), unlimited))

const signedIn = (logout: Partial<Client['logout']> = {}) => {
  const client = aClient()
  const ports = fakePorts(
    aPolicy({ clients: [{ ...client, logout: { ...client.logout, ...logout } }] }),
  )
  const ticket = ports.keep(aSession(ports.nowMs))
  return { ports, headers: { ...SAME_ORIGIN, cookie: `__Host-sallyport=${ticket}` } }
}

describe('sign-out', () => {
  it('ends the session here and asks the provider with the ID token, a state and our own path', async () => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, headers)
    expect(verdict).toMatchObject({ status: 303, reason: 'sign_out_at_provider' })
    expect(headerOf(verdict, 'location')).toBe('https://sso.example.com/logout')
    expect(ports.stored.size).toBe(0)
    expect(cookiesOf(verdict)['__Host-sallyport']).toBe('')
    expect(ports.calls.endSession).toEqual([
      {
        idToken: 'id-1',
        state: cookiesOf(verdict)['__Host-sallyport-logout'],
        returnUrl: 'https://shop.example.com/oauth2/logout',
      },
    ])
  })

  it('R31: of a session that is bound to another browser ends it, and shows its ID token to nobody', async () => {
    const client = aClient()
    const bound = { ...client, session: { ...client.session, bindTo: ['UserAgent'] as const } }
    const ports = fakePorts(aPolicy({ clients: [bound] }))
    const session = { ...aSession(ports.nowMs), binding: { agent: 'Firefox' } }
    const from = (agent: string) => {
      const cookie = `__Host-sallyport=${ports.keep(session)}`
      return signOut(ports, { ...SAME_ORIGIN, cookie, 'user-agent': agent })
    }
    expect(await from('curl')).toMatchObject({ reason: 'sign_out_at_provider' })
    expect(ports.stored.size).toBe(0)
    await from('Firefox')
    expect(ports.calls.endSession.map(({ idToken }) => idToken)).toEqual([undefined, 'id-1'])
  })

  it('coming back from the provider with that state shows that it is done', async () => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, headers)
    const state = cookiesOf(verdict)['__Host-sallyport-logout'] ?? ''
    const back = { ...NAVIGATION, 'sec-fetch-site': 'cross-site', cookie: cookieHeaderOf(verdict) }
    const done = await signOut(ports, back, `/oauth2/logout?state=${state}`)
    expect(done).toMatchObject({ status: 200, reason: 'signed_out', content: 'page' })
    expect(done.ways).toEqual([{ label: 'sign_in_again', href: '/' }])
    expect(cookiesOf(done)).toEqual({ '__Host-sallyport-logout': '' })
  })

  it('goes to the configured URL when there is one', async () => {
    const { ports, headers } = signedIn({ atProvider: false, redirectUrl: '/goodbye' })
    const verdict = await signOut(ports, headers)
    expect(verdict).toMatchObject({ status: 303, reason: 'signed_out' })
    expect(headerOf(verdict, 'location')).toBe('https://shop.example.com/goodbye')
    expect(ports.calls.endSession).toEqual([])
  })

  it('is complete here even if the provider cannot be asked', async () => {
    const { ports, headers } = signedIn()
    ports.endSession = new Error('down')
    const verdict = await signOut(ports, headers)
    expect(verdict).toMatchObject({ status: 200, reason: 'signed_out_here', detail: 'down' })
    expect(verdict.about.logout).toEqual({ kind: 'local', outcome: 'ended' })
    expect(verdict.about.claims).toMatchObject({ sub: 'alice', email: 'alice@example.com' })
    expect(ports.stored.size).toBe(0)
    expect(cookiesOf(verdict)['__Host-sallyport']).toBe('')
  })

  it('says so before it goes on to the configured URL, if the provider cannot be asked', async () => {
    const { ports, headers } = signedIn({ redirectUrl: '/goodbye' })
    ports.endSession = new Error('down')
    const verdict = await signOut(ports, headers)
    expect(verdict).toMatchObject({ status: 200, reason: 'signed_out_here' })
    expect(verdict.ways).toEqual([{ label: 'continue', href: 'https://shop.example.com/goodbye' }])
  })

  it('is complete where the provider has no end-session endpoint', async () => {
    const { ports, headers } = signedIn()
    ports.endSession = undefined
    expect((await signOut(ports, headers)).reason).toBe('signed_out')
  })

  it('without a session says so, and removes a stale cookie', async () => {
    const ports = fakePorts(aPolicy())
    expect((await signOut(ports, SAME_ORIGIN)).reason).toBe('signed_out')
    const stale = await signOut(ports, { ...SAME_ORIGIN, cookie: '__Host-sallyport=gone' })
    expect(cookiesOf(stale)['__Host-sallyport']).toBe('')
  })

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }, 'GET'],
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, 'POST'],
    ['something that browsers may say one day', { 'sec-fetch-site': 'cross-origin' }, 'GET'],
    ['an image on a page', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 'GET'],
    ['a prefetch', { 'sec-purpose': 'prefetch' }, 'GET'],
    ['a HEAD request', {}, 'HEAD'],
    ['a DELETE request', {}, 'DELETE'],
  ])('is asked first when %s caused it', async (_name, extra, method) => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, { ...headers, ...extra }, '/oauth2/logout', method)
    expect(verdict).toMatchObject({ status: 200, reason: 'sign_out_unconfirmed' })
    expect(verdict.ways[0]?.label).toBe('sign_out')
    expect(ports.stored.size).toBe(1)
    expect(ports.calls.revoke).toEqual([])
    expect(headersOf(verdict, 'set-cookie')).toEqual([])
  })

  it.each(['same-origin', 'same-site', 'none'])('is done in one step from %s', async (site) => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, { ...headers, 'sec-fetch-site': site })
    expect(verdict.reason).toBe('sign_out_at_provider')
  })

  it('a state that is not ours signs nobody back in or out by itself', async () => {
    const { ports, headers } = signedIn()
    const cross = { ...headers, 'sec-fetch-site': 'cross-site' }
    const verdict = await signOut(ports, cross, '/oauth2/logout?state=guess')
    expect(verdict.reason).toBe('sign_out_unconfirmed')
  })

  it('a browser that has signed in again meanwhile is not told that it is signed out', async () => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, headers)
    const state = cookiesOf(verdict)['__Host-sallyport-logout'] ?? ''
    const ticket = ports.keep(aSession(ports.nowMs))
    const cookie = `${cookieHeaderOf(verdict)}; __Host-sallyport=${ticket}`
    const back = { ...NAVIGATION, 'sec-fetch-site': 'cross-site', cookie }
    const done = await signOut(ports, back, `/oauth2/logout?state=${state}`)
    expect(done.reason).toBe('sign_out_unconfirmed')
    expect(ports.stored.size).toBe(1)
  })

  it('says nothing of a session whose cookie may have been withheld', async () => {
    const ports = fakePorts(aPolicy())
    const cross = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }
    expect((await signOut(ports, cross)).reason).toBe('sign_out_unconfirmed')
    expect((await signOut(ports, {}, '/oauth2/logout', 'POST')).reason).toBe('sign_out_unconfirmed')
    expect((await signOut(ports, {})).reason).toBe('signed_out')
  })

  describe('in a browser that does not say who sent it', () => {
    const silent = (headers: Record<string, string>) => ({ cookie: headers.cookie ?? '' })
    const confirmationOf = (verdict: Deny): string => verdict.ways[0]?.href ?? ''

    it('is asked first, and done by the link on that page', async () => {
      const { ports, headers } = signedIn()
      const asked = await signOut(ports, silent(headers))
      expect(asked).toMatchObject({ status: 200, reason: 'sign_out_unconfirmed' })
      expect(ports.stored.size).toBe(1)
      const verdict = await signOut(ports, silent(headers), confirmationOf(asked))
      expect(verdict.reason).toBe('sign_out_at_provider')
      expect(ports.stored.size).toBe(0)
    })

    it('takes a confirmation for ten minutes', async () => {
      const { ports, headers } = signedIn()
      const asked = await signOut(ports, silent(headers))
      ports.nowMs += 10 * 60_000
      const verdict = await signOut(ports, silent(headers), confirmationOf(asked))
      expect(verdict.reason).toBe('sign_out_unconfirmed')
    })

    it('takes no confirmation of another session, and none that was made up', async () => {
      const { ports, headers } = signedIn()
      const other = ports.keep(aSession(ports.nowMs, { subject: 'mallory' }))
      const asked = await signOut(ports, { cookie: `__Host-sallyport=${other}` })
      for (const path of [confirmationOf(asked), '/oauth2/logout?confirm=1']) {
        const verdict = await signOut(ports, silent(headers), path)
        expect(verdict.reason).toBe('sign_out_unconfirmed')
      }
      expect(ports.stored.size).toBe(2)
    })

    it('a confirmation does not speak for another site', async () => {
      const { ports, headers } = signedIn()
      const asked = await signOut(ports, silent(headers))
      const cross = { ...headers, 'sec-fetch-site': 'cross-site' }
      const verdict = await signOut(ports, cross, confirmationOf(asked))
      expect(verdict.reason).toBe('sign_out_unconfirmed')
    })
  })

  it('takes the tokens back, behind the answer', async () => {
    const { ports, headers } = signedIn()
    await signOut(ports, headers)
    expect(ports.calls.revoke).toEqual([expect.objectContaining({ refreshToken: 'refresh-1' })])
  })

  it('lets go of what the access token was exchanged for, as the client of the session', async () => {
    const { ports, headers } = signedIn()
    await signOut(ports, headers)
    expect(ports.calls.takeBack).toEqual([
      {
        client: ports.policy?.clients[0],
        former: expect.objectContaining({ token: 'access-1', subject: 'alice' }),
        when: 'now',
      },
    ])
  })

  it('leaves the tokens alone if it is told to', async () => {
    const { ports, headers } = signedIn({ revokeTokens: false })
    await signOut(ports, headers)
    expect(ports.calls.revoke).toEqual([])
  })

  it('takes off the cookies that logins and logouts have left behind, and no others', async () => {
    const { ports, headers } = signedIn()
    const more = '__Host-sallyport-login-a=1; __Host-sallyport-login-b=2; theirs=3'
    const verdict = await signOut(ports, { ...headers, cookie: `${headers.cookie}; ${more}` })
    expect(cookiesOf(verdict)).toEqual({
      '__Host-sallyport': '',
      '__Host-sallyport-login-a': '',
      '__Host-sallyport-login-b': '',
      '__Host-sallyport-logout': expect.stringMatching(/./),
    })
  })

  it('removes a shared cookie with its own domain and SameSite', async () => {
    const client = aClient()
    const cookie = {
      name: '__Secure-sallyport',
      sameSite: 'Strict',
      domain: 'example.com',
    } as const
    const ports = fakePorts(
      aPolicy({ clients: [aClient({ session: { ...client.session, cookie } })] }),
    )
    const headers = { ...SAME_ORIGIN, cookie: '__Secure-sallyport=gone' }
    expect(headersOf(await signOut(ports, headers), 'set-cookie')).toEqual([
      '__Secure-sallyport=; Path=/; Domain=example.com; Max-Age=0; Secure; HttpOnly; SameSite=Strict',
    ])
  })

  describe('while the session store is down', () => {
    const aStoreThatIsDown = (cached: boolean) => {
      const world = signedIn()
      world.ports.storeFault = new Fault('session_store_unavailable', 'Redis is down.')
      world.ports.cached = cached
      return world
    }

    it('takes the cookie off and says that the session itself goes on', async () => {
      const { ports, headers } = aStoreThatIsDown(false)
      const verdict = await signOut(ports, headers)
      expect(verdict).toMatchObject({
        status: 503,
        reason: 'sign_out_incomplete',
        detail: 'Redis is down.',
      })
      expect(verdict.about.logout).toEqual({ kind: 'local', outcome: 'failed' })
      expect(cookiesOf(verdict)['__Host-sallyport']).toBe('')
      expect(verdict.ways).toEqual([
        { label: 'sign_out_at_provider', href: 'https://sso.example.com/logout' },
      ])
      expect(ports.calls.endSession).toEqual([
        {
          state: cookiesOf(verdict)['__Host-sallyport-logout'],
          returnUrl: 'https://shop.example.com/oauth2/logout',
        },
      ])
    })

    it('does what it can with a session that this process still knows', async () => {
      const { ports, headers } = aStoreThatIsDown(true)
      const verdict = await signOut(ports, headers)
      expect(verdict.reason).toBe('sign_out_incomplete')
      expect(ports.calls.revoke).toHaveLength(1)
      expect(ports.calls.endSession).toEqual([expect.objectContaining({ idToken: 'id-1' })])
      expect(ports.stored.size).toBe(1)
    })

    it('and the provider too, still takes the cookie off and claims nothing', async () => {
      const { ports, headers } = aStoreThatIsDown(false)
      ports.endSession = new Error('down')
      const verdict = await signOut(ports, headers)
      expect(verdict).toMatchObject({ status: 503, reason: 'sign_out_incomplete', ways: [] })
      expect(cookiesOf(verdict)).toEqual({ '__Host-sallyport': '' })
    })

    it('another site gets nobody signed out either', async () => {
      const { ports, headers } = aStoreThatIsDown(false)
      const verdict = await signOut(ports, { ...headers, 'sec-fetch-site': 'cross-site' })
      expect(verdict.reason).toBe('sign_out_unconfirmed')
      expect(headersOf(verdict, 'set-cookie')).toEqual([])
    })
  })

  it('a POST from the page itself works', async () => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, headers, '/oauth2/logout', 'POST')
    expect(verdict.reason).toBe('sign_out_at_provider')
  })
})
