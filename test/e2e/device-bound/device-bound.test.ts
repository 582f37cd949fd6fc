import { dirname } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  makeTrustingHome,
  startDeviceChromium,
  type TrustingHome,
} from '../../support/device-chromium.ts'
import { createMovedClock, type MovedClock } from '../../support/device-clock.ts'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { signInAt } from '../../support/e2e/sign-in.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePorts } from '../../support/parts/free-port.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'
import { type TemporaryFolder, temporaryFolder } from '../../support/parts/temporary-folder.ts'

const APP = 'www.bound.test'
const ELSEWHERE = 'www.elsewhere.test'
const TICKET = '__Host-sallyport'
const BOUND = '__Host-sallyport-bound'
const RELOADED = '__Host-sallyport-reload'
const ELEVEN_MINUTES = 11 * 60_000

const CLIENT = {
  session: { deviceBound: { mode: 'Prefer' }, rememberMe: { absoluteTimeout: '720h' } },
}

const ROUTES = [
  ours('ProtectedRoute', 'bound', { hosts: [APP], clientRef: { name: 'web' } }),
  ours('ProtectedRoute', 'elsewhere', {
    hosts: [ELSEWHERE],
    authenticate: [{ bearer: { providerRef: { name: 'idp' }, audiences: ['none'] } }],
    rules: [{ name: 'pages', match: [{ path: { prefix: '/' } }], public: true }],
  }),
]

