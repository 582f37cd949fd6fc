import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Claims, Json } from '../../src/core/identity/identity.ts'
import type { Client } from '../../src/core/registration/client.ts'
import { ownKeyOf } from '../../src/oidc/binding/own-key.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { createUserinfo } from '../../src/oidc/client/userinfo.ts'
import { askingUserinfo } from '../../src/oidc/client/userinfo-claims.ts'
import { aClient, someTokens } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { type HostileAnswer, json } from '../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createTokenSigner, unsignedToken } from '../support/token-signer.ts'

const PROOF_KEY = 'what the key is made from'
const { jkt: OWN } = ownKeyOf(PROOF_KEY)
const { jkt: FOREIGN } = ownKeyOf('of somebody else')

/** A relying party whose tokens are bound to a key, and a provider that does as it likes. */
const aWorld = async (changes: Partial<Client> = {}) => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const providers = localProviders(clock)
  const client = aClient({ provider, senderConstrained: 'DPoP', ...changes })
  const login = aLogin({ proofKey: PROOF_KEY })
  const relyingParty = askingUserinfo(
    createRelyingParty({ providers, clock }),
    createUserinfo({ providers, clock }),
  )
  const seconds = Math.floor(clock.nowMs() / 1000)
  const tokenAnswer = (other: Readonly<Record<string, Json | undefined>> = {}): Claims =>
    JSON.parse(
      JSON.stringify({
        access_token: 'access-2',
        token_type: 'DPoP',
        expires_in: 300,
        refresh_token: 'refresh-2',
        id_token: hostile.signer.sign({
          iss: hostile.issuer,
          sub: 'alice',
          aud: client.clientId,
          iat: seconds,
          exp: seconds + 300,
          nonce: login.nonce,
        }),
        ...other,
      }),
    )
  hostile.setTokens(tokenAnswer())
  const query = new URLSearchParams({ code: 'code-1', state: login.state, iss: hostile.issuer })
  const held = { ...someTokens(clock.nowMs()), proofKey: PROOF_KEY }
  return {
    hostile,
    tokenAnswer,
    exchange: () => relyingParty.exchange(client, login, query, unlimited),
    refresh: () => relyingParty.refresh(client, held, unlimited),
    url: () => relyingParty.authorizationUrl(client, login, {}, unlimited),
  }
}

const withNonce =
  (answer: HostileAnswer, nonce: string): HostileAnswer =>
  (response) => {
    response.setHeader('dpop-nonce', nonce)
    answer(response)
  }

const WANTED = json({ error: 'use_dpop_nonce' }, 400)

const bound = (cnf: Json): string => unsignedToken({ sub: 'alice', cnf } as Claims)

