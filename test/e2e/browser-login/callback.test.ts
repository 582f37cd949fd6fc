import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import {
  addressOf,
  lendCookies,
  newHttpBrowser,
  signInAt,
  unusedCallback,
} from '../../support/e2e/sign-in.ts'
import { openTabs, visitAtOnce } from '../../support/e2e/tabs.ts'
import { keepPictures, useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

/** A page that loads an address and sends the person there, as a preload and a link do. */
const loadAndGo = (href: string): string => `
  fetch('${href}', { redirect: 'manual' }).catch(() => undefined)
  location.href = '${href}'`

describe('a callback', () => {
  const stack = useStack({ resources: shop() })
  const { newProfile, newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  /** Remembers the callback that a tab goes through. */
  const watchCallback = (tab: Page): (() => string) => {
    let callback = ''
    tab.on('request', (request) => {
      if (new URL(request.url()).pathname === '/oauth2/callback') callback = request.url()
    })
    return () => callback
  }

  /** A callback that nobody has opened yet, and a browser that holds its login cookie. */
  const fresh = async (): Promise<{ readonly browser: HttpBrowser; readonly callback: URL }> => {
    const browser = newHttpBrowser(stack())
    return { browser, callback: await unusedCallback(stack(), browser, url('/wanted')) }
  }

  it('C4: that is opened again continues at the wanted page instead of an error', async () => {
    const tab = await newTab()
    const callback = watchCallback(tab)
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    const response = await tab.goto(callback())
    expect(response?.status()).toBe(200)
    expect(addressOf(tab)).toBe(url('/orders'))
  })

  it('is no trap for the back button', async () => {
    const tab = await newTab()
    await tab.goto(url('/assets/start'))
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/orders'))
    await tab.goBack()
    await tab.goForward()
    expect(addressOf(tab)).toBe(url('/orders'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /orders')
  })

  it('R16: in a browser that did not begin the sign-in leads to a page, and from there to a finished one', async () => {
    const { callback } = await fresh()
    const tab = await newTab()
    const response = await tab.goto(callback.href)
    expect(response?.status()).toBe(400)
    expect(response?.headers()['x-sallyport-reason']).toBe('state_mismatch')
    expect(response?.headers()['set-cookie']).toBeUndefined()
    expect(await tab.locator('h1').textContent()).toBe('Sign-in not completed')
    expect(await tab.locator('footer').textContent()).toContain('state_mismatch')
    await keepPictures(tab, 'sign-in-not-completed')
    await tab.getByText('Try again').click()
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/'))
  })

  it('A18: that was opened in another browser first is of use in none, and leads on', async () => {
    const { browser, callback } = await fresh()
    const elsewhere = await newTab()
    await elsewhere.goto(callback.href)
    const profile = await newProfile()
    await lendCookies(browser, profile, url('/'))
    const tab = await profile.newPage()
    const response = await tab.goto(callback.href)
    expect(response?.headers()['x-sallyport-reason']).toBe('login_state_used')
    await tab.getByText('Try again').click()
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/wanted'))
  })

  it('R20: that somebody else made gives no smuggled fragment on to a page', async () => {
    const { callback } = await fresh()
    const tab = await newTab()
    await tab.goto(url('/'))
    await signInAt(tab, 'alice')
    await tab.goto(url('/assets/elsewhere'))
    await tab.goto(`${callback}#code=smuggled`)
    expect(addressOf(tab)).toBe(url('/'))
    expect(await tab.evaluate('location.hash')).toBe('')

    await tab.goto(`${url('/oauth2/callback?code=c&state=s')}#code=smuggled`)
    await tab.getByText('Try again').click()
    await tab.waitForURL(({ href }) => href.replace(/#$/, '') === url('/'))
    expect(await tab.evaluate('location.hash')).toBe('')
  })

  it('C4: twice at once, in two tabs of one browser, ends on the page in both', async () => {
    const { browser, callback } = await fresh()
    const profile = await newProfile()
    await lendCookies(browser, profile, url('/'))
    const tabs = await openTabs(profile, 2)
    const callbacks = () =>
      stack()
        .sallyport.decisions()
        .filter(({ path }) => path === '/oauth2/callback')
        .map(({ reason }) => reason)
    const before = callbacks().length
    await visitAtOnce(tabs.map((tab) => ({ tab, url: callback.href })))
    expect(tabs.map(addressOf)).toEqual([url('/wanted'), url('/wanted')])
    for (const tab of tabs) expect(await tab.locator('#request-line').count()).toBe(1)
    await expect.poll(() => callbacks().length).toBe(before + 2)
    const reasons = callbacks().slice(before)
    expect(reasons.filter((reason) => reason === 'login_completed')).toHaveLength(1)
    expect(['login_continued', 'already_signed_in']).toEqual(
      expect.arrayContaining(reasons.filter((reason) => reason !== 'login_completed')),
    )
  })

  it('C4: that a page loads while the person is sent to it ends on the page', async () => {
    const { browser, callback } = await fresh()
    const profile = await newProfile()
    await lendCookies(browser, profile, url('/'))
    const tab = await profile.newPage()
    await tab.goto(url('/assets/page'))
    await tab.evaluate(loadAndGo(callback.href))
    await tab.waitForURL(url('/wanted'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /wanted')
  })

  it.each(['state', 'code', 'iss'])('R20: with %s twice is refused', async (name) => {
    const { browser, callback } = await fresh()
    callback.searchParams.append(name, callback.searchParams.get(name) ?? '')
    const page = await browser.open(callback.href)
    expect([page.status, page.hops.length]).toEqual([400, 1])
    expect(browser.jar.names(APP)).not.toContain('__Host-sallyport')
  })

  it('R20: with an error shows none of its text as markup', async () => {
    const { browser, callback } = await fresh()
    callback.searchParams.delete('code')
    callback.searchParams.set('error', 'access_denied')
    callback.searchParams.set('error_description', '<img src=x onerror=alert(1)>')
    const profile = await newProfile()
    await lendCookies(browser, profile, url('/'))
    const tab = await profile.newPage()
    const response = await tab.goto(callback.href)
    expect(response?.status()).toBe(403)
    expect(response?.headers()['content-security-policy']).toContain("default-src 'none'")
    expect(await tab.locator('footer').textContent()).toContain('provider_error')
    expect(await tab.locator('img').count()).toBe(0)
    expect(await tab.content()).not.toContain('onerror')
  })

  it('R17: that another issuer claims to have sent is not trusted', async () => {
    const { browser, callback } = await fresh()
    callback.searchParams.set('iss', 'https://evil.test')
    const page = await browser.open(callback.href)
    expect([page.status, page.headers['x-sallyport-reason']]).toEqual([403, 'id_token_invalid'])
    expect(browser.jar.names(APP)).not.toContain('__Host-sallyport')
  })

  it('R16: works once, also for whoever has copied the cookie', async () => {
    const { browser, callback } = await fresh()
    const thief = newHttpBrowser(stack())
    for (const name of browser.jar.names(APP)) {
      thief.jar.plant(APP, name, browser.jar.value(APP, name) ?? '')
    }
    expect((await browser.open(callback.href)).status).toBe(200)
    const page = await thief.open(callback.href)
    expect(page.hops.map((hop) => new URL(hop).hostname)).toContain(PROVIDER_HOST)
    expect(page.text).toContain('type="password"')
    expect(thief.jar.names(APP)).not.toContain('__Host-sallyport')
  })

  it('without anything is refused, to a person and to a program', async () => {
    const browser = newHttpBrowser(stack())
    const page = await browser.open(url('/oauth2/callback'))
    expect([page.status, page.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8'])
    const problem = await browser.send(url('/oauth2/callback'))
    expect(problem.headers['content-type']).toBe('application/problem+json')
    expect(problem.json()).toMatchObject({ status: 400, reason: 'malformed_callback' })
  })
})
