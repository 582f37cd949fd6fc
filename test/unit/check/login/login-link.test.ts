import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aSession,
  FETCH,
  NAVIGATION,
  type RequestSketch,
} from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { cookieHeaderOf, denied, headerOf, headersOf } from '../../../support/verdicts.ts'

const followed = async (
  ports: FakePorts,
  path: string,
  sketch: RequestSketch = {},
): Promise<Deny> =>
  denied(await createCheck(ports)(aRequest({ path, headers: NAVIGATION, ...sketch }), unlimited))

/** Where the login that a link began leads. */
const arrived = async (ports: FakePorts, begun: Deny): Promise<string> => {
  const state = new URL(headerOf(begun, 'location')).searchParams.get('state')
  const headers = { ...NAVIGATION, cookie: cookieHeaderOf(begun) }
  const verdict = await followed(ports, `/oauth2/callback?code=1&state=${state}`, { headers })
  return headerOf(verdict, 'location')
}

const signedIn = () => {
  const ports = fakePorts(aPolicy())
  const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
  return { ports, headers: { ...NAVIGATION, cookie } }
}

describe('a link that begins a login', () => {
  it('leads by the provider to the page that it names', async () => {
    const ports = fakePorts(aPolicy())
    const begun = await followed(ports, '/oauth2/login?rd=%2Forders%3Fid%3D7')
    expect(begun).toMatchObject({ reason: 'login_required', status: 302 })
    expect(await arrived(ports, begun)).toBe('https://shop.example.com/orders?id=7')
  })

  it('leads to the start without a name', async () => {
    const ports = fakePorts(aPolicy())
    const begun = await followed(ports, '/oauth2/login')
    expect(await arrived(ports, begun)).toBe('https://shop.example.com/')
  })

  it('leads whoever has a session there at once, and uses no session by that', async () => {
    const { ports, headers } = signedIn()
    const verdict = await followed(ports, '/oauth2/login?rd=/orders', { headers })
    expect(verdict).toMatchObject({ reason: 'already_signed_in', status: 303 })
    expect(verdict.about.claims).toMatchObject({ sub: 'alice' })
    expect(headerOf(verdict, 'location')).toBe('https://shop.example.com/orders')
    expect(ports.calls.touch).toEqual([])
  })

  it.each(['//evil.example', 'https://evil.example/', '/oauth2/logout', '/oauth2/login?rd=/x'])(
    'R18: leads nowhere that a sign-in may not lead: %s',
    async (rd) => {
      const { ports, headers } = signedIn()
      for (const sketch of [{}, { headers }]) {
        const verdict = await followed(ports, `/oauth2/login?rd=${encodeURIComponent(rd)}`, sketch)
        expect(verdict).toMatchObject({ reason: 'return_url_refused', status: 400 })
        expect(headersOf(verdict, 'location')).toEqual([])
        expect(JSON.stringify(verdict)).not.toContain('evil.example')
      }
    },
  )

  it.each([
    ['a script', { headers: FETCH }],
    ['who says nothing', { headers: {} }],
    ['HEAD', { method: 'HEAD' }],
    ['a prefetch', { headers: { ...NAVIGATION, 'sec-purpose': 'prefetch' } }],
  ] satisfies [string, RequestSketch][])('R19: begins none for %s', async (_, sketch) => {
    const verdict = await followed(fakePorts(aPolicy()), '/oauth2/login?rd=/orders', sketch)
    expect(verdict).toMatchObject({ reason: 'login_required', status: 401 })
    expect(headersOf(verdict, 'set-cookie')).toEqual([])
  })

  it('may name the client, and asks which where several are offered and it does not', async () => {
    const other = aClient({ name: 'shop/other', displayName: 'Other', clientId: 'other' })
    const ports = fakePorts(aPolicy({ clients: [aClient(), other] }))
    const open = await followed(ports, '/oauth2/login?rd=/orders')
    expect(open).toMatchObject({ reason: 'provider_choice_required', status: 401 })
    const hrefs = open.ways.map(({ href }) => href)
    expect(hrefs).toContain('/oauth2/login?rd=/orders&sallyport_provider=other')
    const named = await followed(ports, '/oauth2/login?rd=/orders&sallyport_provider=other')
    expect(new URL(headerOf(named, 'location')).searchParams.get('client_id')).toBe('other')
    expect(await arrived(ports, named)).toBe('https://shop.example.com/orders')
  })

  it('opens the whole window from a frame', async () => {
    const headers = { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }
    const verdict = await followed(fakePorts(aPolicy()), '/oauth2/login?rd=/orders', { headers })
    expect(verdict).toMatchObject({
      reason: 'login_framed',
      ways: [{ href: '/oauth2/login?rd=/orders', target: 'top' }],
    })
  })
})
