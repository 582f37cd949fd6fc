import { describe, expect, it } from 'vitest'
import { bearing, fetchMachineToken, readToken } from '../../support/e2e/access-tokens.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { MACHINE_CLIENT } from '../../support/parts/oidc-provider.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'

describe('a program with an access token', () => {
  const stack = useStack({ resources: shop() })
  const url = (path: string): string => stack().url(API, path)

  it('gets through with one by the client credentials grant', async () => {
    const browser = newHttpBrowser(stack())
    const token = await fetchMachineToken(stack(), browser)
    const response = await browser.send(url('/orders?by=machine'), { headers: bearing(token) })
    expect(response.status).toBe(200)
    expect(response.setCookie).toEqual([])
    expect(lastSeen(stack(), '/orders?by=machine').headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'x-auth-subject': MACHINE_CLIENT.clientId,
      'x-auth-issuer': stack().issuer,
      'x-auth-scopes': 'orders:read',
    })
  })

  it('gets through with one by the authorization code grant', async () => {
    await signedIn(stack(), stack().url(APP, '/signed-in'))
    const { authorization = '' } = lastSeen(stack(), '/signed-in').headers
    const browser = newHttpBrowser(stack())
    const response = await browser.send(url('/orders?by=alice'), { headers: { authorization } })
    expect(response.status).toBe(200)
    expect(lastSeen(stack(), '/orders?by=alice').headers).toMatchObject({
      authorization,
      'x-auth-subject': 'alice',
      'x-auth-email': endUsers.alice.email,
    })
  })

  it('is asked for the scope that is missing', async () => {
    const browser = newHttpBrowser(stack())
    const headers = bearing(await fetchMachineToken(stack(), browser))
    const seen = await seenDuring(stack(), async () => {
      const response = await browser.send(url('/orders'), { method: 'POST', headers, body: '{}' })
      expect(response.status).toBe(403)
      expect(response.headers['www-authenticate']).toBe(
        `Bearer realm="${API}", error="insufficient_scope", scope="orders:write"`,
      )
      expect(response.headers['content-type']).toBe('application/problem+json')
      expect(response.json()).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    })
    expect(seen).toEqual([])
  })

  it('gets through where it has that scope, with its body', async () => {
    const browser = newHttpBrowser(stack())
    const token = await fetchMachineToken(stack(), browser, 'orders:write')
    const request = { method: 'POST', headers: bearing(token), body: '{"item":7}' }
    const response = await browser.send(url('/orders?new=1'), request)
    expect(response.status).toBe(200)
    expect(lastSeen(stack(), '/orders?new=1').body).toBe('{"item":7}')
  })

  it('is asked for one where it sends none, and told no error', async () => {
    const response = await newHttpBrowser(stack()).send(url('/orders'))
    expect(response.status).toBe(401)
    expect(response.headers['www-authenticate']).toBe(`Bearer realm="${API}"`)
    expect(response.setCookie).toEqual([])
    expect(response.json()).toMatchObject({ status: 401, reason: 'login_required' })
  })

  it('is never sent to a login, not even as a browser with a token that was refused', async () => {
    const { status, headers, hops } = await newHttpBrowser(stack()).open(url('/orders'), {
      headers: bearing('not.a.token'),
    })
    expect([status, hops]).toEqual([401, [url('/orders')]])
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['www-authenticate']).toContain('error="invalid_token"')
  })

  it('gets nowhere with it where only sessions count', async () => {
    const browser = newHttpBrowser(stack())
    const headers = bearing(await fetchMachineToken(stack(), browser))
    const seen = await seenDuring(stack(), async () => {
      const response = await browser.send(stack().url(APP, '/orders'), { headers })
      expect(response.status).toBe(401)
      expect(response.headers['www-authenticate']).toBe(`Session realm="${APP}"`)
      expect(response.json()).toMatchObject({ reason: 'login_required' })
    })
    expect(seen).toEqual([])
  })

  it('is taken for the bearer of the token, not for the owner of a session that it sends along', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/'))
    const token = await fetchMachineToken(stack(), browser)
    const session = browser.jar.value(APP, '__Host-sallyport')
    const cookie = `__Host-sallyport=${session}`
    await browser.send(url('/both'), { headers: { ...bearing(token), cookie } })
    expect(lastSeen(stack(), '/both').headers['x-auth-subject']).toBe(MACHINE_CLIENT.clientId)
    const refused = await browser.send(url('/both'), { headers: { ...bearing('a.b.c'), cookie } })
    expect(refused.status).toBe(401)
    expect(readToken(token).claims.sub).toBe(MACHINE_CLIENT.clientId)
  })
})
