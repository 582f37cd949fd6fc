import { randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { CodeOutcome, RefreshOutcome } from '../../src/core/provider/relying-party.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Client } from '../../src/core/registration/client.ts'
import { ownKeyOf } from '../../src/oidc/binding/own-key.ts'
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
import { createTokenSigner } from '../support/token-signer.ts'

const [SECRET_HOLDER, PUBLIC, ASSERTING] = ['with-secret', 'public', 'asserting']
const SECRET = 'the-secret-of-the-client'
const signer = createTokenSigner('client-key')

let application: HttpListener
let certified: RunningOidcProvider

beforeAll(async () => {
  application = await startHttpListener((_, response) => response.end('Back at the application.'))
  const common = {
    redirect_uris: [`http://127.0.0.1:${application.port}/callback`],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid offline_access email orders:read',
    dpop_bound_access_tokens: true,
  }
  certified = await startOidcProvider({
    demandsNonces: true,
    extraClients: [
      { ...common, client_id: SECRET_HOLDER, client_secret: SECRET },
      { ...common, client_id: PUBLIC, token_endpoint_auth_method: 'none' },
      {
        ...common,
        client_id: ASSERTING,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [signer.publicJwk as never] },
      },
    ],
  })
})

afterAll(async () => {
  await certified.stop()
  await application.takeDown()
})

const AUTHENTICATION: Readonly<Record<string, Client['authentication']>> = {
  [SECRET_HOLDER]: { method: 'client_secret_basic', secret: SECRET },
  [PUBLIC]: { method: 'none' },
  [ASSERTING]: {
    method: 'private_key_jwt',
    privateKeyPem: signer.privatePem,
    algorithm: 'RS256',
    assertionAudience: 'Issuer',
  },
}

/** Our side of a login; the provider lives by the machine's clock, so ours begins there. */
const aWorld = (clientId: string, changes: Partial<Client> = {}) => {
  const clock = handSetClock(Date.now())
  const providers = localProviders(clock)
  const client = aClient({
    provider: aProvider({ issuer: certified.issuer }),
    clientId,
    authentication: AUTHENTICATION[clientId] ?? { method: 'none' },
    senderConstrained: 'DPoP',
    scopes: ['openid', 'email', 'offline_access', 'orders:read'],
    resources: [API_AUDIENCE],
    ...changes,
  })
  const login = aLogin({
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    codeVerifier: randomBytes(32).toString('base64url'),
    proofKey: randomBytes(32).toString('base64url'),
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

const thumbprintIn = ({ accessToken }: Tokens): unknown => {
  const { cnf } = decodeJwt<{ readonly cnf?: { readonly jkt?: string } }>(accessToken)
  return cnf?.jkt
}

describe('tokens that the certified provider binds to the key of a session (RFC 9449)', () => {
  it.each([SECRET_HOLDER, PUBLIC, ASSERTING])(
    'are of one key from login to refresh, with nonces that it gives: %s',
    async (clientId) => {
      const world = aWorld(clientId)
      const { relyingParty, client, login } = world
      const query = await signIn(world)
      const before = certified.requestCount('token')
      const tokens = tokensOf(await relyingParty.exchange(client, login, query, unlimited))
      expect(certified.requestCount('token')).toBe(before + 2)
      expect(tokens).toMatchObject({ accessTokenIsBound: true, proofKey: login.proofKey })
      expect(thumbprintIn(tokens)).toBe(ownKeyOf(login.proofKey ?? '').jkt)
      const next = tokensOf(await relyingParty.refresh(client, tokens, unlimited))
      expect(certified.requestCount('token')).toBe(before + 3)
      expect(next.accessToken).not.toBe(tokens.accessToken)
      expect(next).toMatchObject({ accessTokenIsBound: true, proofKey: login.proofKey })
      expect(thumbprintIn(next)).toBe(thumbprintIn(tokens))
    },
  )

  it('a nonce of one session is known to the others', async () => {
    const world = aWorld(SECRET_HOLDER)
    const { relyingParty, client, login } = world
    tokensOf(await relyingParty.exchange(client, login, await signIn(world), unlimited))
    const other = { ...world, login: { ...aWorld(SECRET_HOLDER).login } }
    const query = await signIn(other)
    const before = certified.requestCount('token')
    const tokens = tokensOf(await relyingParty.exchange(client, other.login, query, unlimited))
    expect(certified.requestCount('token')).toBe(before + 1)
    expect(thumbprintIn(tokens)).not.toBe(ownKeyOf(login.proofKey ?? '').jkt)
  })

  it('userinfo is asked with a proof of the token', async () => {
    const world = aWorld(SECRET_HOLDER, { resources: [], userinfo: 'AtRefresh' })
    const { client, login } = world
    const relyingParty = askingUserinfo(world.relyingParty, createUserinfo(world))
    const query = await signIn(world)
    const tokens = tokensOf(await relyingParty.exchange(client, login, query, unlimited))
    expect(tokens.userinfo).toMatchObject({ sub: 'alice', email: 'alice@example.test' })
    const next = tokensOf(await relyingParty.refresh(client, tokens, unlimited))
    expect(next.userinfo).toMatchObject({ sub: 'alice' })
  })

  it('a code is of no use with another key than the one it was asked for with', async () => {
    const world = aWorld(PUBLIC)
    const query = await signIn(world)
    const stolen = { ...world.login, proofKey: 'of somebody else' }
    const outcome = await world.relyingParty.exchange(world.client, stolen, query, unlimited)
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'code_refused' })
  })

  it('a session of before goes on with a key that it gets at the next refresh', async () => {
    const world = aWorld(SECRET_HOLDER)
    const { relyingParty, client, login } = world
    const query = await signIn(world)
    const { proofKey: _, ...former } = tokensOf(
      await relyingParty.exchange(client, login, query, unlimited),
    )
    const next = tokensOf(await relyingParty.refresh(client, former, unlimited))
    expect(next.proofKey).toEqual(expect.any(String))
    expect(thumbprintIn(next)).toBe(ownKeyOf(next.proofKey ?? '').jkt)
  })
})
