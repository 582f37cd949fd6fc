import { expect, it } from 'vitest'
import type { Json } from '../../../../src/core/identity/identity.ts'
import type { RelyingParty } from '../../../../src/core/provider/relying-party.ts'
import type { Tokens } from '../../../../src/core/provider/tokens.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import { mergingAccessToken } from '../../../../src/oidc/client/access-token-merge.ts'
import { aClient, someTokens } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { anOpeningKey, encryptedTo } from '../../../support/encrypted-tokens.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

type Changes = Readonly<Record<string, Json | undefined>>

/** A relying party that hands out whatever access token it is given. */
const aParty = async (changes: Partial<Client> = {}) => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const client = aClient({ provider, accessTokenClaims: 'Merge', ...changes })
  const seconds = Math.floor(clock.nowMs() / 1_000)
  const accessToken = (other: Changes = {}, signer = hostile.signer): string =>
    signer.sign(
      JSON.parse(
        JSON.stringify({
          ...{ iss: provider.issuer, sub: 'alice', aud: 'account', exp: seconds + 300 },
          realm_access: { roles: ['buyer'] },
          ...other,
        }),
      ),
    )
  let next: Tokens = someTokens(clock.nowMs())
  const plain = {
    exchange: async () => ({ kind: 'tokens', tokens: next }),
    refresh: async () => ({ kind: 'tokens', tokens: next }),
  } as Partial<RelyingParty> as RelyingParty
  const told: string[] = []
  const providers = localProviders(clock)
  const party = mergingAccessToken(plain, {
    providers,
    clock,
    tell: (sentence) => void told.push(sentence),
  })
  const login = async (token: string): Promise<Tokens> => {
    next = someTokens(clock.nowMs(), { accessToken: token })
    const outcome = await party.exchange(client, {} as never, new URLSearchParams(), unlimited)
    if (outcome.kind !== 'tokens') throw new Error(outcome.kind)
    return outcome.tokens
  }
  const refresh = async (old: Tokens, token: string): Promise<Tokens> => {
    next = someTokens(clock.nowMs(), { accessToken: token })
    const outcome = await party.refresh(client, old, unlimited)
    if (outcome.kind !== 'tokens') throw new Error(outcome.kind)
    return outcome.tokens
  }
  return { hostile, accessToken, login, refresh, told, seconds }
}

const ROLES = { realm_access: { roles: ['buyer'] } }

it('B10: the claims of an access token that the provider signed are kept beside the others', async () => {
  const { accessToken, login, told } = await aParty()
  const tokens = await login(accessToken())
  expect(tokens.accessTokenClaims).toMatchObject(ROLES)
  expect(tokens.claims).toEqual({ sub: 'alice', email: 'alice@example.com' })
  expect(told).toEqual([])
})

it('B10: unless the client wants them, nobody looks', async () => {
  const { accessToken, login } = await aParty({ accessTokenClaims: 'Ignore' })
  expect((await login(accessToken())).accessTokenClaims).toBeUndefined()
})

it('B10: a refresh brings those of the new token, and what it no longer says is gone', async () => {
  const { accessToken, login, refresh } = await aParty()
  const old = await login(accessToken())
  const fewer = await refresh(old, accessToken({ realm_access: { roles: [] } }))
  expect(fewer.accessTokenClaims).toMatchObject({ realm_access: { roles: [] } })
  expect((await refresh(old, 'opaque')).accessTokenClaims).toBeUndefined()
})

it.each([
  ['is opaque, and no JWT', () => 'opaque'],
  ['has another sub', ({ accessToken }) => accessToken({ sub: 'mallory' })],
  ['has another sub', ({ accessToken }) => accessToken({ sub: undefined })],
  ['comes from another issuer', ({ accessToken }) => accessToken({ iss: 'https://evil.test' })],
  ['is not valid yet', ({ accessToken, seconds }) => accessToken({ nbf: seconds + 60 })],
  ['is none', ({ accessToken }) => accessToken({ typ: 'Refresh' })],
  ['is none', ({ accessToken }) => accessToken({ events: {} })],
  ['has expired', ({ accessToken, seconds }) => accessToken({ exp: seconds - 60 })],
  ['exp claim that is absent', ({ accessToken }) => accessToken({ exp: undefined })],
  ['is not signed by a key', ({ accessToken }) => accessToken({}, createTokenSigner('key-1'))],
] as const satisfies readonly (readonly [
  string,
  (party: Awaited<ReturnType<typeof aParty>>) => string,
])[])(
  'B10: one that %s adds nothing, which is said once, and the login goes on',
  async (why, token) => {
    const party = await aParty()
    for (const _ of [1, 2]) {
      expect((await party.login(token(party))).accessTokenClaims).toBeUndefined()
    }
    expect(party.told).toHaveLength(1)
    expect(party.told[0]).toContain(why)
    expect(party.told[0]).toMatch(
      /^shop\/shop: claims\.accessToken is Merge, but the access token /,
    )
  },
)

it('an encrypted access token is opened with the key of the client', async () => {
  const key = anOpeningKey()
  const { privateKeyPem } = key
  const { accessToken, login, told } = await aParty({ decryptionKeys: [{ privateKeyPem }] })
  const tokens = await login(await encryptedTo(key, accessToken()))
  expect(tokens.accessTokenClaims).toMatchObject(ROLES)
  expect((await login(accessToken())).accessTokenClaims).toMatchObject(ROLES)
  expect(told).toEqual([])
})

it.each([
  ['no key', undefined, 'nothing opens it: set `idToken.decryptionKeyRef` of the OIDCClient'],
  ['another key', anOpeningKey(), 'It cannot be decrypted with the key that is configured'],
  ['a key that is too weak', anOpeningKey('RSA', 1024), 'opens no tokens'],
] as const)('and with %s it adds nothing, which is said once', async (_, opening, why) => {
  const decryptionKeys = opening && [{ privateKeyPem: opening.privateKeyPem }]
  const { accessToken, login, told } = await aParty(decryptionKeys ? { decryptionKeys } : {})
  const token = await encryptedTo(anOpeningKey(), accessToken())
  for (const _ of [1, 2]) expect((await login(token)).accessTokenClaims).toBeUndefined()
  expect(told).toEqual([expect.stringContaining(why)])
})

it('R22: what is inside of the encryption is verified like any other', async () => {
  const key = anOpeningKey()
  const { privateKeyPem } = key
  const { accessToken, login, told } = await aParty({ decryptionKeys: [{ privateKeyPem }] })
  const forged = accessToken({}, createTokenSigner('key-1'))
  expect((await login(await encryptedTo(key, forged))).accessTokenClaims).toBeUndefined()
  expect(told).toEqual([expect.stringContaining('is not signed by a key of the provider')])
})
