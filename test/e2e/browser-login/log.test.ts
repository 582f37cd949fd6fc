import { describe, expect, it } from 'vitest'
import { fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { newHttpBrowser, unusedCallback } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

const SESSION_COOKIE = '__Host-sallyport'

describe('the log at its most talkative', () => {
  const stack = useStack({
    resources: shop(),
    sallyport: { configuration: { log: { level: 'debug' } } },
  })
  const url = (path: string): string => stack().url(APP, path)

  it('R31: holds nothing that could be replayed, from the first page to the sign-out', async () => {
    const browser = newHttpBrowser(stack())
    const callback = await unusedCallback(stack(), browser, url('/wanted?card=4111111111111111'))
    const loginStates = browser.jar.names(APP).map((name) => browser.jar.value(APP, name))
    await browser.open(callback.href)
    await newHttpBrowser(stack()).open(callback.href)
    const ticket = browser.jar.value(APP, SESSION_COOKIE)
    const accessToken = lastSeen(stack(), '/wanted?card=4111111111111111').headers.authorization
    const machineToken = await fetchMachineToken(stack(), browser)
    const headers = { authorization: `Bearer ${machineToken}x` }
    expect((await browser.send(stack().url(API, '/orders'), { headers })).status).toBe(401)
    const signOut = new URL((await browser.fetch(url('/oauth2/logout'))).headers.location ?? '')

    const secrets = {
      code: callback.searchParams.get('code'),
      state: callback.searchParams.get('state'),
      loginState: loginStates[0],
      ticket,
      accessToken: accessToken?.replace('Bearer ', ''),
      machineToken,
      idToken: signOut.searchParams.get('id_token_hint'),
      clientSecret: 'sallyport-secret',
      query: '4111111111111111',
    }
    await expect
      .poll(() =>
        stack()
          .sallyport.decisions()
          .map(({ reason }) => reason),
      )
      .toContain('sign_out_at_provider')
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret?.length, name).toBeGreaterThan(10)
      expect(
        stack()
          .sallyport.output()
          .includes(secret ?? ''),
        name,
      ).toBe(false)
    }
  })
})
