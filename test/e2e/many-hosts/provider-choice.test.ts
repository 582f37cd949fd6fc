import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen, timesSeen } from '../../support/e2e/seen.ts'
import { addressOf, newHttpBrowser, unusedCallback } from '../../support/e2e/sign-in.ts'
import { keepPictures, useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import {
  type RunningOidcProvider,
  startOidcProvider,
  WEB_CLIENT,
} from '../../support/parts/oidc-provider.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const HOST = 'choose.shop.test'
const PARTNERS = 'partners.localhost'

const aClient = (name: string, provider: string, displayName: string) =>
  ours('OIDCClient', name, {
    providerRef: { name: provider },
    displayName,
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'web-client' } },
    callback: { path: `/${name}/callback` },
    logout: { path: `/${name}/logout` },
    session: { cookie: { name: `__Host-${name}` } },
  })

const manifests = (port: number) => [
  ours('IdentityProvider', 'partners', {
    issuer: `https://${PARTNERS}:${port}`,
    tls: { caRef: { kind: 'ConfigMap', name: 'gateway-ca' } },
  }),
  aClient('staff', 'idp', 'Staff'),
  aClient('partners', 'partners', 'Partners'),
  ours('ProtectedRoute', 'choose', {
    hosts: [HOST],
    clientRefs: [{ name: 'staff' }, { name: 'partners' }],
  }),
]

