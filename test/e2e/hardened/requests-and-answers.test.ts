import { createPublicKey } from 'node:crypto'
import { decodeJwt } from 'jose'
import type { JWK } from 'oidc-provider'
import { afterAll, describe, expect, it } from 'vitest'
import { APP, BROKEN as FORMS, ours, shop } from '../../support/e2e/manifests.ts'
import {
  newHttpBrowser,
  signedIn,
  signInAt,
  signInOn,
  unusedCallback,
} from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'
import { type RunningUpstream, startUpstream } from '../../support/parts/upstream.ts'
import { createTokenSigner } from '../../support/token-signer.ts'

describe('a provider that takes pushed and signed logins alone', () => {
  const key = createTokenSigner('web-1', 'ES256')
  const publicJwk = {
    ...createPublicKey(key.publicPem).export({ format: 'jwk' }),
    ...{ kid: 'web-1', use: 'sig', alg: 'ES256' },
  } as JWK
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'web-key', namespace: 'shop' },
    stringData: { 'tls.key': key.privatePem },
  }
  const authentication = {
    method: 'private_key_jwt',
    privateKeyRef: { name: 'web-key' },
    keyId: 'web-1',
    algorithm: 'ES256',
  }
  const posted = ours('OIDCClient', 'posted', {
    providerRef: { name: 'idp' },
    clientId: 'posted',
    authentication,
    scopes: ['openid', 'email'],
    authorizationRequest: { responseMode: 'form_post.jwt' },
  })
  const route = ours('ProtectedRoute', 'posted', {
    hosts: [FORMS],
    clientRef: { name: 'posted' },
    upstream: { authorization: 'Remove' },
  })
  let upstream: RunningUpstream
  const stack = useStack(async () => {
    const port = await freePort()
    upstream = await startUpstream()
    return {
      port,
      resources: shop({
        client: {
          authentication,
          authorizationRequest: { responseMode: 'query.jwt', prompt: ['login'] },
        },
        more: [secret, posted, route],
      }),
      oidcProvider: {
        demandsSignatureOf: publicJwk,
        extraClients: [
          {
            client_id: 'posted',
            redirect_uris: [`https://${FORMS}:${port}/oauth2/callback`],
            token_endpoint_auth_method: 'private_key_jwt',
            jwks: { keys: [publicJwk] },
          },
        ],
      },
      envoy: {
        extraHosts: [
          { domain: FORMS, upstreamPort: upstream.port, isProtected: true, bodyMaxBytes: 8_192 },
        ],
      },
    }
  })
  afterAll(() => upstream.stop())
  const { newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  /** Where a login is sent to, before it is followed. */
  const begin = async () => {
    const browser = newHttpBrowser(stack())
    const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
    const { headers } = await browser.send(url('/orders'), { headers: navigation })
    return { browser, location: new URL(headers.location ?? '') }
  }

  it('R16, R17: signs in by a reference and an answer that is signed', async () => {
    const before = providerOf(stack()).requestCount('pushedRequest')
    const { browser, location } = await begin()
    expect([...location.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    expect(providerOf(stack()).requestCount('pushedRequest')).toBe(before + 1)
    const landed = await signInOn(browser, await browser.open(url('/orders?id=7')), 'alice')
    expect([landed.status, landed.url]).toEqual([200, url('/orders?id=7')])
    expect(landed.text).toContain('alice@example.test')
    const callback = landed.hops.map((hop) => new URL(hop)).find(isCallback)
    expect([...(callback?.searchParams.keys() ?? [])]).toEqual(['response'])
    expect(decodeJwt(callback?.searchParams.get('response') ?? '')).toMatchObject({
      iss: stack().issuer,
      aud: 'sallyport',
    })
    // Pages of the session take no more of it.
    const pushed = providerOf(stack()).requestCount('pushedRequest')
    expect((await browser.open(url('/orders?id=8'))).status).toBe(200)
    expect(providerOf(stack()).requestCount('pushedRequest')).toBe(pushed)
  })

  it('asks for the password again, whatever session the provider has', async () => {
    const { browser } = await signedIn(stack(), url('/orders'))
    browser.jar.plant(APP, '__Host-sallyport', 'gone')
    const page = await browser.open(url('/orders'))
    expect(new URL(page.url).hostname).toBe(PROVIDER_HOST)
    expect(page.text).toContain('type="password"')
  })

  it('R16: a browser brings an answer that it was given as a form, and keeps the page it wanted', async () => {
    const tab = await newTab()
    const visited: string[] = []
    const cookiesPosted: Promise<string | undefined>[] = []
    const callback = stack().url(FORMS, '/oauth2/callback')
    tab.on('request', (request) => {
      if (!request.isNavigationRequest()) return
      visited.push(`${request.method()} ${request.url()}`)
      if (request.url() !== callback) return
      cookiesPosted.push(request.allHeaders().then(({ cookie }) => cookie))
    })
    const wanted = stack().url(FORMS, '/orders?id=7')
    await tab.goto(wanted)
    await signInAt(tab, 'alice')
    await tab.waitForURL(wanted)
    // The form is of another site, for which a browser keeps the login cookie to itself.
    expect(await Promise.all(cookiesPosted)).toEqual([undefined])
    expect(upstream.requests().map(({ path }) => path)).toContain('/orders?id=7')
    expect(visited).toContain(`POST ${callback}`)
    expect(visited.some((one) => one.startsWith(`GET ${callback}?handoff=`))).toBe(true)
    expect(visited.join(' ')).not.toMatch(/[?&](?:code|state|response)=/)
  })

  it('R20: an answer that was changed, or that nobody signed, signs nobody in', async () => {
    for (const change of [
      (answer: URL) => {
        const response = answer.searchParams.get('response') ?? ''
        const [header, claims] = response.split('.')
        answer.searchParams.set('response', `${header}.${claims}.${'A'.repeat(342)}`)
      },
      (answer: URL) => {
        const { code, state } = decodeJwt(answer.searchParams.get('response') ?? '')
        answer.search = `${new URLSearchParams({ code: `${code}`, state: `${state}` })}`
      },
    ]) {
      const browser = newHttpBrowser(stack())
      const answer = await unusedCallback(stack(), browser, url('/orders'))
      change(answer)
      const refused = await browser.open(answer.href)
      expect([400, 403]).toContain(refused.status)
      expect(browser.jar.value(APP, '__Host-sallyport')).toBeUndefined()
    }
  })

  it('a reference is of no use to another client, nor a login without one', async () => {
    const { browser, location } = await begin()
    const other = new URL(location)
    other.searchParams.set('client_id', 'machine')
    expect((await browser.open(other.href)).status).toBe(400)
    const plain = new URL(location)
    plain.search = `${new URLSearchParams({
      client_id: 'sallyport',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: url('/oauth2/callback'),
    })}`
    const refused = await browser.fetch(plain.href)
    const told = `${refused.headers.location ?? ''} ${refused.text}`
    expect(told).toMatch(/Pushed.{1,3}Authorization.{1,3}Request/)
  })
})

const isCallback = ({ pathname }: URL): boolean => pathname === '/oauth2/callback'
