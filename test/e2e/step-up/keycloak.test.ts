import { beforeAll, describe, expect, it } from 'vitest'
import { bearing, readToken } from '../../support/e2e/access-tokens.ts'
import {
  makePlainRealm,
  oneTimePassword,
  teachLevels,
  webClient,
} from '../../support/e2e/keycloak-levels.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { type Name, newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { createHttpBrowser, type HttpBrowser, type Page } from '../../support/parts/http-browser.ts'
import { KEYCLOAK_ADMIN, keycloakAdmin } from '../../support/parts/keycloak-admin.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { API_AUDIENCE, endUsers } from '../../support/parts/oidc-provider-settings.ts'
import type { StackFacts } from '../../support/parts/stack.ts'
import { until } from '../../support/parts/until.ts'

/** A realm that knows levels, as docs/step-up.md has it, and one that is as Keycloak makes it. */
const LEVELS = 'levels'
const PLAIN = 'plain'

const SHOP = 'shop.test'
const API = 'api.test'
const PLAIN_SHOP = 'plain.test'
/** Of a client that has levels of its own. */
const OWN_SHOP = 'own.test'
const OWN_CLIENT = 'own-levels'

const SESSION_COOKIE = '__Host-sallyport'

const provider = (realm: string, { issuer, caPem }: StackFacts): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: gateway-ca, namespace: ${realm} }
data: { ca.crt: ${JSON.stringify(caPem)} }
---
apiVersion: v1
kind: Secret
metadata: { name: web-client, namespace: ${realm} }
stringData: { client-secret: ${WEB_CLIENT.clientSecret} }
---
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: keycloak, namespace: ${realm} }
spec:
  issuer: ${issuer.replace(/[^/]*$/, realm)}
  clockSkew: 1s
  tls: { caRef: { kind: ConfigMap, name: gateway-ca } }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: web, namespace: ${realm} }
spec:
  providerRef: { name: keycloak }
  clientId: ${WEB_CLIENT.clientId}
  authentication: { secretRef: { name: web-client } }
---
`

const route = (realm: string, host: string): string => `
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: shop, namespace: ${realm} }
spec:
  hosts: [${host}]
  clientRef: { name: web }
  rules:
    - name: payments
      match: [{ path: { prefix: /pay } }]
      authorize:
        - authenticationContext: { acrValues: [mfa] }
    - name: recent
      match: [{ path: { prefix: /recent } }]
      authorize:
        - authenticationContext: { maxAge: 10s }
    - name: unknown
      match: [{ path: { prefix: /unknown } }]
      authorize:
        - authenticationContext: { acrValues: [mfa, phr] }
`

const api = (realm: string): string => `
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: api, namespace: ${realm} }
spec:
  hosts: [${API}]
  authenticate:
    - bearer: { providerRef: { name: keycloak }, audiences: [${API_AUDIENCE}] }
  onUnauthenticated: Challenge
  authorize:
    - authenticationContext: { acrValues: [mfa] }
`

const own = (realm: string): string => `
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: own, namespace: ${realm} }
spec:
  providerRef: { name: keycloak }
  clientId: ${OWN_CLIENT}
  authentication: { secretRef: { name: web-client } }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: own, namespace: ${realm} }
spec:
  hosts: [${OWN_SHOP}]
  clientRef: { name: own }
  rules:
    - name: payments
      match: [{ path: { prefix: /pay } }]
      authorize:
        - authenticationContext: { acrValues: [strong] }
