import { dirname } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aCheckRequest, createCheckClient } from '../../support/check-client.ts'
import { APP, OPS, shop } from '../../support/e2e/manifests.ts'
import { addressOf, asksForPassword, signedIn, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, redisOf, useStack } from '../../support/e2e/use-stack.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { startSallyport } from '../../support/parts/sallyport.ts'
import { PROVIDER_HOST, type Stack } from '../../support/parts/stack.ts'

const COOKIE = '__Host-sallyport'

/** One more replica of the stack's Sallyport, and what it says to a session cookie. */
const anotherReplica = async (stack: Stack) => {
  const replica = await startSallyport({
    resources: shop()(stack),
    redisUrl: redisOf(stack).url,
    configuration: { keys: { files: [`${dirname(stack.sallyport.configFile)}/key`] } },
  })
  onTestFinished(async () => void (await replica.stop()))
  const client = createCheckClient(`127.0.0.1:${replica.grpcPort}`)
  const statusFor = async (host: string, ticket: string): Promise<number> => {
    const headers = { cookie: `${COOKIE}=${ticket}` }
    const response = await client.check(aCheckRequest({ host, path: '/data', headers }))
    return 'deniedResponse' in response ? response.deniedResponse.status.code : 200
  }
  return { replica, statusFor }
}

const statusOf = async (browser: HttpBrowser, url: string): Promise<number> =>
  (await browser.fetch(url)).status

/** Ends the session at the provider, as somebody does who is there for another reason. */
const signOutAtProvider = async (stack: Stack, browser: HttpBrowser): Promise<void> => {
  const form = await browser.open(`https://${PROVIDER_HOST}:${stack.port}/session/end`)
  await browser.submit(form, { logout: 'yes' })
}

describe.each([
  ['by sid', true],
  ['by subject', false],
] as const)('a person who signs out at the provider, which says so %s', (_, withSid) => {
  const stack = useStack({ resources: shop(), backChannel: { client: 'shop/web', withSid } })
  const url = (path: string): string => stack().url(APP, path)

  it('is signed out here at once, on every replica, without a visit', async () => {
    const { replica, statusFor } = await anotherReplica(stack())
    const { browser } = await signedIn(stack(), url('/orders'))
    const ticket = browser.jar.value(APP, COOKIE) ?? ''
    expect(await statusOf(browser, url('/data'))).toBe(200)
    expect(await statusFor(APP, ticket)).toBe(200)
    await signOutAtProvider(stack(), browser)
    const oneSecond = { timeout: 1_000, interval: 20 }
    await expect.poll(() => statusFor(APP, ticket), oneSecond).toBe(401)
    await expect.poll(() => statusOf(browser, url('/data')), oneSecond).toBe(401)
    const said = () =>
      [...stack().sallyport.log(), ...replica.log()].filter(
        ({ message }) => message === 'Back-channel logout.',
      )
    await expect
      .poll(said)
      .toEqual([expect.objectContaining({ client: 'shop/web', outcome: 'ended', sessions: 1 })])
  })

  it('leaves everybody else signed in', async () => {
    const alice = await signedIn(stack(), url('/orders'), 'alice')
    const bob = await signedIn(stack(), url('/orders'), 'bob')
    await signOutAtProvider(stack(), alice.browser)
    await expect.poll(() => statusOf(alice.browser, url('/data'))).toBe(401)
    expect(await statusOf(bob.browser, url('/data'))).toBe(200)
  })

  it('is signed out even if the provider has gone since', async () => {
    const { browser } = await signedIn(stack(), url('/orders'))
    await providerOf(stack()).takeDown()
    onTestFinished(() => providerOf(stack()).bringUp())
    expect(await statusOf(browser, url('/data'))).toBe(200)
  })
})

describe('a person who signs out everywhere', () => {
  const stack = useStack({
    resources: shop(),
    backChannel: { client: 'shop/web', withSid: true },
  })
  const { newProfile } = useChromium(stack)

  it('at one host is signed out at the other as well', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(stack().url(OPS, '/ops'))
    await signInAt(tab, 'alice')
    await tab.goto(stack().url(APP, '/orders'))
    expect(addressOf(tab)).toBe(stack().url(APP, '/orders'))
    await tab.click('#sign-out')
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    await tab.getByText('Sign out everywhere').click()
    await tab.waitForURL((there) => there.hostname === APP)
    expect(await tab.locator('h1').textContent()).toBe('Signed out')
    await tab.goto(stack().url(OPS, '/ops'))
    expect(await asksForPassword(tab)).toBe(true)
  })

  it('has no token left that the provider would still take', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/orders'))
    const before = providerOf(stack()).requestCount('revocation')
    const headers = { 'sec-fetch-site': 'same-origin' }
    await browser.fetch(stack().url(APP, '/oauth2/logout'), { headers })
    await expect.poll(() => providerOf(stack()).requestCount('revocation')).toBeGreaterThan(before)
    await expect
      .poll(async () => (await fetch(`${stack().sallyport.adminUrl}/metrics`)).text())
      .toMatch(/sallyport_token_revocations_total\{kind="refresh_token",outcome="revoked"\} [1-9]/)
  })
})
