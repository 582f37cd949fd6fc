import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import type { RevocationFacts } from '../../../../src/core/provider/token-revocation.ts'
import type { Tokens } from '../../../../src/core/provider/tokens.ts'
import type { Client, ClientAuthentication } from '../../../../src/core/registration/client.ts'
import type { Provider } from '../../../../src/core/registration/provider.ts'
import { createTokenRevocation } from '../../../../src/oidc/client/revocation.ts'
import { aClient, someTokens } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import {
  type HostileAnswer,
  hang,
  json,
  redirectTo,
  text,
} from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

const SECRET = 'correct horse'

const aRevocation = async (
  changes: { readonly client?: Partial<Client>; readonly provider?: Partial<Provider> } = {},
) => {
  const { hostile, provider } = await aHostileProvider(changes.provider)
  const clock = handSetClock()
  const client = aClient({ provider, ...changes.client })
  const facts: RevocationFacts[] = []
  const revocation = createTokenRevocation({
    providers: localProviders(clock),
    clock,
    newBudget: () => unlimited,
    observe: (one) => void facts.push(one),
  })
  const revoke = async (tokens: Partial<Tokens> = {}) => {
    revocation.revoke(client, someTokens(clock.nowMs(), tokens))
    await revocation.close()
    return facts.map(({ kind, outcome }) => `${kind} ${outcome}`)
  }
  return { hostile, clock, client, facts, revocation, revoke }
}

type World = Awaited<ReturnType<typeof aRevocation>>

const sent = ({ hostile }: World) =>
  hostile.revocationRequests.map(({ form }) => Object.fromEntries(form))