`

const asksForPassword = ({ text }: Page): boolean => text.includes('id="kc-form-login"')
const asksForOneTime = ({ text }: Page): boolean => text.includes('id="kc-otp-login-form"')

describe('with Keycloak, whose realm knows levels', () => {
  const stack = useStack({
    provider: 'keycloak',
    keycloak: { admin: KEYCLOAK_ADMIN },
    hosts: [SHOP, API, PLAIN_SHOP, OWN_SHOP],
    resources: () => ({}),
  })
  const url = (path: string, host = SHOP): string => stack().url(host, path)

  const givePassword = (browser: HttpBrowser, form: Page, name: Name = 'alice'): Promise<Page> => {
    expect(asksForPassword(form)).toBe(true)
    return browser.submit(form, { username: name, password: endUsers[name].password })
  }
  const giveOneTime = (browser: HttpBrowser, form: Page): Promise<Page> => {
    expect(asksForOneTime(form)).toBe(true)
    return browser.submit(form, { otp: oneTimePassword(Date.now()) })
  }
  /** Somebody who has shown a password, and nothing else. */
  const signedIn = async (path: string, host = SHOP): Promise<HttpBrowser> => {
    const browser = newHttpBrowser(stack())
    const landed = await givePassword(browser, await browser.open(url(path, host)))
    expect([landed.status, landed.url]).toEqual([200, url(path, host)])
    return browser
  }
  const sessions = async (): Promise<number> => {
    const keys = await redisOf(stack()).command('KEYS', 'sallyport:session:*')
    return Number(/^\*(\d+)/.exec(keys)?.[1])
  }
  const tokenAt = (path: string): string =>
    lastSeen(stack(), path).headers.authorization?.replace('Bearer ', '') ?? ''

  /** Signed in before everything else, so that they are older than the rest when they are used. */
  let early: readonly [HttpBrowser, HttpBrowser]

  beforeAll(async () => {
    const { keycloak, sallyport } = stack()
    await makePlainRealm(keycloak, LEVELS)
    await teachLevels(keycloak, LEVELS)
    await keycloakAdmin(keycloak, LEVELS).call('POST', '/clients', {
      ...webClient(OWN_CLIENT),
      attributes: { 'acr.loa.map': JSON.stringify({ weak: 1, strong: 2 }) },
    })
    await makePlainRealm(keycloak, PLAIN)
    const levels = [provider(LEVELS, stack()), route(LEVELS, SHOP), api(LEVELS), own(LEVELS)].join(
      '',
    )
    await sallyport.writeResource('levels.yaml', levels)
    const plain = `${provider(PLAIN, stack())}${route(PLAIN, PLAIN_SHOP)}`
    await sallyport.writeResource('plain.yaml', plain)
    const newBrowser = () => createHttpBrowser({ caPem: stack().caPem })
    early = [newBrowser(), newBrowser()]
    for (const host of [SHOP, OWN_SHOP, PLAIN_SHOP]) {
      await until(`${host} has a login`, async () =>
        asksForPassword(await early[0].open(url('/', host))),
      )
    }
    for (const one of early) await givePassword(one, await one.open(url('/early')))
    return async () => {
      for (const one of early) await one.close()
    }
  })

  it('asks for the password alone where nothing wants more', async () => {
    const browser = await signedIn('/orders/1')
    expect(readToken(tokenAt('/orders/1')).claims).toMatchObject({ acr: 'pwd' })
    expect((await browser.fetch(url('/orders/2'))).status).toBe(200)
  })

  it('asks for the second factor alone where a page wants it, and leaves one session', async () => {
    const browser = await signedIn('/orders/3')
    const ticket = browser.jar.value(SHOP, SESSION_COOKIE) ?? ''
    const before = await sessions()
    const landed = await giveOneTime(browser, await browser.open(url('/pay/1?sum=12')))
    expect([landed.status, landed.url]).toEqual([200, url('/pay/1?sum=12')])
    expect(readToken(tokenAt('/pay/1?sum=12')).claims).toMatchObject({ acr: 'mfa' })
    expect(await sessions()).toBe(before)
    const stale = await browser.send(url('/orders/4'), {
      headers: { cookie: `${SESSION_COOKIE}=${ticket}`, 'sec-fetch-mode': 'cors' },
    })
    expect(stale.headers['x-sallyport-reason']).toBe('session_unknown')
    expect((await browser.open(url('/pay/2'))).url).toBe(url('/pay/2'))
  })

  it('raises nothing for a wrong one-time password, and asks again', async () => {
    const browser = await signedIn('/orders/5')
    const form = await browser.open(url('/pay/3'))
    const again = await browser.submit(form, { otp: '000' })
    expect(asksForOneTime(again)).toBe(true)
    expect((await browser.fetch(url('/pay/4'))).status).toBe(401)
    expect((await giveOneTime(browser, again)).url).toBe(url('/pay/3'))
  })

  it('takes a second factor as given for as long as its level says', async () => {
    const browser = await signedIn('/orders/6')
    await giveOneTime(browser, await browser.open(url('/pay/5')))
    browser.jar.plant(SHOP, SESSION_COOKIE, 'lost')
    const landed = await browser.open(url('/pay/6'))
    expect([landed.status, landed.url]).toEqual([200, url('/pay/6')])
  })

  it('tells an API what its token lacks, as RFC 9470 has it, and takes a raised one', async () => {
    const browser = await signedIn('/orders/7')
    const plain = newHttpBrowser(stack())
    const headers = bearing(tokenAt('/orders/7'))
    const refused = await plain.send(url('/orders', API), { headers })
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toMatch(
      /error="insufficient_user_authentication".*acr_values="mfa"/,
    )
    await giveOneTime(browser, await browser.open(url('/pay/7')))
    const raised = await plain.send(url('/orders', API), { headers: bearing(tokenAt('/pay/7')) })
    expect(raised.status).toBe(200)
  })

  /** Waits until the session of a browser is too old for `/recent`; gives the time of its sign-in. */
  const untilTooOld = async (browser: HttpBrowser): Promise<number> => {
    expect((await browser.fetch(url('/early'))).status).toBe(200)
    const { auth_time: signedInAt } = readToken(tokenAt('/early')).claims
    await until('the sign-in is too long ago', async () => {
      const { headers } = await browser.fetch(url('/recent/1'))
      return headers['www-authenticate']?.includes('max_age="10"') === true
    })
    return Number(signedInAt)
  }

  it('asks for the password again where the sign-in is too long ago', async () => {
    const browser = early[0]
    const former = await untilTooOld(browser)
    const landed = await givePassword(browser, await browser.open(url('/recent/2')))
    expect([landed.status, landed.url]).toEqual([200, url('/recent/2')])
    expect(Number(readToken(tokenAt('/recent/2')).claims.auth_time)).toBeGreaterThan(former)
  })

  it('takes a second factor for a newer sign-in', async () => {
    const browser = early[1]
    const former = await untilTooOld(browser)
    await giveOneTime(browser, await browser.open(url('/pay/early')))
    expect(Number(readToken(tokenAt('/pay/early')).claims.auth_time)).toBeGreaterThan(former)
    expect((await browser.fetch(url('/recent/3'))).status).toBe(200)
  })

  it('asks for what has a level alone where a rule takes contexts that have none too', async () => {
    const browser = await signedIn('/orders/8')
    const landed = await giveOneTime(browser, await browser.open(url('/unknown/1')))
    expect([landed.status, landed.url]).toEqual([200, url('/unknown/1')])
  })

  it('raises by the levels of a client alone, which the metadata do not name', async () => {
    const browser = await signedIn('/orders', OWN_SHOP)
    const landed = await giveOneTime(browser, await browser.open(url('/pay', OWN_SHOP)))
    expect([landed.status, landed.url]).toEqual([200, url('/pay', OWN_SHOP)])
    expect(readToken(tokenAt('/pay')).claims).toMatchObject({ acr: 'strong' })
  })

  it('R16: a realm that knows no levels ends in a page that says what came, never in a loop', async () => {
    const browser = newHttpBrowser(stack())
    // Its own flow asks everybody for the second factor that they have, and calls that level 1.
    const signIn = async (wanted: string): Promise<Page> =>
      giveOneTime(browser, await givePassword(browser, await browser.open(wanted)))
    await signIn(url('/orders/9', PLAIN_SHOP))
    const page = await signIn(url('/pay/8', PLAIN_SHOP))
    expect(page.status).toBe(403)
    expect(page.headers['x-sallyport-reason']).toBe('step_up_refused')
    expect(page.text).toContain('Asked for: one of the authentication contexts mfa.')
    expect(page.text).toMatch(
      /The provider named: the authentication context (?:"|&quot;)1(?:"|&quot;)\./,
    )
    expect(page.text).toContain('href="/pay/8"')
    expect((await browser.open(url('/orders/10', PLAIN_SHOP))).status).toBe(200)
  })
})
