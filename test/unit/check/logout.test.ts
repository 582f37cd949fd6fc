import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Deny } from '../../../src/core/decision.ts'
import type { Client } from '../../../src/core/policy.ts'
import { aClient, aPolicy, aRequest, aSession, NAVIGATION } from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { cookieHeaderOf, cookiesOf, denied, headerOf, headersOf } from '../../support/verdicts.ts'

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

  it('coming back from the provider with that state shows that it is done', async () => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, headers)
    const state = cookiesOf(verdict)['__Host-sallyport-logout'] ?? ''
    const back = { ...NAVIGATION, 'sec-fetch-site': 'cross-site', cookie: cookieHeaderOf(verdict) }
    const done = await signOut(ports, back, `/oauth2/logout?state=${state}`)
    expect(done).toMatchObject({ status: 200, reason: 'signed_out', content: 'page' })
    expect(done.ways).toEqual([{ label: 'Sign in again', href: '/' }])
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
    expect(verdict).toMatchObject({ status: 200, reason: 'signed_out' })
    expect(ports.stored.size).toBe(0)
    expect(cookiesOf(verdict)['__Host-sallyport']).toBe('')
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
    ['a prefetch', { 'sec-purpose': 'prefetch' }, 'GET'],
    ['a HEAD request', {}, 'HEAD'],
  ])('is asked first when %s caused it', async (_name, extra, method) => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, { ...headers, ...extra }, '/oauth2/logout', method)
    expect(verdict).toMatchObject({ status: 200, reason: 'sign_out_unconfirmed' })
    expect(verdict.ways[0]).toEqual({ label: 'Sign out', href: '/oauth2/logout' })
    expect(ports.stored.size).toBe(1)
    expect(headersOf(verdict, 'set-cookie')).toEqual([])
  })

  it('a state that is not ours signs nobody back in or out by itself', async () => {
    const { ports, headers } = signedIn()
    const cross = { ...headers, 'sec-fetch-site': 'cross-site' }
    const verdict = await signOut(ports, cross, '/oauth2/logout?state=guess')
    expect(verdict.reason).toBe('sign_out_unconfirmed')
  })

  it('a POST from the page itself works', async () => {
    const { ports, headers } = signedIn()
    const verdict = await signOut(ports, headers, '/oauth2/logout', 'POST')
    expect(verdict.reason).toBe('sign_out_at_provider')
  })
})
