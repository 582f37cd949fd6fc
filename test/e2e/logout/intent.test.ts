import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { PROVIDER_HOST, type Stack } from '../../support/parts/stack.ts'

const LOGOUT = '/oauth2/logout'

/** Whether a ticket still opens its session. */
const opens = async (stack: Stack, cookie: string): Promise<boolean> =>
  (await newHttpBrowser(stack).send(stack.url(APP, '/data'), { headers: { cookie } })).status ===
  200

describe('another site that wants to sign somebody out', () => {
  // A cookie that no SameSite keeps back; the browser still blocks what it takes for tracking.
  const stack = useStack({
    resources: shop({ client: { session: { cookie: { sameSite: 'None' } } } }),
  })
  const { newProfile } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  /** A tab that is signed in and now at another site, and the session cookie. */
  const elsewhere = async (html: string): Promise<{ tab: Page; cookie: string }> => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    const [cookie] = await profile.cookies(url('/'))
    await tab.goto(`https://${PROVIDER_HOST}:${stack().port}/elsewhere`)
    await tab.setContent(html.replaceAll('LOGOUT', url(LOGOUT)))
    return { tab, cookie: `${cookie?.name}=${cookie?.value}` }
  }

  it.each([
    ['an image', '<img src="LOGOUT">'],
    ['a frame', '<iframe src="LOGOUT"></iframe>'],
    ['a script', '<script src="LOGOUT"></script>'],
    ['a style sheet', '<link rel="stylesheet" href="LOGOUT">'],
    ['a fetch', '<script>fetch("LOGOUT", { mode: "no-cors", credentials: "include" })</script>'],
    [
      'a form in a frame',
      '<iframe name="f"></iframe><form method="post" target="f" action="LOGOUT"></form><script>document.forms[0].submit()</script>',
    ],
  ])('R19: by %s ends nothing', async (_, html) => {
    const asked = stack().sallyport.decisions().length
    const { cookie } = await elsewhere(html)
    const answers = () =>
      stack()
        .sallyport.decisions()
        .slice(asked)
        .filter(({ path }) => path === LOGOUT)
        .map(({ reason }) => reason)
    await expect.poll(answers).toEqual(['sign_out_unconfirmed'])
    expect(await opens(stack(), cookie)).toBe(true)
  })

  it.each([
    ['a link', '<a href="LOGOUT">Win a prize</a>'],
    ['a form', '<form action="LOGOUT"><button>Win a prize</button></form>'],
    [
      'a form that posts',
      '<form method="post" action="LOGOUT"><button>Win a prize</button></form>',
    ],
  ])('R19: by %s has a page shown that asks, with a button that does it', async (_, html) => {
    const { tab, cookie } = await elsewhere(html)
    await tab.getByText('Win a prize').click()
    await tab.waitForURL((there) => there.hostname === APP)
    expect(await tab.locator('h1').textContent()).toBe('Sign out?')
    expect(await opens(stack(), cookie)).toBe(true)
    await tab.getByRole('link', { name: 'Sign out', exact: true }).click()
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    expect(await opens(stack(), cookie)).toBe(false)
  })

  it.each([
    ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
  ])('R19: by %s ends nothing, even where the cookie comes along', async (_, fetched) => {
    const { browser } = await signedIn(stack(), url('/orders'))
    const cookie = `__Host-sallyport=${browser.jar.value(APP, '__Host-sallyport')}`
    const headers = { ...fetched, 'sec-fetch-site': 'cross-site', cookie }
    const { headers: answer } = await browser.send(url(LOGOUT), { headers })
    expect(answer['x-sallyport-reason']).toBe('sign_out_unconfirmed')
    expect(await opens(stack(), cookie)).toBe(true)
  })

  it('does in one step what a page of the same site asks for', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    await tab.evaluate(`
      const form = document.body.appendChild(document.createElement('form'))
      form.method = 'post'
      form.action = ${JSON.stringify(LOGOUT)}
      form.submit()`)
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    expect(await profile.cookies(url('/'))).toMatchObject([{ name: '__Host-sallyport-logout' }])
  })
})

describe('a browser that does not say who sent it', () => {
  const stack = useStack({ resources: shop() })
  const url = (path: string): string => stack().url(APP, path)

  it('is asked before it signs out, and done by the link on that page', async () => {
    const { browser } = await signedIn(stack(), url('/orders'))
    const cookie = `__Host-sallyport=${browser.jar.value(APP, '__Host-sallyport')}`
    const headers = { accept: 'text/html', cookie }
    const asked = await browser.send(url(LOGOUT), { headers })
    expect(asked.headers['x-sallyport-reason']).toBe('sign_out_unconfirmed')
    expect((await browser.fetch(url('/data'))).status).toBe(200)
    const [, link = ''] = /href="(\/oauth2\/logout\?confirm=[\w-]+)"/.exec(asked.text) ?? []
    const done = await browser.send(url(link), { headers })
    expect(done.headers['x-sallyport-reason']).toBe('sign_out_at_provider')
    expect((await browser.fetch(url('/data'))).status).toBe(401)
  })
})