describe('sessions that Chromium binds to its device, at two replicas', () => {
  let folder: TemporaryFolder
  let clock: MovedClock
  let home: TrustingHome
  let second: RunningSallyport
  let browser: BrowserContext
  let secondPort = 0

  const stack = useStack(async () => {
    folder = await temporaryFolder('device')
    clock = await createMovedClock(folder.path)
    const [port = 0, more = 0] = await freePorts(2)
    secondPort = more
    return {
      port,
      hosts: [APP, ELSEWHERE],
      oidcProvider: {
        redirectUris: [`https://${APP}:${port}/oauth2/callback`],
        postLogoutRedirectUris: [`https://${APP}:${port}/oauth2/logout`],
      },
      envoy: { moreSallyportPorts: [secondPort] },
      resources: shop({ client: CLIENT, more: ROUTES }),
      sallyport: { launch: clock.launch },
    }
  })

  beforeAll(async () => {
    const { sallyport, certificates } = stack()
    second = await startSallyport({
      grpcPort: secondPort,
      redisUrl: redisOf(stack()).url,
      resourcePaths: [sallyport.resourcesFolder],
      configuration: { keys: { files: [`${dirname(sallyport.configFile)}/key`] } },
      launch: clock.launch,
    })
    home = await makeTrustingHome(folder.path, certificates.caFile)
    browser = await startDeviceChromium(home, { profile: 'own' })
  })
  afterAll(async () => {
    await browser?.close()
    await second?.stop()
    await folder?.remove()
  })

  const url = (path: string): string => stack().url(APP, path)

  /** Why requests were answered, by the log of both replicas. */
  const reasons = (): readonly string[] =>
    [stack().sallyport, second].flatMap((one) =>
      one.decisions().map(({ reason }) => String(reason)),
    )
  const count = (reason: string): number => reasons().filter((one) => one === reason).length

  const cookiesOf = async (context: BrowserContext) =>
    (await context.cookies(url('/'))).filter(({ name }) => name === TICKET || name === BOUND)

  const namesOf = async (context: BrowserContext): Promise<readonly string[]> =>
    (await cookiesOf(context)).map(({ name }) => name).toSorted()

  /** The browser loses a cookie, as when its life is over. */
  const lose = async (tab: Page, name = BOUND): Promise<void> => {
    const session = await tab.context().newCDPSession(tab)
    await session.send('Network.deleteCookies', { name, url: url('/') })
    await session.detach()
  }

  const signIn = async (context: BrowserContext): Promise<Page> => {
    const tab = await context.newPage()
    await tab.goto(url('/orders?sallyport_remember=yes'))
    const remember = tab.getByRole('link', { name: /stay signed in/ })
    if ((await remember.count()) > 0) await remember.click()
    await signInAt(tab, 'alice')
    return tab
  }

  it('binds the session after a login at another site', async () => {
    const tab = await signIn(browser)
    expect(tab.url()).toContain(url('/orders'))
    await expect.poll(() => namesOf(browser)).toEqual([TICKET, BOUND])
    await expect.poll(() => count('device_bound')).toBe(1)
    expect(new URL(stack().issuer).hostname).toBe(PROVIDER_HOST)
  })

  it('renews a cookie that is lost before anything is asked, once for ten tabs', async () => {
    const tabs = await Promise.all(Array.from({ length: 10 }, () => browser.newPage()))
    await lose(tabs[0] as Page)
    const before = count('device_proven')
    const answers = await Promise.all(tabs.map((tab, at) => tab.goto(url(`/tabs/${at}`))))
    expect(answers.map((answer) => answer?.status())).toEqual(tabs.map(() => 200))
    await expect.poll(() => count('device_proven')).toBe(before + 1)
    expect(await namesOf(browser)).toEqual([TICKET, BOUND])
    await Promise.all(tabs.map((tab) => tab.close()))
  })

  it('renews it before a script, also below the path to sign out, a form and a WebSocket go on', async () => {
    const tab = await browser.newPage()
    await tab.goto(url('/page'))
    const before = count('device_proven')
    await lose(tab)
    expect(await tab.evaluate("fetch('/api').then(({ status }) => status)")).toBe(200)
    await lose(tab)
    const below = "fetch('/oauth2/logout/below').then(({ status }) => status)"
    expect(await tab.evaluate(below)).toBe(200)
    await lose(tab)
    await tab.evaluate(`{
      const form = document.createElement('form')
      form.method = 'post'
      form.action = '/sent'
      form.innerHTML = '<input name="note" value="kept">'
      document.body.append(form)
      form.submit()
    }`)
    await tab.waitForURL(url('/sent'))
    await lose(tab)
    await tab.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket('/socket')
      socket.onopen = socket.onerror = resolve
    })`)
    await expect.poll(() => count('device_proven')).toBe(before + 4)
    const sent = stack().upstream.requests()
    expect(sent.find(({ path }) => path === '/sent')).toMatchObject({
      method: 'POST',
      body: 'note=kept',
      headers: { 'x-auth-subject': expect.any(String) },
    })
    expect(sent.find(({ path }) => path === '/socket')?.headers.upgrade).toBe('websocket')
    await tab.close()
  })

  it('a copy of every cookie in another profile is worth nothing after that of the short-lived one', async () => {
    const own = await browser.newPage()
    const thief = await startDeviceChromium(home, { profile: 'thief' })
    await thief.addCookies(await cookiesOf(browser))
    const tab = await thief.newPage()
    expect((await tab.goto(url('/copied')))?.status()).toBe(200)
    await clock.forward(ELEVEN_MINUTES)
    const said = `fetch('/copied').then(({ headers }) => headers.get('x-sallyport-reason'))`
    expect(await tab.evaluate(said)).toBe('device_proof_required')
    await tab.goto(url('/copied'))
    await tab.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
    await thief.close()
    expect((await own.goto(url('/orders')))?.status()).toBe(401)
    await own.locator('#request-line').waitFor()
    expect((await own.reload())?.status()).toBe(200)
    await own.close()
  })

  it('a link from another site arrives with a proof, whether the cookie is gone or merely old', async () => {
    const tab = await browser.newPage()
    const follow = async (path: string) => {
      await tab.goto(stack().url(ELSEWHERE, '/page'))
      await tab.evaluate(`{
        const link = document.createElement('a')
        link.href = ${JSON.stringify(url(path))}
        document.body.append(link)
        link.click()
      }`)
      await tab.waitForURL(url(path))
      expect(await tab.locator('#request-line').textContent()).toBe(`GET ${path}`)
    }
    const before = count('device_proven')
    await lose(tab)
    await follow('/linked/lost')
    await expect.poll(() => count('device_proven')).toBe(before + 1)
    await clock.forward(ELEVEN_MINUTES)
    await lose(tab, RELOADED)
    await follow('/linked/old')
    await expect.poll(() => count('device_proven')).toBe(before + 2)
    expect(count('device_session_over')).toBe(0)
    await tab.close()
  })

  it('a restart of the browser keeps what it has bound', async () => {
    await browser.close()
    browser = await startDeviceChromium(home, { profile: 'own' })
    const tab = await browser.newPage()
    const before = count('device_proven')
    expect(await namesOf(browser)).toContain(TICKET)
    await lose(tab)
    expect((await tab.goto(url('/orders')))?.status()).toBe(200)
    await expect.poll(() => count('device_proven')).toBe(before + 1)
    await tab.close()
  })

  it('a restart of the service keeps it too', async () => {
    await stack().sallyport.restart()
    const tab = await browser.newPage()
    await lose(tab)
    expect((await tab.goto(url('/orders')))?.status()).toBe(200)
    expect((await tab.goto(url('/orders')))?.status()).toBe(200)
    expect(await namesOf(browser)).toEqual([TICKET, BOUND])
    await tab.close()
  })

  it('a sign-out ends it, and no cookie comes back', async () => {
    const tab = await browser.newPage()
    await tab.goto(url('/orders'))
    await tab.goto(url('/oauth2/logout'))
    await expect.poll(() => namesOf(browser)).toEqual([])
    await tab.goto(url('/orders'))
    await expect.poll(() => count('device_session_over')).toBeGreaterThan(0)
    expect(await namesOf(browser)).toEqual([])
    await browser.close()
  })

  it('a browser that binds no sessions is served as before', async () => {
    const before = count('device_bound')
    browser = await startDeviceChromium(home, { profile: 'plain', binds: false })
    const tab = await signIn(browser)
    expect(await namesOf(browser)).toEqual([TICKET])
    await clock.forward(ELEVEN_MINUTES)
    expect((await tab.goto(url('/orders')))?.status()).toBe(200)
    expect(await tab.evaluate("fetch('/api').then(({ status }) => status)")).toBe(200)
    expect(count('device_bound')).toBe(before)
  })
})
