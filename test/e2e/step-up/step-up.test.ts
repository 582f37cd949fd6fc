import { describe, expect, it } from 'vitest'
import { ours, shop } from '../../support/e2e/manifests.ts'
import {
  addressOf,
  asksForPassword,
  signedIn,
  signInAt,
  signInOn,
} from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'

const HOST = 'pay.test'

const SESSION_COOKIE = '__Host-sallyport'

const route = ours('ProtectedRoute', 'pay', {
  hosts: [HOST],
  clientRef: { name: 'web' },
  rules: [
    {
      name: 'pay',
      match: [{ path: { prefix: '/pay' } }],
      authorize: [{ authenticationContext: { acrValues: ['mfa'], maxAge: '1h' } }],
    },
  ],
})

const stackWith = (knowsContexts: boolean) =>
  useStack(async () => {
    const port = await freePort()
    return {
      port,
      hosts: [HOST],
      resources: shop({ more: [route] }),
      oidcProvider: {
        redirectUris: [`https://${HOST}:${port}/oauth2/callback`],
        knowsContexts,
      },
    }
  })

describe('a page that wants a stronger sign-in', () => {
  const stack = stackWith(true)
  const { newTab } = useChromium(stack)

  it('raises the session in a browser, which comes back to where it was', async () => {
    const wanted = stack().url(HOST, '/pay/now?sum=12#details')
    const tab = await newTab()
    await tab.goto(stack().url(HOST))
    await signInAt(tab, 'alice')
    const ticketOf = async () =>
      (await tab.context().cookies(stack().url(HOST))).find(({ name }) => name === SESSION_COOKIE)
        ?.value
    const before = await ticketOf()
    await tab.goto(wanted)
    expect(await asksForPassword(tab)).toBe(true)
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(wanted)
    expect(await ticketOf()).not.toBe(before)
    await tab.goto(stack().url(HOST, '/pay/again'))
    expect(addressOf(tab)).toBe(stack().url(HOST, '/pay/again'))
  })

  it('leaves one session, and the former ticket is worth nothing', async () => {
    const { browser } = await signedIn(stack(), stack().url(HOST), 'bob')
    const old = browser.jar.value(HOST, SESSION_COOKIE) ?? ''
    const landed = await signInOn(browser, await browser.open(stack().url(HOST, '/pay')), 'bob')
    expect(landed.status).toBe(200)
    expect(landed.url).toBe(stack().url(HOST, '/pay'))
    const stale = await browser.send(stack().url(HOST), {
      headers: { cookie: `${SESSION_COOKIE}=${old}`, 'sec-fetch-mode': 'cors' },
    })
    expect(stale.status).toBe(401)
    expect(stale.headers['x-sallyport-reason']).toBe('session_unknown')
  })

  it('tells a script what is asked for, as RFC 9470 has it', async () => {
    const { browser } = await signedIn(stack(), stack().url(HOST))
    const answer = await browser.fetch(stack().url(HOST, '/pay'), {
      headers: { 'sec-fetch-mode': 'cors', accept: 'application/json' },
    })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer .*error="insufficient_user_authentication".*acr_values="mfa", max_age="3600"$/,
    )
    expect(answer.json()).toMatchObject({ reason: 'step_up_required' })
  })

  it('R16: never as somebody else: the page says so, and the session stays', async () => {
    const { browser } = await signedIn(stack(), stack().url(HOST))
    const ticket = browser.jar.value(HOST, SESSION_COOKIE) ?? ''
    browser.jar.clear()
    browser.jar.plant(HOST, SESSION_COOKIE, ticket)
    const page = await signInOn(browser, await browser.open(stack().url(HOST, '/pay')), 'bob')
    expect(page.status).toBe(403)
    expect(page.headers['x-sallyport-reason']).toBe('step_up_other_subject')
    expect((await browser.open(stack().url(HOST))).status).toBe(200)
  })
})

describe('a provider that ignores what it is asked', () => {
  const stack = stackWith(false)

  it('R16: ends in a page that says what came, never in a loop', async () => {
    const { browser } = await signedIn(stack(), stack().url(HOST))
    const before = providerOf(stack()).requestCount('authorization')
    const page = await browser.open(stack().url(HOST, '/pay'))
    expect(page.status).toBe(403)
    expect(page.headers['x-sallyport-reason']).toBe('step_up_refused')
    expect(page.text).toContain('Asked for: one of the authentication contexts mfa')
    expect(page.text).toContain('The provider named: ')
    expect(page.text).toContain('href="/pay"')
    expect(providerOf(stack()).requestCount('authorization')).toBe(before + 1)
    expect((await browser.open(stack().url(HOST))).status).toBe(200)
  })
})
