import { randomBytes } from 'node:crypto'
import type { JWK } from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { LoginState } from '../../src/core/provider/login-state.ts'
import type { CodeOutcome } from '../../src/core/provider/relying-party.ts'
import type { RevocationFacts } from '../../src/core/provider/token-revocation.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Client } from '../../src/core/registration/client.ts'
import type { Provider } from '../../src/core/registration/provider.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { createTokenRevocation } from '../../src/oidc/client/revocation.ts'
import { createUserinfo } from '../../src/oidc/client/userinfo.ts'
import { askingUserinfo } from '../../src/oidc/client/userinfo-claims.ts'
import { COOLDOWN_MS } from '../../src/oidc/provider/refreshed.ts'
import { createTokenVerifier } from '../../src/oidc/token/access-token.ts'
import { aBearerMethod, aClient, aProvider } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { type HttpListener, startHttpListener } from '../support/parts/http-listener.ts'
import {
  MACHINE_CLIENT,
  type RunningOidcProvider,
  startOidcProvider,
  WEB_CLIENT,
} from '../support/parts/oidc-provider.ts'
import { API_AUDIENCE } from '../support/parts/oidc-provider-settings.ts'
import { createTokenSigner } from '../support/token-signer.ts'

/** A client that is known by the public half of its key. */
const ASSERTING = 'asserting'
const signer = createTokenSigner('client-key')

let application: HttpListener
let certified: RunningOidcProvider

beforeAll(async () => {
  application = await startHttpListener((_, response) => response.end('Back at the application.'))
  const home = `http://127.0.0.1:${application.port}`
  certified = await startOidcProvider({
    redirectUris: [`${home}/callback`],
    postLogoutRedirectUris: [`${home}/signed-out`],
    extraClients: [
      {
        client_id: ASSERTING,
        token_endpoint_auth_method: 'private_key_jwt',
        redirect_uris: [`${home}/callback`],
        jwks: { keys: [signer.publicJwk as unknown as JWK] },
      },
    ],
  })
})

afterAll(async () => {
  await certified.stop()
  await application.takeDown()
})

const home = (): string => `http://127.0.0.1:${application.port}`

/**
 * Our side of a login at the certified provider; the provider lives by the machine's clock, so ours
 * begins there.
 */
const aWorld = (changes: Partial<Client> = {}) => {
  const clock = handSetClock(Date.now())
  const providers = localProviders(clock)
  const provider: Provider = aProvider({ issuer: certified.issuer })
  const client = aClient({
    provider,
    clientId: WEB_CLIENT.clientId,
    authentication: { method: 'client_secret_basic', secret: WEB_CLIENT.clientSecret },
    scopes: ['openid', 'email', 'offline_access', 'orders:read'],
    resources: [API_AUDIENCE],
    ...changes,
  })
  const login: LoginState = aLogin({
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    codeVerifier: randomBytes(32).toString('base64url'),
    redirectUri: `${home()}/callback`,
  })
  const relyingParty = createRelyingParty({ providers, clock })
  const verifier = createTokenVerifier({ providers, clock, cacheMaxEntries: 100 })
  const verify = (token: string) =>
    verifier.verify(token, [aBearerMethod({ provider, audiences: [API_AUDIENCE] })], unlimited)
  return { clock, providers, provider, client, login, relyingParty, verify }
}

type World = ReturnType<typeof aWorld>

const signIn = async ({ relyingParty, client, login }: World): Promise<URLSearchParams> => {
  const browser = createHttpBrowser()
  onTestFinished(() => browser.close())
  const hint = { login_hint: 'alice' }
  const page = await browser.open(
    await relyingParty.authorizationUrl(client, login, hint, unlimited),
  )
  const back = await browser.submit(page, { password: 'alice-password' })
  const callback = new URL(back.hops.at(-1) ?? '')
  expect(callback.origin + callback.pathname).toBe(login.redirectUri)
  return callback.searchParams
}

