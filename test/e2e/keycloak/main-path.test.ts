import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { bearing, fetchMachineToken, readToken } from '../../support/e2e/access-tokens.ts'
import { API, APP, OPS, ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { addressOf, newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { openTabs, visitAtOnce } from '../../support/e2e/tabs.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const TOKEN_PATH = '/protocol/openid-connect/token'

describe('with Keycloak, a person', () => {
  const stack = useStack({ provider: 'keycloak', resources: shop() })
  const { newProfile, newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  const asksForPassword = async (tab: Page): Promise<boolean> =>
    new URL(tab.url()).hostname === PROVIDER_HOST && (await tab.locator('#password').count()) === 1

  const signIn = async (tab: Page, name: keyof typeof endUsers): Promise<void> => {
    await tab.fill('#username', name)
    await tab.fill('#password', endUsers[name].password)
    await tab.click('#kc-login')
    await tab.waitForURL((there) => there.hostname === APP)
  }

  it('signs in, lands on the link she opened, and is known to the upstream', async () => {
    const tab = await newTab()
    await tab.goto(url('/orders?id=7&q=a%2Fb'))
    expect(await asksForPassword(tab)).toBe(true)
    await signIn(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/orders?id=7&q=a%2Fb'))
    const { headers } = lastSeen(stack(), '/orders?id=7&q=a%2Fb')
    const { claims } = readToken(headers.authorization?.replace('Bearer ', '') ?? '')
    expect(claims).toMatchObject({ iss: stack().issuer, preferred_username: 'alice' })
    expect(headers).toMatchObject({
      'x-auth-subject': claims.sub,
      'x-auth-issuer': stack().issuer,
      'x-auth-email': endUsers.alice.email,
    })
    expect(JSON.parse(headers['x-user-groups'] ?? '[]').sort()).toEqual(
      [...endUsers.alice.groups].sort(),
    )
    expect(headers).not.toHaveProperty('cookie')
  })

  it('may open the admin page with the group, and is refused without it', async () => {
    const alice = await newTab()
    await alice.goto(url('/admin'))
    await signIn(alice, 'alice')
    expect(await alice.locator('#request-line').textContent()).toBe('GET /admin')
    const bob = await newTab()
    await bob.goto(url('/'))
    await signIn(bob, 'bob')
    expect((await bob.goto(url('/admin')))?.status()).toBe(403)
  })

  it('goes on in all of ten tabs after signing in in one of them', async () => {
    const profile = await newProfile()
    const tabs = await openTabs(profile, 10)
    const visits = tabs.map((tab, index) => ({ tab, url: url(`/tab/${index}?q=a%2Fb`) }))
    const [first, ...others] = visits
    // Keycloak keeps one cookie for all sign-ins of a browser: it must be there before many begin.
    if (first !== undefined) await first.tab.goto(first.url)
    await visitAtOnce(others)
    for (const { tab } of visits) expect(await asksForPassword(tab)).toBe(true)
    if (first !== undefined) await signIn(first.tab, 'alice')
    // Its pages notice by themselves that the sign-in was finished elsewhere.
    await Promise.all(others.map(({ tab }) => tab.waitForURL((there) => there.hostname === APP)))
    expect(visits.map(({ tab }) => addressOf(tab))).toEqual(visits.map((visit) => visit.url))
  })

  it('finishes a second sign-in by hand where the scripts of Keycloak do not run', async () => {
    const profile = await newProfile()
    await profile.route('**/*.js', (route) => route.abort())
    const [first, second] = await openTabs(profile, 2)
    if (first === undefined || second === undefined) throw new Error('There are no tabs.')
    await first.goto(url('/first'))
    await second.goto(url('/second'))
    await signIn(second, 'alice')
    await signIn(first, 'alice')
    expect([addressOf(first), addressOf(second)]).toEqual([url('/first'), url('/second')])
  })

  it('signs out at Keycloak too, and is asked for the password again', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders'))
    await signIn(tab, 'alice')
    await tab.click('#sign-out')
    await tab.waitForURL((there) => there.pathname === '/oauth2/logout')
    expect(await tab.locator('h1').textContent()).toBe('Signed out')
    expect(await profile.cookies(url('/'))).toEqual([])
    await tab.getByText('Sign in again').click()
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    expect(await asksForPassword(tab)).toBe(true)
  })

  it('has programs whose tokens get through, by the client credentials grant and by hers', async () => {
    const browser = newHttpBrowser(stack())
    const machine = await fetchMachineToken(stack(), browser, 'orders:read', TOKEN_PATH)
    const orders = stack().url(API, '/orders')
    expect((await browser.send(orders, { headers: bearing(machine) })).status).toBe(200)
    const seen = lastSeen(stack(), '/orders').headers
    expect(seen['x-auth-subject']).toBe(readToken(machine).claims.sub)
    expect(seen['x-auth-scopes']?.split(' ')).toContain('orders:read')
    const refused = await browser.send(orders, { method: 'POST', headers: bearing(machine) })
    expect(refused.json()).toMatchObject({ status: 403, reason: 'insufficient_scope' })

    const tab = await newTab()
    await tab.goto(url('/signed-in'))
    await signIn(tab, 'alice')
    const { authorization = '' } = lastSeen(stack(), '/signed-in').headers
    const hers = await browser.send(`${orders}?by=alice`, { headers: { authorization } })
    expect(hers.status).toBe(200)
    expect(lastSeen(stack(), '/orders?by=alice').headers['x-auth-email']).toBe(endUsers.alice.email)
  })

  it('R23: has an ID token that is no access token', async () => {
    const tab = await newTab()
    await tab.goto(url('/orders'))
    await signIn(tab, 'alice')
    const [request] = await Promise.all([
      tab.waitForRequest('**/logout?*id_token_hint=*'),
      tab.click('#sign-out'),
    ])
    const hint = new URL(request.url()).searchParams.get('id_token_hint') ?? ''
    const headers = bearing(hint)
    const response = await newHttpBrowser(stack()).send(stack().url(API, '/orders'), { headers })
    expect(response.json()).toMatchObject({ status: 401, reason: 'token_type_invalid' })
  })

  it('B10: is let in by a role that Keycloak puts into the access token alone, where the client merges it', async () => {
    const roles = ours('ProtectedRoute', 'ops', {
      hosts: [OPS],
      clientRef: { name: 'web' },
      authorize: [{ claim: 'realm_access.roles', anyOf: ['buyer'] }],
      upstream: { headers: [{ name: 'x-user-roles', claim: 'realm_access.roles' }] },
    })
    const ops = stack().url(OPS, '/roles')
    const { sallyport } = stack()
    const merging = shop({ client: { claims: { accessToken: 'Merge' } } })(stack())
    const ignoring = shop()(stack())
    const routes = (ignoring['routes.yaml'] ?? '').replace(
      /---\n(?=apiVersion: \S+\nkind: ProtectedRoute\nmetadata:\n {2}name: ops)[\s\S]*?(?=---\n)/,
      `---\n${stringify(roles)}`,
    )
    const visit = async (): Promise<number | undefined> => {
      const tab = await newTab()
      const response = await tab.goto(ops)
      if (!(await asksForPassword(tab))) return response?.status()
      const [answer] = await Promise.all([
        tab.waitForResponse((one) => one.url() === ops && one.status() !== 302),
        (async () => {
          await tab.fill('#username', 'alice')
          await tab.fill('#password', endUsers.alice.password)
          await tab.click('#kc-login')
        })(),
      ])
      return answer.status()
    }
    await sallyport.writeResource('routes.yaml', routes)
    await vi.waitFor(async () => expect(await visit()).toBe(403))
    await sallyport.writeResource('platform.yaml', merging['platform.yaml'])
    await vi.waitFor(async () => expect(await visit()).toBe(200))
    const roleNames: unknown = JSON.parse(lastSeen(stack(), '/roles').headers['x-user-roles'] ?? '')
    expect(roleNames).toContain('buyer')
    for (const [name, text] of Object.entries(ignoring)) await sallyport.writeResource(name, text)
  })
})