describe('token revocation', () => {
  it('takes back the refresh token, then the access token, as the client', async () => {
    const world = await aRevocation()
    expect(await world.revoke()).toEqual(['refresh_token revoked', 'access_token revoked'])
    expect(sent(world)).toEqual([
      { token: 'refresh-1', token_type_hint: 'refresh_token' },
      { token: 'access-1', token_type_hint: 'access_token' },
    ])
    const basic = Buffer.from('shop:correct%20horse').toString('base64')
    expect(world.hostile.revocationRequests[0]?.authorization).toBe(`Basic ${basic}`)
  })

  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateKeyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const methods: readonly [ClientAuthentication, (form: URLSearchParams) => void][] = [
    [
      { method: 'client_secret_post', secret: SECRET },
      (form) => expect(form.get('client_secret')).toBe(SECRET),
    ],
    [{ method: 'none' }, (form) => expect(form.get('client_id')).toBe('shop')],
    [
      { method: 'private_key_jwt', assertionAudience: 'Issuer', privateKeyPem, algorithm: 'ES256' },
      (form) => expect(decodeJwt(form.get('client_assertion') ?? '').sub).toBe('shop'),
    ],
  ]

  it.each(methods)('authenticates as the client does: %o', async (authentication, check) => {
    const world = await aRevocation({ client: { authentication } })
    await world.revoke()
    const [request] = world.hostile.revocationRequests
    expect(request?.authorization).toBeUndefined()
    check(request?.form ?? new URLSearchParams())
  })

  it('R21: its assertions are for the issuer alone, each with a jti of its own', async () => {
    const authentication = {
      method: 'private_key_jwt',
      assertionAudience: 'Issuer',
      privateKeyPem,
      algorithm: 'ES256',
    } as const
    const world = await aRevocation({ client: { authentication } })
    await world.revoke()
    const assertions = world.hostile.revocationRequests.map(({ form }) =>
      decodeJwt(form.get('client_assertion') ?? ''),
    )
    expect(assertions.map(({ aud }) => aud)).toEqual([world.hostile.issuer, world.hostile.issuer])
    expect(new Set(assertions.map(({ jti }) => jti)).size).toBe(2)
  })

  it('leaves out an access token that has expired, and a refresh token that is not there', async () => {
    const world = await aRevocation()
    const expired = { accessTokenExpiresAtMs: world.clock.nowMs() }
    expect(await world.revoke(expired)).toEqual(['refresh_token revoked'])
    const { refreshToken: _, ...alone } = someTokens(world.clock.nowMs())
    world.revocation.revoke(world.client, alone)
    await world.revocation.close()
    expect(sent(world).map(({ token }) => token)).toEqual(['refresh-1', 'access-1'])
  })

  it('asks a provider without a revocation endpoint nothing', async () => {
    const world = await aRevocation()
    world.hostile.setMetadata({ revocation_endpoint: undefined })
    expect(await world.revoke()).toEqual([])
    expect(world.hostile.requestCount('revocation')).toBe(0)
  })

  it('asks where the configuration says, whatever the metadata says', async () => {
    const { hostile, provider } = await aHostileProvider()
    const endpoints = { revocation: `${hostile.issuer}/revoke` }
    hostile.setMetadata({ revocation_endpoint: 'http://127.0.0.1:1/nowhere' })
    const world = await aRevocation({ client: { provider: { ...provider, endpoints } } })
    expect(await world.revoke()).toEqual(['refresh_token revoked', 'access_token revoked'])
    expect(hostile.requestCount('revocation')).toBe(2)
  })

  const failures: readonly [string, HostileAnswer, string, RegExp][] = [
    ['unsupported_token_type', json({ error: 'unsupported_token_type' }, 400), 'unsupported', /^$/],
    ['invalid_client', json({ error: 'invalid_client' }, 401), 'failed', /invalid_client/],
    [
      'B1: an error that is no JSON',
      text('<b>no</b>', 400, 'text/html'),
      'failed',
      /status 400 with a page of HTML/,
    ],
    ['B1: 400 without a body', text('', 400), 'failed', /status 400 with an empty body/],
    [
      'B2: 401 and nothing else',
      text('', 401),
      'failed',
      /`authentication.method` is client_secret_basic, and the metadata lists no methods/,
    ],
    ['503', text('', 503), 'failed', /status 503/],
    ['a redirect', redirectTo('https://evil.example.com/'), 'failed', /redirect/],
  ]

  it.each(failures)('tells of %s, and throws nothing', async (_, answer, outcome, detail) => {
    const world = await aRevocation()
    world.hostile.answer('revocation', answer)
    expect(await world.revoke()).toEqual([`refresh_token ${outcome}`, `access_token ${outcome}`])
    expect(world.facts[0]?.detail ?? '').toMatch(detail)
    expect(JSON.stringify(world.facts)).not.toMatch(/refresh-1|access-1|correct/)
  })

  it('B1: tells of an error without the token that it echoes', async () => {
    const world = await aRevocation()
    const told = { error: 'invalid_request', error_description: 'no such token: refresh-1' }
    world.hostile.answer('revocation', json(told, 400))
    await world.revoke({ accessTokenExpiresAtMs: 0 })
    expect(world.facts.map(({ detail }) => detail)).toEqual([
      'The provider answered invalid_request: no such token: (not shown).',
    ])
  })

  it('B2: refused with invalid_client names the methods that the metadata lists for revocation, or else for tokens', async () => {
    for (const endpoint of ['revocation', 'token']) {
      const world = await aRevocation()
      world.hostile.setMetadata({
        [`${endpoint}_endpoint_auth_methods_supported`]: ['private_key_jwt'],
      })
      world.hostile.answer('revocation', json({ error: 'invalid_client' }, 401))
      await world.revoke()
      expect(world.facts[0]?.detail).toMatch(/and the metadata lists private_key_jwt: choose/)
    }
  })

  it('B2: leaves letters, digits and -_.~ of id and secret as they are', async () => {
    const authentication = { method: 'client_secret_basic', secret: 'a_b.c~d-e f' } as const
    const world = await aRevocation({ client: { authentication, clientId: 'web-app' } })
    await world.revoke()
    const basic = Buffer.from('web-app:a_b.c~d-e%20f').toString('base64')
    expect(world.hostile.revocationRequests[0]?.authorization).toBe(`Basic ${basic}`)
  })

  it('B4: its assertions are for the token endpoint where the client says so', async () => {
    const authentication = {
      method: 'private_key_jwt',
      assertionAudience: 'TokenEndpoint',
      privateKeyPem,
      algorithm: 'ES256',
    } as const
    const world = await aRevocation({ client: { authentication } })
    await world.revoke()
    const [request] = world.hostile.revocationRequests
    const { aud } = decodeJwt(request?.form.get('client_assertion') ?? '')
    expect(aud).toBe(`${world.hostile.issuer}/token`)
  })

  it('takes any success for one', async () => {
    const world = await aRevocation()
    world.hostile.answer('revocation', (response) => response.writeHead(204).end())
    expect(await world.revoke()).toEqual(['refresh_token revoked', 'access_token revoked'])
  })

  it('keeps nobody waiting for a provider that is silent, and gives it up in time', async () => {
    const world = await aRevocation({ provider: { requestTimeoutMs: 50 } })
    world.hostile.answer('revocation', hang)
    expect(world.revocation.revoke(world.client, someTokens(world.clock.nowMs()))).toBeUndefined()
    expect(world.facts).toEqual([])
    await world.revocation.close()
    expect(world.facts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
  })

  it('gives a silent provider up with the budget of whoever waits for it', async () => {
    const world = await aRevocation({ provider: { requestTimeoutMs: 600_000 } })
    world.hostile.answer('revocation', hang)
    const given = new AbortController()
    const tokens = someTokens(world.clock.nowMs())
    const revoked = world.revocation.revoked(world.client, tokens, { signal: given.signal })
    given.abort()
    await revoked
    expect(world.facts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
  })

  it('tells of a provider that is down', async () => {
    const world = await aRevocation()
    await world.hostile.takeDown()
    expect(await world.revoke()).toEqual(['refresh_token failed', 'access_token failed'])
  })
})
