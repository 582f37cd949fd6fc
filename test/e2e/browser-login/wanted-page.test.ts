import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { APP, BROKEN, ours, shop } from '../../support/e2e/manifests.ts'
import { addressOf, asksForPassword, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import type { ProfileOptions } from '../../support/parts/chromium.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const SESSION_COOKIE = '__Host-sallyport'

/** The host whose session cookie is `Strict`. */
const STRICT_HOST = BROKEN

const STRICT = [
  ours('OIDCClient', 'strict', {
    providerRef: { name: 'idp' },
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'web-client' } },
    scopes: ['openid', 'profile'],
    session: { cookie: { sameSite: 'Strict' } },
  }),
  ours('ProtectedRoute', 'strict', { hosts: [STRICT_HOST], clientRef: { name: 'strict' } }),
]

/** Text that nothing shortens. */
const incompressible = (bytes: number): string => {
  let text = ''
  for (let at = 0; text.length < bytes; at += 1) {
    text += createHash('sha256').update(`${at}`).digest('base64url')
  }
  return text.slice(0, bytes)
}

describe('the page that a person wanted', () => {
  const stack = useStack({ resources: shop({ more: STRICT }) })
  const { newProfile, newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  /** A tab whose person is signed in at the provider and has no session here. */
  const signedInThere = async (options: ProfileOptions = {}): Promise<Page> => {
    const profile = await newProfile(options)
    const tab = await profile.newPage()
    await tab.goto(url('/'))
    await signInAt(tab, 'alice')
    await profile.clearCookies({ name: SESSION_COOKIE })
    await tab.goto(url('/assets/elsewhere'))
    return tab
  }

  it('C1: keeps its fragment at a silent sign-in, which no server sees', async () => {
    const tab = await signedInThere()
    const hops: string[] = []
    tab.on('request', (request) => {
      if (request.isNavigationRequest()) hops.push(new URL(request.url()).pathname)
    })
    await tab.goto(url('/app#/queues/1?sort=age'))
    expect(hops).toEqual(['/app', '/auth', '/oauth2/callback', '/app'])
    expect(tab.url()).toBe(url('/app#/queues/1?sort=age'))
    expect(await tab.evaluate('location.hash')).toBe('#/queues/1?sort=age')
  })

  it('C1: keeps its fragment over a form of the provider that posts to its own address', async () => {
    const tab = await newTab()
    await tab.goto(url('/app#/queues/1'))
    expect(await asksForPassword(tab)).toBe(true)
    await signInAt(tab, 'alice')
    expect(tab.url()).toBe(url('/app#/queues/1'))
  })

  it.each(['with', 'without'])(
    'C1: is reached %s scripts where the cookie is Strict',
    async (how) => {
      const wanted = stack().url(STRICT_HOST, '/app?x=1')
      const tab = await signedInThere({ javaScriptEnabled: how === 'with' })
      await tab.goto(`${wanted}#/queues/1`)
      await tab.waitForURL((there) => there.pathname === '/app')
      expect(tab.url()).toBe(how === 'with' ? `${wanted}#/queues/1` : wanted)
      expect(await tab.locator('#request-line').textContent()).toBe('GET /app?x=1')
    },
  )

  it('C2: keeps a query that is longer than 1 KiB', async () => {
    const path = `/search?q=${incompressible(1_900)}`
    const tab = await newTab()
    await tab.goto(url(path))
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url(path))
    expect(await tab.locator('#request-line').textContent()).toBe(`GET ${path}`)
  })

  it('C2: keeps the 8 KiB of a report, and says so where no cookie holds the query', async () => {
    const report = `/report?${'filter%5Bregion%5D=north&filter%5Bage%5D=7&'.repeat(190)}`
    const tab = await signedInThere()
    await tab.goto(url(report))
    expect(addressOf(tab)).toBe(url(report))

    const other = await signedInThere()
    const tooLong = url(`/search?q=${incompressible(6_000)}`)
    await other.goto(tooLong)
    expect(await other.locator('footer').textContent()).toContain('return_url_lost')
    expect(await other.getByText('Continue').getAttribute('href')).toBe('/search')
    await other.goto(tooLong)
    expect(addressOf(other)).toBe(tooLong)
    expect(await other.locator('#request-line').count()).toBe(1)
  })

  it('C3: is where a late callback leads to', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders?id=7'))
    const asked = new URL(tab.url())
    expect(asked.hostname).toBe(PROVIDER_HOST)
    const [login] = (await profile.cookies(url('/'))).filter(({ name }) => name.includes('login'))
    const lifetimeSeconds = (login?.expires ?? 0) - Date.now() / 1_000
    expect(lifetimeSeconds).toBeGreaterThan(3_600)
    await profile.clearCookies({ name: login?.name ?? '' })
    await signInAt(tab, 'alice')
    expect(await tab.locator('footer').textContent()).toContain('state_mismatch')
    await tab.getByText('Try again').click()
    await tab.waitForURL(url('/'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /')
  })

  it('B17: is what the 503 of a provider that went away leads to', async () => {
    const tab = await newTab()
    await tab.goto(url('/orders?id=7'))
    const provider = providerOf(stack())
    provider.interfere('token', (_request, response) => response.writeHead(502).end())
    const [response] = await Promise.all([
      tab.waitForResponse((answer) => answer.url().includes('/oauth2/callback')),
      signInAt(tab, 'alice'),
    ])
    provider.interfere('token', undefined)
    expect(response.status()).toBe(503)
    const wayOn = tab.getByRole('link', { name: 'Try again' })
    expect(await wayOn.getAttribute('href')).toBe('/orders?id=7')
    await wayOn.click()
    await tab.waitForURL(url('/orders?id=7'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /orders?id=7')
  })
})