describe('a provider that is to bind tokens to a key (RFC 9449)', () => {
  it('is asked with a proof each time, and told the key before', async () => {
    const { hostile, exchange, refresh, url } = await aWorld()
    expect(new URL(await url()).searchParams.get('dpop_jkt')).toBe(OWN)
    expect(await exchange()).toMatchObject({
      kind: 'tokens',
      tokens: { proofKey: PROOF_KEY, accessTokenIsBound: true },
    })
    expect(await refresh()).toMatchObject({ kind: 'tokens', tokens: { proofKey: PROOF_KEY } })
    const proofs = hostile.tokenRequests.map(({ proof = '' }) => proof)
    expect(proofs.map((proof) => decodeJwt(proof))).toMatchObject([
      { htm: 'POST', htu: `${hostile.issuer}/token` },
      { htm: 'POST', htu: `${hostile.issuer}/token` },
    ])
    expect(new Set(proofs.map((proof) => decodeJwt(proof).jti)).size).toBe(2)
    expect(JSON.stringify(proofs.map(decodeProtectedHeader))).not.toContain('"d"')
  })

  it.each(['Bearer', 'bearer', undefined, 'MAC'])(
    'is not believed where the token_type is %s: no login, and no session',
    async (token_type) => {
      const { hostile, exchange, refresh, tokenAnswer } = await aWorld()
      hostile.setTokens(tokenAnswer({ token_type }))
      const detail = expect.stringMatching(/token_type .* has to be DPoP, as `senderConstrained`/)
      expect(await exchange()).toEqual({ kind: 'refused', reason: 'access_token_unbound', detail })
      expect(await refresh()).toEqual({ kind: 'refused', detail })
    },
  )

  it.each<[string, Json]>([
    ['the key of somebody else', { jkt: FOREIGN }],
    ['a certificate that nobody showed', { jkt: OWN, 'x5t#S256': FOREIGN }],
    ['something that nobody here can prove', { kid: 'a' }],
  ])('may not bind a token to %s', async (_, cnf) => {
    const { hostile, exchange, refresh, tokenAnswer } = await aWorld()
    hostile.setTokens(tokenAnswer({ access_token: bound(cnf) }))
    expect(await exchange()).toMatchObject({ kind: 'refused', reason: 'access_token_unbound' })
    expect(await refresh()).toMatchObject({ kind: 'refused' })
    hostile.setTokens(tokenAnswer({ access_token: bound({ jkt: OWN }) }))
    expect(await exchange()).toMatchObject({ kind: 'tokens' })
  })

  it('gets a nonce that it wants with a new proof and a new assertion, once', async () => {
    const signer = createTokenSigner('client-key')
    const { hostile, exchange, tokenAnswer } = await aWorld({
      authentication: {
        method: 'private_key_jwt',
        privateKeyPem: signer.privatePem,
        algorithm: 'RS256',
        assertionAudience: 'Issuer',
      },
    })
    hostile.answer('token', (response) => {
      const isFirst = hostile.tokenRequests.length === 1
      withNonce(isFirst ? WANTED : json(tokenAnswer()), isFirst ? 'nonce-1' : 'nonce-2')(response)
    })
    expect(await exchange()).toMatchObject({ kind: 'tokens' })
    expect(await exchange()).toMatchObject({ kind: 'tokens' })
    const sent = hostile.tokenRequests.map(({ proof = '', form }) => ({
      ...decodeJwt<{ readonly nonce?: string }>(proof),
      assertion: decodeJwt(form.get('client_assertion') ?? '').jti,
    }))
    expect(sent.map(({ nonce }) => nonce)).toEqual([undefined, 'nonce-1', 'nonce-2'])
    expect(new Set(sent.map(({ jti }) => jti)).size).toBe(3)
    expect(new Set(sent.map(({ assertion }) => assertion)).size).toBe(3)
  })

  it.each([
    ['another one each time', (nth: number) => `nonce-${nth}`],
    ['one that is too long', () => 'n'.repeat(513)],
    ['one that is none', () => 'a b'],
    ['an empty one', () => ''],
  ])('that wants a nonce for ever, and gives %s, is asked twice and no more', async (_, nonce) => {
    const { hostile, exchange, refresh } = await aWorld()
    hostile.answer('token', (response) =>
      withNonce(WANTED, nonce(hostile.requestCount('token')))(response),
    )
    const fault = {
      code: 'provider_misconfigured',
      message: expect.stringMatching(/use_dpop_nonce.*does not take the one that it gave/),
    }
    await expect(exchange()).rejects.toMatchObject(fault)
    expect(hostile.requestCount('token')).toBe(2)
    await expect(refresh()).rejects.toMatchObject(fault)
    expect(hostile.requestCount('token')).toBe(4)
    for (const { proof = '' } of hostile.tokenRequests) expect(proof.length).toBeLessThan(1_000)
  })

  it('may want a nonce at its userinfo endpoint as well, once', async () => {
    const { hostile, exchange } = await aWorld({ userinfo: 'AtLogin' })
    const challenge: HostileAnswer = (response) => {
      response.writeHead(401, {
        'www-authenticate': 'DPoP error="use_dpop_nonce"',
        'dpop-nonce': 'nonce-of-userinfo',
      })
      response.end()
    }
    hostile.answer('userinfo', (response) =>
      (hostile.requestCount('userinfo') === 1 ? challenge : json({ sub: 'alice' }))(response),
    )
    expect(await exchange()).toMatchObject({ tokens: { userinfo: { sub: 'alice' } } })
    expect(hostile.requestCount('userinfo')).toBe(2)
    hostile.answer('userinfo', challenge)
    await expect(exchange()).rejects.toMatchObject({ code: 'provider_misconfigured' })
    expect(hostile.requestCount('userinfo')).toBe(4)
  })
})

describe('a provider that binds tokens without being asked', () => {
  it('is refused where nobody here has the key, and the sentence names the field', async () => {
    const { hostile, exchange } = await aWorld({ senderConstrained: 'None' })
    const message = expect.stringContaining('senderConstrained: DPoP')
    await expect(exchange()).rejects.toMatchObject({ code: 'provider_misconfigured', message })
    hostile.answer('token', json({ error: 'invalid_dpop_proof' }, 400))
    await expect(exchange()).rejects.toMatchObject({ code: 'provider_misconfigured', message })
    hostile.answer('token', json({ error: 'use_dpop_nonce' }, 400))
    await expect(exchange()).rejects.toMatchObject({ code: 'provider_misconfigured', message })
    expect(hostile.tokenRequests.every(({ proof }) => proof === undefined)).toBe(true)
  })

  it('to a certificate, say, is believed, and the token marked', async () => {
    const { hostile, exchange, refresh, tokenAnswer } = await aWorld({ senderConstrained: 'None' })
    const access_token = bound({ 'x5t#S256': FOREIGN })
    hostile.setTokens(tokenAnswer({ token_type: 'Bearer', access_token }))
    const tokens = { accessToken: access_token, accessTokenIsBound: true }
    expect(await exchange()).toMatchObject({ kind: 'tokens', tokens })
    expect(await refresh()).toMatchObject({ kind: 'tokens', tokens })
    hostile.setTokens(tokenAnswer({ token_type: 'Bearer' }))
    const plain = await exchange()
    expect(plain.kind === 'tokens' && plain.tokens.accessTokenIsBound).toBeUndefined()
  })
})
