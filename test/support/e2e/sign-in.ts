import type { BrowserContext, Page as Tab } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { createHttpBrowser, type HttpBrowser, type Page } from '../parts/http-browser.ts'
import { endUsers } from '../parts/oidc-provider-settings.ts'
import { PROVIDER_HOST, type Stack } from '../parts/stack.ts'

/** Who can sign in. */
export type Name = keyof typeof endUsers

/** The address a tab shows, without the empty fragment that a finished login ends with. */
export const addressOf = (tab: Tab): string => tab.url().replace(/#$/, '')

/** Whether a tab shows the provider's form. */
export const asksForPassword = async (tab: Tab): Promise<boolean> =>
  new URL(tab.url()).hostname === PROVIDER_HOST &&
  (await tab.locator('input[type=password]').count()) === 1

/**
 * Fills in the provider's form in a tab, sends it, and waits until the tab has left the provider.
 */
export const signInAt = async (tab: Tab, name: Name): Promise<void> => {
  await tab.bringToFront()
  await tab.fill('input[name=login]', name)
  await tab.fill('input[name=password]', endUsers[name].password)
  await tab.click('button[value=sign-in]')
  await tab.waitForURL((url) => url.hostname !== PROVIDER_HOST)
}

/** A browser without a screen and with an empty jar; it ends with the test. */
export const newHttpBrowser = (stack: Stack): HttpBrowser => {
  const browser = createHttpBrowser({ caPem: stack.caPem })
  onTestFinished(() => browser.close())
  return browser
}

/** Sends the provider's form that a navigation ended on, and follows the redirects back. */
export const signInOn = (browser: HttpBrowser, form: Page, name: Name): Promise<Page> =>
  browser.submit(form, { login: name, password: endUsers[name].password, action: 'sign-in' })

/**
 * A browser without a screen that has signed in, and the page it landed on. @throws Error if it did
 * not land
 */
export const signedIn = async (
  stack: Stack,
  url: string,
  name: Name = 'alice',
): Promise<{ readonly browser: HttpBrowser; readonly landed: Page }> => {
  const browser = newHttpBrowser(stack)
  const landed = await signInOn(browser, await browser.open(url), name)
  if (landed.status === 200) return { browser, landed }
  throw new Error(`The sign-in ended with ${landed.status} at ${landed.url}:\n${landed.text}`)
}

/**
 * Signs in up to the callback and leaves that unused: its address, which belongs to the browser's
 * login cookie.
 */
export const unusedCallback = async (
  stack: Stack,
  browser: HttpBrowser,
  wanted: string,
): Promise<URL> => {
  const form = await browser.open(wanted)
  const { name: login, password } = endUsers.alice
  const body = new URLSearchParams({ login, password, action: 'sign-in' })
  let response = await browser.fetch(form.url, { method: 'POST', body })
  for (;;) {
    const next = new URL(response.headers.location ?? '', response.url)
    if (next.hostname !== PROVIDER_HOST) return next
    if (response.status >= 400) throw new Error(`${stack.issuer} did not sign in: ${response.text}`)
    response = await browser.fetch(next.href)
  }
}

/** Gives a profile of Chromium the cookies that a browser without a screen has for a host. */
export const lendCookies = (
  browser: HttpBrowser,
  profile: BrowserContext,
  url: string,
): Promise<void> => {
  const host = new URL(url).hostname
  return profile.addCookies(
    browser.jar.names(host).map((name) => ({
      name,
      value: browser.jar.value(host, name) ?? '',
      url,
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
    })),
  )
}