describe('a host with two providers', () => {
  let partners: RunningOidcProvider | undefined
  afterAll(() => partners?.stop())

  const stack = useStack(async () => {
    const port = await freePort()
    const at = (path: string) => [`https://${HOST}:${port}${path}`]
    partners = await startOidcProvider({
      issuer: `https://${PARTNERS}:${port}`,
      redirectUris: at('/partners/callback'),
      postLogoutRedirectUris: at('/partners/logout'),
    })
    return {
      port,
      hosts: [HOST, PARTNERS],
      resources: shop({ more: manifests(port) }),
      oidcProvider: {
        redirectUris: at('/staff/callback'),
        postLogoutRedirectUris: at('/staff/logout'),
      },
      envoy: {
        extraHosts: [{ domain: PARTNERS, upstreamPort: partners.port, isProtected: false }],
      },
    }
  })
  const { newProfile, newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(HOST, path)

  const signIn = async (tab: Page, name: keyof typeof endUsers): Promise<void> => {
    await tab.fill('input[name=login]', name)
    await tab.fill('input[name=password]', endUsers[name].password)
    await tab.click('button[value=sign-in]')
    await tab.waitForURL(({ hostname }) => hostname === HOST)
  }
  const choose = (tab: Page, name: string) => tab.getByRole('link', { name, exact: true }).click()
  const hostOf = (tab: Page): string => new URL(tab.url()).hostname

  it('asks which one, in an order and by names that the operator gave, to be read aloud and by keyboard', async () => {
    const tab = await newTab()
    const response = await tab.goto(url('/orders?id=7'))
    expect(response?.status()).toBe(401)
    expect(response?.headers()['x-sallyport-reason']).toBe('provider_choice_required')
    expect(await tab.getByRole('heading', { level: 1 }).textContent()).toBe('Choose how to sign in')
    const list = tab.getByRole('navigation', { name: 'Ways to sign in' })
    expect(await list.getByRole('link').allTextContents()).toEqual(['Staff', 'Partners'])
    await keepPictures(tab, 'choose-provider')
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('Enter')
    await tab.waitForURL(({ hostname }) => hostname === PARTNERS)
    await signIn(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/orders?id=7'))
    expect(lastSeen(stack(), '/orders?id=7').headers).toMatchObject({
      'x-auth-subject': 'alice',
      'x-auth-issuer': partners?.issuer,
    })
    expect(timesSeen(stack(), '/orders?id=7&sallyport_provider=partners')).toBe(0)
  })

  it('remembers what worked until it is signed out, and never sends the memory on', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/'))
    await choose(tab, 'Staff')
    await signIn(tab, 'bob')
    expect(lastSeen(stack(), '/').headers).not.toHaveProperty('cookie')

    const cookies = await profile.cookies(url('/'))
    const remembered = cookies.find(({ name }) => name === '__Host-sallyport-provider')
    expect(remembered).toMatchObject({ value: 'staff', httpOnly: true, secure: true })
    expect(remembered?.expires).toBeGreaterThan(Date.now() / 1000 + 100 * 86_400)

    await profile.clearCookies({ name: '__Host-staff' })
    await tab.goto(url('/back'))
    expect(addressOf(tab)).toBe(url('/back'))
    expect(lastSeen(stack(), '/back').headers['x-auth-subject']).toBe('bob')

    await tab.goto(url('/staff/logout'))
    expect(await profile.cookies(url('/'))).not.toContainEqual(
      expect.objectContaining({ name: '__Host-sallyport-provider' }),
    )
    await tab.goto(url('/after'))
    expect(await tab.getByRole('heading', { level: 1 }).textContent()).toBe('Choose how to sign in')
  })

  it('a hint skips the page, and a wrong one shows it', async () => {
    const tab = await newTab()
    await tab.goto(url('/a?b=1&sallyport_provider=partners'))
    expect(hostOf(tab)).toBe(PARTNERS)
    await signIn(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/a?b=1'))
    const other = await newTab()
    for (const hint of ['nobody', 'https://evil.test/', '']) {
      await other.goto(url(`/?sallyport_provider=${encodeURIComponent(hint)}`))
      expect(hostOf(other)).toBe(HOST)
      expect(await other.getByRole('link').allTextContents()).toEqual(['Staff', 'Partners'])
    }
  })

  it('keeps the sessions of both apart: the last login counts, and a sign-out ends its own alone', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/?sallyport_provider=staff'))
    const second = await profile.newPage()
    await second.goto(url('/?sallyport_provider=partners'))
    await signIn(tab, 'bob')
    await signIn(second, 'alice')
    const names = (await profile.cookies(url('/'))).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['__Host-staff', '__Host-partners']))
    await tab.goto(url('/who'))
    expect(lastSeen(stack(), '/who').headers['x-auth-subject']).toBe('alice')
    await tab.goto(url('/partners/logout'))
    await tab.goto(url('/who-now'))
    expect(lastSeen(stack(), '/who-now').headers).toMatchObject({
      'x-auth-subject': 'bob',
      'x-auth-issuer': stack().issuer,
    })
  })

  it('R17: an answer to one client is nothing at the path of the other', async () => {
    const browser = newHttpBrowser(stack())
    const wanted = url('/?sallyport_provider=staff')
    const callback = await unusedCallback(stack(), browser, wanted)
    expect(callback.pathname).toBe('/staff/callback')
    const before = partners?.requestCount('token')
    const mixed = await browser.fetch(callback.href.replace('/staff/', '/partners/'))
    expect(mixed.status).toBe(400)
    expect(mixed.headers['x-sallyport-reason']).toBe('state_mismatch')
    expect(partners?.requestCount('token')).toBe(before)
    const right = await browser.fetch(callback.href)
    expect(right.headers['x-sallyport-reason']).toBe('login_completed')
  })

  it('R17: an answer that names another issuer is refused before its code goes anywhere', async () => {
    const browser = newHttpBrowser(stack())
    const wanted = url('/?sallyport_provider=staff')
    const callback = await unusedCallback(stack(), browser, wanted)
    expect(callback.searchParams.get('iss')).toBe(stack().issuer)
    callback.searchParams.set('iss', partners?.issuer ?? '')
    const mixed = await browser.fetch(callback.href)
    expect(mixed.headers['x-sallyport-reason']).toBe('id_token_invalid')
  })

  it('R19: a script gets 401 and no page to choose on', async () => {
    const answer = await newHttpBrowser(stack()).fetch(url('/api'))
    expect(answer.status).toBe(401)
    expect(answer.headers['x-sallyport-reason']).toBe('login_required')
    expect(answer.setCookie).toEqual([])
  })

  it('a remembered provider that is down is got around by a hint that names nobody', async () => {
    const profile = await newProfile()
    await profile.addCookies([
      {
        name: '__Host-sallyport-provider',
        value: 'partners',
        url: url('/'),
        secure: true,
        httpOnly: true,
      },
    ])
    await partners?.takeDown()
    const tab = await profile.newPage()
    const down = await tab.goto(url('/up'))
    expect([hostOf(tab), down?.status()]).toEqual([PARTNERS, 503])
    await tab.goto(url('/up?sallyport_provider='))
    await choose(tab, 'Staff')
    await tab.waitForURL(({ hostname }) => hostname === PROVIDER_HOST)
    await signIn(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/up'))
    await partners?.bringUp()
  })
})
