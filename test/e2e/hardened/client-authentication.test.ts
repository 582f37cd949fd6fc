import { createPublicKey, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { ClientMetadata, JWK } from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { APP, BROKEN, OPS, ours, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { type HttpListener, startHttpListener } from '../../support/parts/http-listener.ts'
import { KEYCLOAK_ADMIN, keycloakAdmin } from '../../support/parts/keycloak-admin.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'
import { type Certificates, createCertificates, createSelfSigned } from '../../support/parts/tls.ts'
import { startTlsFront, type TlsFront } from '../../support/parts/tls-front.ts'
import { aServiceAccountToken, CLUSTER, clusterKeys } from '../../support/service-account-tokens.ts'

interface Shown {
  readonly cert: string
  readonly key: string
}

const shownBy = ({ certPem, keyPem }: Certificates): Shown => ({ cert: certPem, key: keyPem })

const tlsSecret = (name: string, { cert, key }: Shown): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'shop' },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': cert, 'tls.key': key },
  })

const fingerprint = (pem: string): string =>
  pem === '' ? 'none' : new X509Certificate(pem).fingerprint256

const registered = (port: number, metadata: ClientMetadata): ClientMetadata => ({
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [APP, OPS, BROKEN].map((host) => `https://${host}:${port}/oauth2/callback`),
  post_logout_redirect_uris: [APP, OPS].map((host) => `https://${host}:${port}/oauth2/logout`),
  scope: 'openid offline_access profile email orders:read orders:write',
  ...metadata,
})

const registeredKey = ({ cert }: Shown): JWK => ({
  ...(createPublicKey(cert).export({ format: 'jwk' }) as JWK),
  x5c: [new X509Certificate(cert).raw.toString('base64')],
})

