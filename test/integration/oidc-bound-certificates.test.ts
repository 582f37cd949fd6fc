import { randomBytes, X509Certificate } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { CodeOutcome, RefreshOutcome } from '../../src/core/provider/relying-party.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Client, ClientCertificate } from '../../src/core/registration/client.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { createUserinfo } from '../../src/oidc/client/userinfo.ts'
import { askingUserinfo } from '../../src/oidc/client/userinfo-claims.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { type HttpListener, startHttpListener } from '../support/parts/http-listener.ts'
import { type RunningOidcProvider, startOidcProvider } from '../support/parts/oidc-provider.ts'
import { API_AUDIENCE } from '../support/parts/oidc-provider-settings.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { startTlsFront, type TlsFront } from '../support/parts/tls-front.ts'
import { unsignedToken } from '../support/token-signer.ts'

const [BINDING, LAX] = ['binding', 'lax']
const SECRET = 'the-secret-of-the-client'

let application: HttpListener
let certified: RunningOidcProvider
let front: TlsFront
let server: Certificates
let first: Certificates
let second: Certificates

beforeAll(async () => {
  ;[server, first, second] = await Promise.all([
    createCertificates(['localhost']),
    createCertificates(['gateway']),
    createCertificates(['gateway']),
  ])
  application = await startHttpListener((_, response) => response.end('Back at the application.'))
  const common = {
    client_secret: SECRET,
    redirect_uris: [`http://127.0.0.1:${application.port}/callback`],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid offline_access email orders:read',
  }
  const certificate = { cert: server.certPem, key: server.keyPem }
  front = await startTlsFront(certificate, () => certified.port, { caPem: first.caPem })
  certified = await startOidcProvider({
    mutualTlsOrigin: `https://localhost:${front.port}`,
    extraClients: [
      { ...common, client_id: BINDING, tls_client_certificate_bound_access_tokens: true },
      { ...common, client_id: LAX },
    ],
  })
})

afterAll(async () => {
  await certified.stop()
  await front.stop()
  await application.takeDown()
  await Promise.all([server, first, second].map(({ remove }) => remove()))
})

const asShown = ({ certPem, keyPem }: Certificates): ClientCertificate => ({
  certificatePem: certPem,
  privateKeyPem: keyPem,
})

const hashOf = ({ certPem }: Certificates): string =>
  Buffer.from(new X509Certificate(certPem).fingerprint256.replaceAll(':', ''), 'hex').toString(
    'base64url',
  )

/** Our side of a login; the provider lives by the machine's clock, so ours begins there. */
const aWorld = (clientId: string, changes: Partial<Client> = {}) => {
  const clock = handSetClock(Date.now())
  const providers = localProviders(clock)
  const client = aClient({
    provider: aProvider({ issuer: certified.issuer, caPem: server.caPem }),
    clientId,
    authentication: { method: 'client_secret_basic', secret: SECRET },
    senderConstrained: 'MutualTLS',
    bindingCertificate: asShown(first),
    scopes: ['openid', 'email', 'offline_access', 'orders:read'],
    resources: [API_AUDIENCE],
    ...changes,
  })
  const login = aLogin({
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    codeVerifier: randomBytes(32).toString('base64url'),
    redirectUri: `http://127.0.0.1:${application.port}/callback`,
  })
  const relyingParty = createRelyingParty({ providers, clock })
  return { clock, providers, client, login, relyingParty }
}

type World = ReturnType<typeof aWorld>

const signIn = async ({ relyingParty, client, login }: World): Promise<URLSearchParams> => {
  const browser = createHttpBrowser()
  onTestFinished(() => browser.close())
  const hint = { login_hint: 'alice' }
  const url = await relyingParty.authorizationUrl(client, login, hint, unlimited)
  const back = await browser.submit(await browser.open(url), { password: 'alice-password' })
  return new URL(back.hops.at(-1) ?? '').searchParams
}

const tokensOf = (outcome: CodeOutcome | RefreshOutcome): Tokens => {
  if (outcome.kind === 'tokens') return outcome.tokens
  throw new Error(outcome.detail)
}

const hashIn = ({ accessToken }: Tokens): unknown => {
  const { cnf } = decodeJwt<{ readonly cnf?: Readonly<Record<string, string>> }>(accessToken)
  return cnf?.['x5t#S256']
}

describe('tokens that the certified provider binds to the certificate (RFC 8705 section 3)', () => {
  it('are of the one that is shown, and of the next one from the next refresh on', async () => {
    const world = aWorld(BINDING)
    const { relyingParty, client, login } = world
    const query = await signIn(world)
    const tokens = tokensOf(await relyingParty.exchange(client, login, query, unlimited))
    expect(tokens.accessTokenIsBound).toBe(true)
    expect(hashIn(tokens)).toBe(hashOf(first))
    const renewed = { ...client, bindingCertificate: asShown(second) }
    const next = tokensOf(await relyingParty.refresh(renewed, tokens, unlimited))
    expect(hashIn(next)).toBe(hashOf(second))
    const swapped = { ...client, bindingCertificate: asShown(first) }
    world.providers.retain([client.provider], [renewed])
    const late = tokensOf(await relyingParty.refresh(swapped, next, unlimited))
    expect(hashIn(late)).toBe(hashOf(second))
  })

  it('are shown to userinfo by the same certificate', async () => {
    const world = aWorld(BINDING, { resources: [], userinfo: 'AtLogin' })
    const { client, login } = world
    const relyingParty = askingUserinfo(world.relyingParty, createUserinfo(world))
    const outcome = await relyingParty.exchange(client, login, await signIn(world), unlimited)
    expect(tokensOf(outcome)).toMatchObject({
      accessTokenIsBound: true,
      userinfo: { sub: 'alice' },
    })
  })

  it('are refused where they are bound to nothing: at the login, and at a refresh', async () => {
    const world = aWorld(LAX)
    const { relyingParty, client, login } = world
    const detail = expect.stringMatching(/bound to no certificate .* MutualTLS/)
    const outcome = await relyingParty.exchange(client, login, await signIn(world), unlimited)
    expect(outcome).toEqual({ kind: 'refused', reason: 'access_token_unbound', detail })
    const before = aWorld(LAX, { senderConstrained: 'None' })
    const query = await signIn(before)
    const tokens = tokensOf(
      await before.relyingParty.exchange(before.client, before.login, query, unlimited),
    )
    expect(await relyingParty.refresh(client, tokens, unlimited)).toEqual({
      kind: 'refused',
      detail,
    })
  })

  it('are refused at a refresh that brings an opaque one where the one before was bound', async () => {
    const world = aWorld(LAX, { resources: [] })
    const { relyingParty, client, login } = world
    const query = await signIn(world)
    const opaque = tokensOf(await relyingParty.exchange(client, login, query, unlimited))
    const accessToken = unsignedToken({ sub: 'alice', cnf: { 'x5t#S256': hashOf(first) } })
    expect(await relyingParty.refresh(client, { ...opaque, accessToken }, unlimited)).toEqual({
      kind: 'refused',
      detail: expect.stringMatching(/before was bound to a certificate/),
    })
  })
})
