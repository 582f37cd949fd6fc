import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { APP, OPS, shop } from '../../support/e2e/manifests.ts'
import { addressOf, asksForPassword, newHttpBrowser, signInAt } from '../../support/e2e/sign-in.ts'
import { keepPictures, useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const LOGOUT = '/oauth2/logout'

describe('a person who signs out', () => {
  const stack = useStack({ resources: shop() })
  const { newProfile, newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  const signOut = async (tab: Page): Promise<void> => {
    await tab.click('#sign-out')
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    await tab.getByText('Sign out everywhere').click()
    await tab.waitForURL((there) => there.hostname === APP)
  }

  it('is told so, and has to give the password to come back', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    await signOut(tab)
    expect(await tab.locator('h1').textContent()).toBe('Signed out')
    expect(await tab.getByText('You are signed out.').count()).toBe(1)
    expect(await profile.cookies(url('/'))).toEqual([])
    await keepPictures(tab, 'signed-out')
    await tab.getByText('Sign in again').click()
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    expect(await asksForPassword(tab)).toBe(true)
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/'))
  })

  it('is signed out at the provider with the ID token as a hint, and brought back with the state', async () => {
    const tab = await newTab()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    const requests: URL[] = []
    tab.on('request', (request) => requests.push(new URL(request.url())))
    await signOut(tab)
    const query = requests.find((there) => there.pathname === '/session/end')?.searchParams
    expect(query?.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(query?.get('client_id')).toBe(WEB_CLIENT.clientId)
    expect(query?.get('post_logout_redirect_uri')).toBe(url(LOGOUT))
    expect(query?.get('state')).toMatch(/^[\w-]{20,}$/)
    const back = requests.findLast((there) => there.hostname === APP)
    expect(back?.searchParams.get('state')).toBe(query?.get('state'))
  })

  it('R12: leaves a ticket that opens nothing any more', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    const [cookie] = await profile.cookies(url('/'))
    const headers = { cookie: `${cookie?.name}=${cookie?.value}` }
    const browser = newHttpBrowser(stack())
    expect((await browser.send(url('/data'), { headers })).status).toBe(200)
    await signOut(tab)
    const response = await browser.send(url('/data'), { headers })
    expect(response.status).toBe(401)
    expect(response.headers['x-sallyport-reason']).toBe('session_unknown')
  })

  it('stays signed in at another host, which has a session of its own', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(stack().url(OPS, '/ops'))
    await signInAt(tab, 'alice')
    await tab.goto(url('/orders'))
    expect(addressOf(tab)).toBe(url('/orders'))
    await signOut(tab)
    await tab.goto(stack().url(OPS, '/ops'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /ops')
  })

  it('is asked first when another site sent her', async () => {
    const tab = await newTab()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    await tab.goto(`https://${PROVIDER_HOST}:${stack().port}/`)
    await Promise.all([
      tab.waitForURL(url(LOGOUT)),
      tab.evaluate(`location.assign(${JSON.stringify(url(LOGOUT))})`),
    ])
    expect(await tab.locator('h1').textContent()).toBe('Sign out?')
    await tab.getByText('Stay signed in').click()
    await tab.waitForURL(url('/'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /')
  })

  it('may do so without a session, and again', async () => {
    const tab = await newTab()
    for (let visit = 0; visit < 2; visit += 1) {
      const response = await tab.goto(url(LOGOUT))
      expect(response?.status()).toBe(200)
      expect(await tab.locator('h1').textContent()).toBe('Signed out')
    }
  })
})
