import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  NAVIGATION,
} from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { present } from '../../../support/present.ts'
import {
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const FRAME = { ...NAVIGATION, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }
const PORTAL = 'https://portal.example.com'

const visit = async (
  ports: FakePorts,
  path: string,
  headers: Record<string, string> = FRAME,
): Promise<Deny> => denied(await createCheck(ports)(aRequest({ path, headers }), unlimited))

const ancestorsOf = (deny: Deny, headers: Record<string, string> = FRAME): string => {
  const sent = present(deny, { requestId: 'r', header: (name) => headers[name] })
  const [, policy = ''] = sent.headers.find(([name]) => name === 'content-security-policy') ?? []
  return /frame-ancestors ([^;]*)/.exec(policy)?.[1] ?? ''
}

const framedClient = (changes: Partial<Client['session']['cookie']> = {}): Client =>
  aClient({
    session: {
      ...aClient().session,
      cookie: { name: '__Host-sallyport', sameSite: 'None', ...changes },
      framing: [PORTAL],
    },
  })

const comeBack = (ports: FakePorts, login: Deny, cookie = cookieHeaderOf(login)): Promise<Deny> => {
  const state = new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''
  return visit(ports, `/oauth2/callback?code=c&state=${state}`, { ...FRAME, cookie })
}

describe('a frame without a session', () => {
  it('C13: shows a page that leads to the sign-in in the whole window', async () => {
    const page = await visit(fakePorts(aPolicy()), '/widget?id=7')
    expect(page).toMatchObject({ status: 401, reason: 'login_framed' })
    expect(page.ways).toEqual([{ label: 'sign_in', href: '/widget?id=7', target: 'top' }])
    expect(headersOf(page, 'set-cookie')).toEqual([])
    expect(headerOf(page, 'www-authenticate')).toBe('Session realm="shop.example.com"')
    expect(ancestorsOf(page)).toBe('*')
    const { body } = present(page, { requestId: 'r', header: (name) => ({ ...FRAME })[name] })
    expect(body).toContain('<a href="/widget?id=7" target="_top">Sign in</a>')
  })

  it('C13: is challenged where nobody is to be sent to a login', async () => {
    const policy = aPolicy({ fallback: aRule({ onUnauthenticated: 'Challenge' }) })
    const page = await visit(fakePorts(policy), '/')
    expect(page).toMatchObject({ status: 401, reason: 'login_required' })
    expect(ancestorsOf(page)).toBe("'none'")
  })

  it('C13: of several clients that all keep to the whole window chooses there', async () => {
    const clients = ['a', 'b'].map((name) => aClient({ name: `shop/${name}` }))
    const page = await visit(fakePorts(aPolicy({ clients })), '/')
    expect(page).toMatchObject({ reason: 'login_framed' })
  })

  it.each([
    ['a prefetch', { ...FRAME, 'sec-purpose': 'prefetch' }],
    ['an embedded object', { ...FRAME, 'sec-fetch-dest': 'object' }],
    ['a script', { ...FRAME, 'sec-fetch-mode': 'cors' }],
  ])('C13: that is %s is challenged', async (_what, headers) => {
    expect(
      await visit(fakePorts(aPolicy({ clients: [framedClient()] })), '/', headers),
    ).toMatchObject({ status: 401, reason: 'login_required' })
  })
})

describe('a frame whose client may be framed', () => {
  it('C13: is signed in there, by cookies that a frame keeps', async () => {
    const ports = fakePorts(aPolicy({ clients: [framedClient()] }))
    const login = await visit(ports, '/widget')
    expect(login).toMatchObject({ status: 302, reason: 'login_required' })
    expect(headersOf(login, 'set-cookie')[0]).toMatch(/; Secure; HttpOnly; SameSite=None$/)
    const done = await comeBack(ports, login)
    expect(done).toMatchObject({ status: 303, reason: 'login_completed' })
    expect(headersOf(done, 'set-cookie')).toHaveLength(2)
    for (const line of headersOf(done, 'set-cookie')) expect(line).toMatch(/; SameSite=None$/)
    expect(Object.values(cookiesOf(done)).filter((value) => value === '')).toHaveLength(1)
  })

  it('C13: keeps partitioned cookies where its client says so, and removes them as such', async () => {
    const ports = fakePorts(aPolicy({ clients: [framedClient({ partitioned: true })] }))
    const login = await visit(ports, '/widget')
    const done = await comeBack(ports, login)
    const lines = [...headersOf(login, 'set-cookie'), ...headersOf(done, 'set-cookie')]
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line).toMatch(/; SameSite=None; Partitioned$/)
    const cookie = `__Host-sallyport=${cookiesOf(done)['__Host-sallyport']}`
    const own = { ...FRAME, 'sec-fetch-site': 'same-origin', cookie }
    const [gone] = headersOf(await visit(ports, '/oauth2/logout', own), 'set-cookie')
    expect(gone).toMatch(/^__Host-sallyport=; .*Max-Age=0; .*SameSite=None; Partitioned$/)
  })

  it('C13: in the whole window has the cookies of a whole window', async () => {
    const ports = fakePorts(aPolicy({ clients: [framedClient()] }))
    const login = await visit(ports, '/widget', NAVIGATION)
    expect(headersOf(login, 'set-cookie')[0]).toMatch(/; SameSite=Lax$/)
  })

  it('C13: shows our pages to itself and to the pages that its clients list, in frames alone', async () => {
    const ports = fakePorts(aPolicy({ clients: [framedClient()] }))
    ports.codeOutcome = { kind: 'refused', reason: 'provider_error', detail: 'no' }
    const refused = await comeBack(ports, await visit(ports, '/widget'))
    expect(refused.reason).toBe('provider_error')
    expect(ancestorsOf(refused)).toBe(`'self' ${PORTAL}`)
    expect(refused.ways).toEqual([{ label: 'try_again', href: '/widget' }])
    expect(ancestorsOf(await visit(ports, '/oauth2/callback'))).toBe(`'self' ${PORTAL}`)
    expect(ancestorsOf(await visit(ports, '/oauth2/callback', NAVIGATION))).toBe("'none'")

    const ticket = ports.keep(aSession(ports.nowMs))
    ports.policy = aPolicy({
      clients: [framedClient()],
      fallback: aRule({ authorize: [{ kind: 'scopes', scopes: ['admin'] }] }),
    })
    const headers = { ...FRAME, cookie: `__Host-sallyport=${ticket}` }
    const forbidden = await visit(ports, '/admin', headers)
    expect(forbidden.reason).toBe('insufficient_scope')
    expect(ancestorsOf(forbidden)).toBe(`'self' ${PORTAL}`)
  })

  it('C13: whose cookies the browser keeps to itself leads to the whole window', async () => {
    const ports = fakePorts(aPolicy({ clients: [framedClient()] }))
    const lost = await comeBack(ports, await visit(ports, '/widget'), '')
    expect(lost).toMatchObject({ status: 400, reason: 'state_mismatch' })
    expect(lost.ways).toEqual([{ label: 'try_again', href: '/', target: 'top' }])
  })
})