const tokensOf = (outcome: CodeOutcome): Tokens => {
  if (outcome.kind === 'tokens') return outcome.tokens
  throw new Error(`${outcome.reason}: ${outcome.detail}`)
}

const machineToken = async (): Promise<string> => {
  const { clientId, clientSecret } = MACHINE_CLIENT
  const response = await fetch(`${certified.issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' }),
  })
  const { access_token: token } = (await response.json()) as { readonly access_token: string }
  return token
}

describe('the certified provider', () => {
  it('R16: signs an end-user in, once per code', async () => {
    const world = aWorld()
    const query = await signIn(world)
    expect(query.get('iss')).toBe(certified.issuer)
    const tokens = tokensOf(
      await world.relyingParty.exchange(world.client, world.login, query, unlimited),
    )
    expect(tokens.claims).toMatchObject({ sub: 'alice', email: 'alice@example.test' })
    expect(tokens.refreshToken).toEqual(expect.any(String))
    expect(tokens.accessTokenExpiresAtMs).toBe(world.clock.nowMs() + 300_000)
    expect(tokens.scopes).toContain('orders:read')
    const again = await world.relyingParty.exchange(world.client, world.login, query, unlimited)
    expect(again).toMatchObject({ kind: 'refused', reason: 'code_refused' })
  })

  it('is asked for userinfo with the access token that it issued', async () => {
    const world = aWorld({ resources: [], scopes: ['openid', 'profile'], userinfo: 'AtLogin' })
    const userinfo = createUserinfo(world)
    const query = await signIn(world)
    const outcome = await askingUserinfo(world.relyingParty, userinfo).exchange(
      world.client,
      world.login,
      query,
      unlimited,
    )
    expect(tokensOf(outcome).userinfo).toMatchObject({ sub: 'alice', name: 'alice' })
    expect(certified.requestCount('userinfo')).toBe(1)
  })

  it('R16: refuses a code without its verifier', async () => {
    const world = aWorld()
    const query = await signIn(world)
    const login = { ...world.login, codeVerifier: randomBytes(32).toString('base64url') }
    const outcome = await world.relyingParty.exchange(world.client, login, query, unlimited)
    expect(outcome).toMatchObject({ reason: 'code_refused' })
  })

  it('R23: an ID token of another nonce is refused', async () => {
    const world = aWorld()
    const query = await signIn(world)
    const login = { ...world.login, nonce: 'other' }
    const outcome = await world.relyingParty.exchange(world.client, login, query, unlimited)
    expect(outcome).toMatchObject({ reason: 'id_token_invalid' })
  })

  it.each(['Issuer', 'TokenEndpoint'] as const)(
    'R21: takes a client assertion, as often as it is asked, for this audience: %s',
    async (assertionAudience) => {
      const { relyingParty, client, login } = aWorld({
        clientId: ASSERTING,
        authentication: {
          method: 'private_key_jwt',
          assertionAudience,
          privateKeyPem: signer.privatePem,
          keyId: 'client-key',
          algorithm: 'RS256',
        },
      })
      const query = new URLSearchParams({
        code: 'made-up',
        state: login.state,
        iss: certified.issuer,
      })
      // The client is known, and what it asks for is not.
      for (const _ of ['first', 'second']) {
        const outcome = await relyingParty.exchange(client, login, query, unlimited)
        expect(outcome).toMatchObject({ kind: 'refused', reason: 'code_refused' })
      }
    },
  )

  it('refuses a wrong client secret, which is for the operator to mend', async () => {
    const world = aWorld({ authentication: { method: 'client_secret_basic', secret: 'wrong' } })
    const query = await signIn(world)
    const exchange = world.relyingParty.exchange(world.client, world.login, query, unlimited)
    await expect(exchange).rejects.toMatchObject({ code: 'provider_misconfigured' })
  })

  it('R27: rotates refresh tokens, and a used one ends the session', async () => {
    const world = aWorld()
    const query = await signIn(world)
    const { relyingParty, client } = world
    const first = tokensOf(await relyingParty.exchange(client, world.login, query, unlimited))
    const refreshed = await relyingParty.refresh(client, first, unlimited)
    if (refreshed.kind !== 'tokens') throw new Error(refreshed.detail)
    expect(refreshed.tokens.accessToken).not.toBe(first.accessToken)
    expect(refreshed.tokens.refreshToken).not.toBe(first.refreshToken)
    expect(refreshed.tokens.claims.sub).toBe('alice')
    expect((await relyingParty.refresh(client, first, unlimited)).kind).toBe('refused')
  })

  it('R23: issues access tokens that are accepted, and ID tokens that are not', async () => {
    const world = aWorld()
    const query = await signIn(world)
    const tokens = tokensOf(
      await world.relyingParty.exchange(world.client, world.login, query, unlimited),
    )
    expect(await world.verify(tokens.accessToken)).toMatchObject({
      kind: 'verified',
      subject: 'alice',
      scopes: ['orders:read'],
    })
    expect(await world.verify(tokens.idToken ?? '')).toMatchObject({ kind: 'rejected' })
    expect(await world.verify(await machineToken())).toMatchObject({
      kind: 'verified',
      subject: MACHINE_CLIENT.clientId,
    })
  })

  it('takes tokens back: a refresh token that was revoked is refused from then on', async () => {
    const world = aWorld()
    const query = await signIn(world)
    const { relyingParty, client, providers, clock } = world
    const tokens = tokensOf(await relyingParty.exchange(client, world.login, query, unlimited))
    const facts: RevocationFacts[] = []
    const observe = (one: RevocationFacts) => void facts.push(one)
    const deps = { providers, clock, newBudget: () => unlimited, observe }
    const revocation = createTokenRevocation(deps)
    revocation.revoke(client, tokens)
    await revocation.close()
    expect(facts[0]).toEqual({ client: client.name, kind: 'refresh_token', outcome: 'revoked' })
    expect((await relyingParty.refresh(client, tokens, unlimited)).kind).toBe('refused')
  })

  it('ends its own session when it is asked to', async () => {
    const world = aWorld()
    const query = await signIn(world)
    const { relyingParty, client } = world
    const { idToken } = tokensOf(await relyingParty.exchange(client, world.login, query, unlimited))
    const request = { state: 'out-1', returnUrl: `${home()}/signed-out` }
    const hint = idToken === undefined ? {} : { idToken }
    const url = await relyingParty.endSessionUrl(client, { ...request, ...hint }, unlimited)
    const browser = createHttpBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.open(url ?? '')
    const back = page.hops.length > 1 ? page : await browser.submit(page, { logout: 'yes' })
    expect(back.hops.at(-1)).toBe(`${home()}/signed-out?state=out-1`)
  })

  it('R26: may rotate its keys: tokens of the new one are accepted after the cooldown', async () => {
    const world = aWorld()
    expect((await world.verify(await machineToken())).kind).toBe('verified')
    certified.rotateKeys({ keepOld: true })
    world.clock.advance(COOLDOWN_MS)
    const before = certified.requestCount('jwks')
    expect((await world.verify(await machineToken())).kind).toBe('verified')
    expect(certified.requestCount('jwks')).toBe(before + 1)
  })

  it('R26: may be down: tokens are still accepted, logins are a fault, and both heal', async () => {
    const world = aWorld()
    const token = await machineToken()
    expect((await world.verify(token)).kind).toBe('verified')
    await certified.takeDown()
    try {
      world.clock.advance(60_000)
      expect((await world.verify(token)).kind).toBe('verified')
      const callback = new URLSearchParams({
        code: 'code-1',
        state: world.login.state,
        iss: certified.issuer,
      })
      const exchange = world.relyingParty.exchange(world.client, world.login, callback, unlimited)
      await expect(exchange).rejects.toMatchObject({ code: 'provider_unreachable' })
    } finally {
      await certified.bringUp()
    }
    world.clock.advance(5_000)
    const query = await signIn(world)
    tokensOf(await world.relyingParty.exchange(world.client, world.login, query, unlimited))
  })
})
