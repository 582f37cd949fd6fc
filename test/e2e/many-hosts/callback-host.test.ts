import { describe, expect, it } from 'vitest'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import {
  addressOf,
  asksForPassword,
  newHttpBrowser,
  signInAt,
  unusedCallback,
} from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import type { HttpBrowser, HttpResponse } from '../../support/parts/http-browser.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'

const CENTRAL = 'login.central.test'
const FIRST = 'shop.first.test'
const SECOND = 'pay.second.test'
const OTHER = 'blog.first.test'

const aClient = (name: string, path: string) =>
  ours('OIDCClient', name, {
    providerRef: { name: 'idp' },
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'web-client' } },
    callback: { host: CENTRAL, path },
  })

const aRoute = (name: string, hosts: readonly string[], client: string) =>
  ours('ProtectedRoute', name, { hosts, clientRef: { name: client } })

const more = [
  aClient('central', '/oauth2/callback'),
  aClient('other', '/other/callback'),
  aRoute('both', [FIRST, SECOND], 'central'),
  aRoute('other', [OTHER], 'other'),
]

describe('one redirect URI for hosts of two parent domains', () => {
  const stack = useStack(async () => {
    const port = await freePort()
    return {
      port,
      hosts: [CENTRAL, FIRST, SECOND, OTHER],
      resources: shop({ more }),
      oidcProvider: {
        redirectUris: ['/oauth2/callback', '/other/callback'].map(
          (path) => `https://${CENTRAL}:${port}${path}`,
        ),
        postLogoutRedirectUris: [],
      },
    }
  })
  const { newTab } = useChromium(stack)

  it('a person signs in at either host, by the same redirect URI, and lands where they wanted to go', async () => {
    const tab = await newTab()
    const seen: URL[] = []
    tab.on('request', (request) => seen.push(new URL(request.url())))
    await tab.goto(stack().url(FIRST, '/orders?id=7'))
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(stack().url(FIRST, '/orders?id=7'))
    expect(lastSeen(stack(), '/orders?id=7').headers['x-auth-subject']).toBe('alice')

    await tab.goto(stack().url(SECOND, '/pay'))
    expect(addressOf(tab)).toBe(stack().url(SECOND, '/pay'))
    expect(lastSeen(stack(), '/pay').headers['x-auth-subject']).toBe('alice')

    const asked = seen.flatMap(({ searchParams }) => searchParams.get('redirect_uri') ?? [])
    expect(asked).toEqual(Array(2).fill(stack().url(CENTRAL, '/oauth2/callback')))
    const answered = seen.filter(({ searchParams }) => searchParams.has('code'))
    expect(answered.map(({ hostname }) => hostname)).toEqual([CENTRAL, CENTRAL])
    const handedOver = seen.filter(({ searchParams }) => searchParams.has('handoff'))
    expect(handedOver.map(({ hostname }) => hostname)).toEqual([FIRST, SECOND])
    expect(seen.map(String).join('\n')).not.toMatch(/token/)
  })

  it('the callback host serves nothing else', async () => {
    const tab = await newTab()
    for (const path of ['/', '/oauth2/logout', '/oauth2/callback/x']) {
      const response = await tab.goto(stack().url(CENTRAL, path))
      expect(response?.status()).toBe(404)
    }
    const bare = await tab.goto(stack().url(CENTRAL, '/oauth2/callback'))
    expect(bare?.headers()['x-sallyport-reason']).toBe('malformed_callback')
  })

  const reasonOf = ({ headers }: HttpResponse): string | undefined => headers['x-sallyport-reason']

  /** A hand-off that nobody has opened yet, and the browser that it is for. */
  const fresh = async (host = SECOND): Promise<{ browser: HttpBrowser; handOff: string }> => {
    const browser = newHttpBrowser(stack())
    const callback = await unusedCallback(stack(), browser, stack().url(host, '/wanted'))
    expect(callback.hostname).toBe(CENTRAL)
    const sent = await browser.fetch(callback.href)
    expect([sent.status, reasonOf(sent)]).toEqual([303, 'login_handed_over'])
    return { browser, handOff: sent.headers.location ?? '' }
  }

  it('R16: a hand-off works once; repeated, it brings no second login', async () => {
    const { browser, handOff } = await fresh()
    const cookies = browser.jar.names(SECOND).map((name) => ({
      name,
      value: browser.jar.value(SECOND, name) ?? '',
    }))
    const done = await browser.fetch(handOff)
    expect([done.status, reasonOf(done)]).toEqual([303, 'login_completed'])
    expect(done.headers.location).toBe(stack().url(SECOND, '/wanted'))
    const exchanged = providerOf(stack()).requestCount('token')
    expect(reasonOf(await browser.fetch(handOff))).toBe('already_signed_in')
    browser.jar.clear()
    for (const { name, value } of cookies) browser.jar.plant(SECOND, name, value)
    const replayed = await browser.fetch(handOff)
    expect([replayed.status, reasonOf(replayed)]).toEqual([303, 'login_continued'])
    expect(replayed.setCookie).toEqual([])
    expect(providerOf(stack()).requestCount('token')).toBe(exchanged)
  })

  it('R16: a hand-off is nothing to another program, and still good in its own browser', async () => {
    const { browser, handOff } = await fresh()
    const thief = newHttpBrowser(stack())
    await thief.open(stack().url(SECOND, '/'))
    const stolen = await thief.fetch(handOff)
    expect([stolen.status, reasonOf(stolen)]).toEqual([400, 'state_mismatch'])
    expect(stolen.setCookie).toEqual([])
    expect(reasonOf(await browser.fetch(handOff))).toBe('login_completed')
  })

  it('A18: a hand-off that a person opens in another browser is good in neither', async () => {
    const { browser, handOff } = await fresh()
    const tab = await newTab()
    const response = await tab.goto(handOff)
    expect(response?.status()).toBe(400)
    expect(await asksForPassword(tab)).toBe(false)
    const exchanged = providerOf(stack()).requestCount('token')
    expect(reasonOf(await browser.fetch(handOff))).toBe('login_state_used')
    expect(providerOf(stack()).requestCount('token')).toBe(exchanged)
  })

  it('R16: a hand-off is nothing at another host of the client, even with its cookies', async () => {
    const { browser, handOff } = await fresh()
    for (const name of browser.jar.names(SECOND)) {
      browser.jar.plant(FIRST, name, browser.jar.value(SECOND, name) ?? '')
    }
    const elsewhere = await browser.fetch(handOff.replace(SECOND, FIRST))
    expect([elsewhere.status, reasonOf(elsewhere)]).toEqual([400, 'malformed_callback'])
  })

  it('R17: an answer of the provider counts at the callback host alone, at the path of its client', async () => {
    const browser = newHttpBrowser(stack())
    const callback = await unusedCallback(stack(), browser, stack().url(SECOND, '/wanted'))
    const direct = await browser.fetch(callback.href.replace(CENTRAL, SECOND))
    expect([direct.status, reasonOf(direct)]).toEqual([400, 'malformed_callback'])
    const mixed = await browser.fetch(callback.href.replace('/oauth2/', '/other/'))
    expect([mixed.status, reasonOf(mixed)]).toEqual([400, 'state_mismatch'])
    expect(mixed.headers.location).toBeUndefined()
  })

  it('R31: neither the code nor the hand-off is in the log', async () => {
    const browser = newHttpBrowser(stack())
    const callback = await unusedCallback(stack(), browser, stack().url(FIRST, '/logged'))
    const sent = await browser.fetch(callback.href)
    await browser.fetch(sent.headers.location ?? '')
    const [, sealed = ''] = /handoff=([^#]+)/.exec(sent.headers.location ?? '') ?? []
    await expect
      .poll(() =>
        stack()
          .sallyport.decisions()
          .map(({ reason }) => reason),
      )
      .toEqual(expect.arrayContaining(['login_handed_over', 'login_completed']))
    const log = stack().sallyport.output()
    expect(sealed.length).toBeGreaterThan(100)
    expect(log).not.toContain(sealed)
    expect(log).not.toContain(callback.searchParams.get('code'))
  })
})
