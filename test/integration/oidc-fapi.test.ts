import { randomBytes, X509Certificate } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../src/core/registration/client.ts'
import type { Profile } from '../../src/core/registration/profile.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { type HttpListener, startHttpListener } from '../support/parts/http-listener.ts'
import { type RunningOidcProvider, startOidcProvider } from '../support/parts/oidc-provider.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { startTlsFront, type TlsFront } from '../support/parts/tls-front.ts'
import { createTokenSigner } from '../support/token-signer.ts'

const [BY_KEY, BY_CERTIFICATE] = ['by-key', 'by-certificate']
const signer = createTokenSigner('client-key', 'PS256')

let application: HttpListener
let certified: RunningOidcProvider
let front: TlsFront
let server: Certificates
let own: Certificates

beforeAll(async () => {
  ;[server, own] = await Promise.all([
    createCertificates(['localhost']),
    createCertificates(['gateway']),
  ])
  application = await startHttpListener((_, response) => response.end('Back at the application.'))
  const certificate = { cert: server.certPem, key: server.keyPem }
  front = await startTlsFront(certificate, () => certified.port, { caPem: own.caPem })
  const common: Partial<ClientMetadata> = {
    redirect_uris: [`http://127.0.0.1:${application.port}/callback`],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid offline_access email',
    id_token_signed_response_alg: 'PS256',
    require_pushed_authorization_requests: true,
  }
  certified = await startOidcProvider({
    isFapi: true,
    demandsNonces: true,
    mutualTlsOrigin: `https://localhost:${front.port}`,
    extraClients: [
      {
        ...common,
        client_id: BY_KEY,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'PS256',
        dpop_bound_access_tokens: true,
        jwks: { keys: [signer.publicJwk as never] },
      },
      {
        ...common,
        client_id: BY_CERTIFICATE,
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: new X509Certificate(own.certPem).subject,
        tls_client_certificate_bound_access_tokens: true,
      },
    ],
  })
})

afterAll(async () => {
  await certified.stop()
  await front.stop()
  await application.takeDown()
  await Promise.all([server, own].map(({ remove }) => remove()))
})

const profileBy = (method: Profile['method'], binding: Profile['binding']): Profile => ({
  name: 'FAPI2Security',
  binding,
  method,
  algorithms: ['PS256', 'ES256', 'EdDSA'],
})

/** Our side of a login; the provider lives by the machine's clock, so ours begins there. */
const aWorld = (clientId: string) => {
  const clock = handSetClock(Date.now())
  const isByKey = clientId === BY_KEY
  const authentication: Client['authentication'] = isByKey
    ? {
        method: 'private_key_jwt',
        privateKeyPem: signer.privatePem,
        keyId: 'client-key',
        algorithm: 'PS256',
        assertionAudience: 'Issuer',
      }
    : { method: 'tls_client_auth', certificatePem: own.certPem, privateKeyPem: own.keyPem }
  const binding = isByKey ? 'DPoP' : 'MutualTLS'
  const { method } = authentication
  const client = aClient({
    provider: aProvider({ issuer: certified.issuer, caPem: server.caPem }),
    clientId,
    authentication,
    senderConstrained: binding,
    scopes: ['openid', 'email', 'offline_access'],
    authorizationParameters: { prompt: 'consent' },
    asking: {
      pushed: 'Always',
      signed: 'Auto',
      responseMode: 'query',
      ...(isByKey ? { algorithm: 'PS256' } : {}),
      profile: profileBy(method === 'private_key_jwt' ? method : 'tls_client_auth', binding),
    },
  })
  const login = aLogin({
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    codeVerifier: randomBytes(32).toString('base64url'),
    redirectUri: `http://127.0.0.1:${application.port}/callback`,
    ...(isByKey ? { proofKey: randomBytes(32).toString('base64url') } : {}),
  })
  const relyingParty = createRelyingParty({ providers: localProviders(clock), clock })
  return { client, login, relyingParty }
}

describe('the certified provider, which holds its clients to FAPI 2.0', () => {
  it.each([BY_KEY, BY_CERTIFICATE])('signs an end-user in and renews: %s', async (clientId) => {
    const { client, login, relyingParty } = aWorld(clientId)
    const browser = createHttpBrowser()
    onTestFinished(() => browser.close())
    const hint = { login_hint: 'alice' }
    const url = await relyingParty.authorizationUrl(client, login, hint, unlimited)
    expect([...new URL(url).searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    const back = await browser.submit(await browser.open(url), { password: 'alice-password' })
    const query = new URL(back.hops.at(-1) ?? '').searchParams
    expect(query.get('iss')).toBe(certified.issuer)
    const outcome = await relyingParty.exchange(client, login, query, unlimited)
    expect(outcome).toMatchObject({
      kind: 'tokens',
      tokens: { accessTokenIsBound: true, claims: { sub: 'alice' } },
    })
    if (outcome.kind !== 'tokens') return
    expect(await relyingParty.refresh(client, outcome.tokens, unlimited)).toMatchObject({
      kind: 'tokens',
      tokens: { accessTokenIsBound: true },
    })
  })
})