describe('clients that show a certificate to their provider', () => {
  const started: { readonly stop: () => Promise<unknown> }[] = []
  let front: TlsFront
  let first: Shown
  let renewed: Shown
  let own: Shown

  const stack = useStack(async () => {
    const port = await freePort()
    const server = await createCertificates(['mtls.localhost'])
    const issued = [await createCertificates(['shop']), await createCertificates(['shop'])] as const
    for (const one of [server, ...issued]) started.push({ stop: one.remove })
    first = shownBy(issued[0])
    renewed = shownBy(issued[1])
    own = await createSelfSigned('own', 30)
    front = await startTlsFront(
      { cert: server.certPem, key: server.keyPem },
      () => providerOf(stack()).port,
      { caPem: issued[0].caPem + issued[1].caPem },
    )
    started.push(front)
    const byCertificate = (name: string, method: string) => ({
      clientId: name,
      authentication: { method, certificateRef: { name } },
    })
    return {
      port,
      oidcProvider: {
        mutualTlsOrigin: `https://mtls.localhost:${front.port}`,
        // Every use of a session refreshes it.
        accessTokenLifetimeSeconds: 2,
        extraClients: [
          registered(port, {
            client_id: 'certified',
            token_endpoint_auth_method: 'tls_client_auth',
            tls_client_auth_subject_dn: 'CN=shop',
          }),
          registered(port, {
            client_id: 'self-signed',
            token_endpoint_auth_method: 'self_signed_tls_client_auth',
            jwks: { keys: [registeredKey(own)] },
          }),
        ],
      },
      resources: (facts) => ({
        ...shop({
          client: { ...byCertificate('certified', 'tls_client_auth') },
          more: [
            ours('OIDCClient', 'own', {
              providerRef: { name: 'idp' },
              ...byCertificate('self-signed', 'self_signed_tls_client_auth'),
            }),
            ours('ProtectedRoute', 'own', { hosts: [BROKEN], clientRef: { name: 'own' } }),
          ],
        })({ ...facts, caPem: facts.caPem + server.caPem }),
        'certified.yaml': tlsSecret('certified', first),
        'self-signed.yaml': tlsSecret('self-signed', own),
      }),
    }
  })
  afterAll(async () => {
    for (const { stop } of started) await stop()
  })

  const shownSince = (before: number): readonly string[] => [
    ...new Set(front.shown().slice(before).map(fingerprint)),
  ]

  it('R31: sign people in, refresh, and sign out at the provider, and never by a secret', async () => {
    const provider = providerOf(stack())
    const { browser, landed } = await signedIn(stack(), stack().url(APP, '/orders'))
    expect(landed.text).toContain('alice@example.test')
    const asked = provider.requestCount('token')
    const askedAfterUse = async (): Promise<number> => {
      await browser.fetch(stack().url(APP, '/again'))
      return provider.requestCount('token')
    }
    await expect.poll(askedAfterUse, { timeout: 10_000 }).toBeGreaterThan(asked)
    await browser.open(stack().url(APP, '/oauth2/logout'))
    await expect.poll(() => provider.requestCount('revocation'), { timeout: 10_000 }).toBe(2)
    expect(shownSince(0)).toEqual([fingerprint(first.cert)])
    expect(front.shown().length).toBeGreaterThan(2)
    expect(stack().sallyport.output()).not.toContain('PRIVATE KEY')
  })

  it('may have signed their certificate themselves', async () => {
    const before = front.shown().length
    const { landed } = await signedIn(stack(), stack().url(BROKEN, '/orders'))
    expect(landed.text).toContain('alice@example.test')
    expect(shownSince(before)).toEqual([fingerprint(own.cert)])
  })

  it('show a renewed certificate from the next connection on', async () => {
    const { sallyport } = stack()
    await sallyport.writeResource('certified.yaml', tlsSecret('certified', renewed))
    const shownAtLogin = async (): Promise<string> => {
      await signedIn(stack(), stack().url(APP, '/orders'))
      return fingerprint(front.shown().at(-1) ?? '')
    }
    await expect.poll(shownAtLogin, { timeout: 10_000 }).toBe(fingerprint(renewed.cert))
    const since = front.shown().length
    await signedIn(stack(), stack().url(APP, '/orders'))
    expect(shownSince(since)).toEqual([fingerprint(renewed.cert)])
  })

  it('are told by field why their provider does not take one', async () => {
    const { sallyport } = stack()
    const other = await createSelfSigned('other', 30)
    await sallyport.writeResource('certified.yaml', tlsSecret('certified', other))
    const statusOfLogin = async (): Promise<number> => {
      const browser = newHttpBrowser(stack())
      const form = await browser.open(stack().url(APP, '/orders'))
      return (await signInOn(browser, form, 'alice')).status
    }
    await expect.poll(statusOfLogin, { timeout: 10_000 }).toBe(503)
    const told = () =>
      sallyport
        .decisions()
        .map((line) => JSON.stringify(line))
        .join('\n')
    await expect.poll(told).toContain('authentication.certificateRef')
    await sallyport.writeResource('certified.yaml', tlsSecret('certified', renewed))
    await expect.poll(statusOfLogin, { timeout: 10_000 }).toBe(200)
  })
})

