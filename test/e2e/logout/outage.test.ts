import { describe, expect, it, onTestFinished } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, redisOf, useStack } from '../../support/e2e/use-stack.ts'

const LOGOUT = '/oauth2/logout'
const SAME_ORIGIN = { accept: 'text/html', 'sec-fetch-site': 'same-origin' }

describe('a person who signs out while something is down', () => {
  const stack = useStack({ resources: shop(), redis: { saveData: true } })
  const { newProfile } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  it('loses the cookie, and is told that the session goes on, while Redis is away', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    const [cookie] = await profile.cookies(url('/'))
    await redisOf(stack()).kill()
    await tab.click('#sign-out')
    await tab.waitForURL((there) => there.pathname === LOGOUT)
    expect(await tab.locator('h1').textContent()).toBe('Signed out in this browser')
    expect(await tab.getByText('it lasts until its time is over').count()).toBe(1)
    const names = (await profile.cookies(url('/'))).map(({ name }) => name)
    expect(names).toEqual(['__Host-sallyport-logout'])
    await redisOf(stack()).restart()
    const headers = { cookie: `${cookie?.name}=${cookie?.value}` }
    const browser = newHttpBrowser(stack())
    const status = async () => (await browser.send(url('/data'), { headers })).status
    await expect.poll(status, { timeout: 20_000 }).toBe(200)
  })

  it('is signed out here, and told that the provider was not asked', async () => {
    const { browser } = await signedIn(stack(), url('/orders'))
    await providerOf(stack()).takeDown()
    onTestFinished(() => providerOf(stack()).bringUp())
    await stack().sallyport.restart()
    const page = await browser.fetch(url(LOGOUT), { headers: SAME_ORIGIN })
    expect([page.status, page.headers['x-sallyport-reason']]).toEqual([200, 'signed_out_here'])
    expect(page.text).toContain('it may let you in again without asking')
    expect(browser.jar.value(APP, '__Host-sallyport')).toBeUndefined()
    expect((await browser.fetch(url('/data'))).status).toBe(401)
  })
})
