import type { BrowserContext } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { addressOf, asksForPassword, newHttpBrowser, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'

const ONE = 'one.family.test'
const TWO = 'two.family.test'
const STRANGER = 'stranger.family.test'
const COOKIE = '__Secure-sallyport'

const aClient = (name: string, session: object) =>
  ours('OIDCClient', name, {
    providerRef: { name: 'idp' },
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'web-client' } },
    session,
  })

const aRoute = (name: string, host: string, client: string) =>
  ours('ProtectedRoute', name, {
    hosts: [host],
    clientRef: { name: client },
    rules: [{ name: 'open', match: [{ path: { prefix: '/open' } }], public: true }],
  })

const more = [
  aClient('family', { cookie: { domain: 'family.test' } }),
  aClient('stranger', {}),
  aRoute('one', ONE, 'family'),
  aRoute('two', TWO, 'family'),
  aRoute('stranger', STRANGER, 'stranger'),
]

describe('a session over a parent domain', () => {
  const stack = useStack(async () => {
    const port = await freePort()
    const at = (path: string) =>
      [ONE, TWO, STRANGER].map((host) => `https://${host}:${port}${path}`)
    return {
      port,
      hosts: [ONE, TWO, STRANGER],
      resources: shop({ more }),
      oidcProvider: {
        redirectUris: at('/oauth2/callback'),
        postLogoutRedirectUris: at('/oauth2/logout'),
      },
    }
  })
  const { newProfile } = useChromium(stack)

  const sharedCookie = async (profile: BrowserContext) =>
    (await profile.cookies()).filter(({ name }) => name === COOKIE)

  it('R13: is begun at one host and holds at the other, without the provider', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(stack().url(ONE, '/first'))
    await signInAt(tab, 'alice')
    expect(await sharedCookie(profile)).toMatchObject([
      { domain: '.family.test', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' },
    ])

    const asked = providerOf(stack()).requestCount('authorization')
    await tab.goto(stack().url(TWO, '/second'))
    expect(addressOf(tab)).toBe(stack().url(TWO, '/second'))
    expect(providerOf(stack()).requestCount('authorization')).toBe(asked)
    const { headers } = lastSeen(stack(), '/second')
    expect(headers).toMatchObject({ 'x-auth-subject': 'alice' })
    expect(headers).not.toHaveProperty('cookie')
    expect(await tab.evaluate('document.cookie')).toBe('')
  })

  it('R13: is nothing to a neighbour with another client, though the browser sends the cookie along', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(stack().url(ONE, '/'))
    await signInAt(tab, 'alice')
    const [cookie] = await sharedCookie(profile)
    const header = { cookie: `${COOKIE}=${cookie?.value}; theme=dark` }

    await tab.goto(stack().url(STRANGER, '/open/page'))
    expect(lastSeen(stack(), '/open/page').headers).not.toHaveProperty('cookie')
    const { send } = newHttpBrowser(stack())
    const refused = await send(stack().url(STRANGER, '/mine'), { headers: header })
    expect(refused.status).toBe(401)
    const ticket = { cookie: `__Host-sallyport=${cookie?.value}` }
    const renamed = await send(stack().url(STRANGER, '/mine'), { headers: ticket })
    expect(renamed.headers['x-sallyport-reason']).toBe('session_unknown')
    const ours = await send(stack().url(TWO, '/mine'), { headers: header })
    expect(ours.status).toBe(200)
    expect(lastSeen(stack(), '/mine').headers.cookie).toBe('theme=dark')
  })

  it('ends at all its hosts with one sign-out', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(stack().url(ONE, '/'))
    await signInAt(tab, 'alice')
    const [cookie] = await sharedCookie(profile)
    await tab.goto(stack().url(TWO, '/oauth2/logout'))
    expect(await sharedCookie(profile)).toEqual([])
    const { send } = newHttpBrowser(stack())
    const headers = { cookie: `${COOKIE}=${cookie?.value}` }
    expect((await send(stack().url(ONE, '/again'), { headers })).status).toBe(401)
  })

  it('R15: a planted second cookie counts for nothing, and a sign-in gets over it', async () => {
    const profile = await newProfile()
    const planted = { name: COOKIE, value: 'planted', secure: true, path: '/' }
    await profile.addCookies([
      { ...planted, domain: '.family.test' },
      { ...planted, domain: '.one.family.test' },
    ])
    const tab = await profile.newPage()
    await tab.goto(stack().url(ONE, '/planted'))
    expect(await asksForPassword(tab)).toBe(true)
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(stack().url(ONE, '/planted'))
    expect(await sharedCookie(profile)).toHaveLength(1)
  })
})