describe('a client that shows a token of a service account, at a Keycloak that trusts the cluster', () => {
  const ACCOUNT = 'system:serviceaccount:shop:shop-login'
  const started: { readonly stop: () => Promise<unknown> }[] = []
  let keys: HttpListener
  let tokenFile: string

  const stack = useStack(async () => {
    const folder = await temporaryFolder('service-account')
    keys = await startHttpListener((_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(clusterKeys))
    })
    started.push({ stop: keys.takeDown }, { stop: folder.remove })
    tokenFile = `${folder.path}/token`
    await writeFile(tokenFile, 'not there yet')
    return {
      provider: 'keycloak',
      keycloak: { admin: KEYCLOAK_ADMIN },
      sessions: 'memory',
      resources: shop({ client: { authentication: { method: 'service_account_token' } } }),
      sallyport: {
        configuration: {
          credentials: {
            serviceAccountTokenFile: tokenFile,
            serviceAccountTokenClients: ['shop/web'],
          },
        },
      },
    }
  })
  beforeAll(async () => {
    const { call, changeClient } = keycloakAdmin(stack().keycloak)
    await call('POST', '/identity-provider/instances', {
      alias: 'cluster',
      providerId: 'oidc',
      enabled: true,
      config: {
        issuer: CLUSTER,
        useJwksUrl: 'true',
        jwksUrl: `http://127.0.0.1:${keys.port}/jwks`,
        validateSignature: 'true',
        supportsClientAssertions: 'true',
        supportsClientAssertionReuse: 'true',
        // Nobody signs in by it.
        clientId: 'none',
        clientSecret: 'none',
        clientAuthMethod: 'client_secret_post',
        authorizationUrl: 'http://127.0.0.1/none',
        tokenUrl: 'http://127.0.0.1/none',
      },
    })
    await changeClient(WEB_CLIENT.clientId, {
      clientAuthenticatorType: 'federated-jwt',
      attributes: { 'jwt.credential.issuer': 'cluster', 'jwt.credential.sub': ACCOUNT },
    })
  })
  afterAll(async () => {
    for (const { stop } of started) await stop()
  })

  const issue = (subject: string): Promise<void> =>
    writeFile(
      tokenFile,
      `${aServiceAccountToken(stack().issuer, Date.now() + 600_000, { sub: subject })}\n`,
    )

  const statusOfLogin = async (): Promise<number> => {
    const browser = newHttpBrowser(stack())
    const { name: username, password } = endUsers.alice
    const form = await browser.open(stack().url(APP, '/orders'))
    return (await browser.submit(form, { username, password })).status
  }

  it('R21: is told what is wrong with one that is for nobody, which Keycloak never sees', async () => {
    expect(await statusOfLogin()).toBe(503)
    const told = () => stack().sallyport.output()
    await expect.poll(told).toContain('the token in credentials.serviceAccountTokenFile is no JWT')
  })

  it('signs people in by one, and by the next one that the kubelet writes', async () => {
    await issue(ACCOUNT)
    expect(await statusOfLogin()).toBe(200)
    await issue('system:serviceaccount:shop:other')
    expect(await statusOfLogin()).toBe(503)
    const told = () => stack().sallyport.output()
    await expect.poll(told).toContain('that the provider trusts the issuer of the cluster')
    await issue(ACCOUNT)
    expect(await statusOfLogin()).toBe(200)
  })
})

describe('a client whose keys are made here, at a Keycloak that fetches them', () => {
  const stack = useStack({
    provider: 'keycloak',
    keycloak: { admin: KEYCLOAK_ADMIN },
    sessions: 'memory',
    resources: shop({
      client: {
        authentication: { method: 'private_key_jwt', managedKey: {}, algorithm: 'PS256' },
        authorizationRequest: { pushed: 'Always', signed: 'Always' },
      },
    }),
  })

  it('R21: signs people in by a request that is pushed and signed, and for a code, by one key', async () => {
    const url = `${stack().sallyport.httpUrl}/.well-known/clients/shop/web/jwks.json`
    await keycloakAdmin(stack().keycloak).changeClient(WEB_CLIENT.clientId, {
      clientAuthenticatorType: 'client-jwt',
      attributes: {
        'use.jwks.url': 'true',
        'jwks.url': url,
        'token.endpoint.auth.signing.alg': 'PS256',
        'request.object.signature.alg': 'PS256',
        'require.pushed.authorization.requests': 'true',
      },
    })
    const browser = newHttpBrowser(stack())
    const { name: username, password } = endUsers.alice
    const form = await browser.open(stack().url(APP, '/orders'))
    expect(form.hops.some((hop) => hop.includes('request_uri='))).toBe(true)
    expect((await browser.submit(form, { username, password })).status).toBe(200)
    const { keys } = (await (await fetch(url)).json()) as { readonly keys: readonly object[] }
    expect(keys).toHaveLength(2)
    expect(stack().sallyport.output()).toContain('sessions.store is memory')
  })
})
