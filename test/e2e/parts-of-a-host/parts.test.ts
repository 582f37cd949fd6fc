import { describe, expect, it } from 'vitest'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'

const HOST = 'parts.test'

const STAFF_COOKIE = '__Host-sallyport-staff'

const staff = ours('OIDCClient', 'staff', {
  providerRef: { name: 'idp' },
  clientId: WEB_CLIENT.clientId,
  authentication: { secretRef: { name: 'web-client' } },
  callback: { path: '/admin/callback' },
  logout: { path: '/admin/logout', atProvider: false },
  session: { cookie: { name: STAFF_COOKIE } },
})

const route = ours('ProtectedRoute', 'parts', {
  hosts: [HOST],
  clientRef: { name: 'web' },
  rules: [
    {
      name: 'admin',
      match: [{ path: { prefix: '/admin' } }],
      clientRef: { name: 'staff' },
    },
    {
      name: 'hello',
      match: [{ path: { prefix: '/hello' } }],
      authenticate: [{ session: {} }, { anonymous: {} }],
    },
  ],
})

const stack = useStack(async () => {
  const port = await freePort()
  const on = (path: string): string => `https://${HOST}:${port}${path}`
  return {
    port,
    hosts: [HOST],
    resources: shop({ more: [staff, route] }),
    oidcProvider: {
      redirectUris: [on('/oauth2/callback'), on('/admin/callback')],
      postLogoutRedirectUris: [on('/oauth2/logout')],
    },
  }
})

const url = (path: string): string => stack().url(HOST, path)

const FETCH = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }

describe('C22: /admin with a client of its own', () => {
  it('R13: signs in by that client, and neither session opens the other part', async () => {
    const { browser, landed } = await signedIn(stack(), url('/orders'))
    expect(landed.url.replace(/#$/, '')).toBe(url('/orders'))
    const ask = async (path: string): Promise<number> =>
      (await browser.fetch(url(path), { headers: FETCH })).status
    expect([await ask('/orders'), await ask('/admin/users')]).toEqual([200, 401])

    // The provider knows the person by now, so that this one needs no password.
    const admin = await browser.open(url('/admin/users?id=7'))
    expect([admin.status, admin.url.replace(/#$/, '')]).toEqual([200, url('/admin/users?id=7')])
    const called = admin.hops.filter((hop) => hop.includes('code='))
    expect(called.map((hop) => new URL(hop).pathname)).toEqual(['/admin/callback'])
    expect([await ask('/orders'), await ask('/admin/users')]).toEqual([200, 200])
    const { headers } = lastSeen(stack(), '/admin/users')
    expect(headers['x-auth-subject']).toBe('alice')
    expect(headers.cookie ?? '').not.toContain('__Host-')
  })

  it('signing out of it leaves the session of the rest', async () => {
    const { browser } = await signedIn(stack(), url('/orders'))
    await browser.open(url('/admin/users'))
    expect(browser.jar.names(HOST)).toContain(STAFF_COOKIE)
    const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' }
    const out = await browser.fetch(url('/admin/logout'), { headers })
    expect(out.headers['x-sallyport-reason']).toBe('signed_out')
    expect(browser.jar.names(HOST)).not.toContain(STAFF_COOKIE)
    expect((await browser.fetch(url('/admin/users'), { headers: FETCH })).status).toBe(401)
    expect((await browser.fetch(url('/orders'), { headers: FETCH })).status).toBe(200)
  })

  it('a login may begin there', async () => {
    const browser = newHttpBrowser(stack())
    const form = await browser.open(url('/admin/first'))
    const landed = await signInOn(browser, form, 'bob')
    expect([landed.status, landed.url.replace(/#$/, '')]).toEqual([200, url('/admin/first')])
    expect((await browser.fetch(url('/orders'), { headers: FETCH })).status).toBe(401)
  })
})

describe('C12: a page that greets whoever is signed in', () => {
  it('R8: shows everybody, and no forged header of theirs', async () => {
    const browser = newHttpBrowser(stack())
    const headers = {
      'sec-fetch-mode': 'navigate',
      'x-auth-subject': 'root',
      authorization: 'Bearer forged',
    }
    const page = await browser.fetch(url('/hello?nobody'), { headers })
    expect([page.status, page.setCookie]).toEqual([200, []])
    const seen = lastSeen(stack(), '/hello?nobody').headers
    expect(seen).not.toHaveProperty('x-auth-subject')
    expect(seen).not.toHaveProperty('authorization')
    await expect
      .poll(() => stack().sallyport.decisions())
      .toContainEqual(expect.objectContaining({ reason: 'anonymous', rule: 'hello' }))
  })

  it('names who is', async () => {
    const { browser } = await signedIn(stack(), url('/orders'), 'bob')
    expect((await browser.fetch(url('/hello?bob'), { headers: FETCH })).status).toBe(200)
    expect(lastSeen(stack(), '/hello?bob').headers['x-auth-subject']).toBe('bob')
  })
})
