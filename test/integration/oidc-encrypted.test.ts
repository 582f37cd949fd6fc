import { randomBytes } from 'node:crypto'
import type { JWK } from 'oidc-provider'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../src/core/registration/client.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { createUserinfo } from '../../src/oidc/client/userinfo.ts'
import { askingUserinfo } from '../../src/oidc/client/userinfo-claims.ts'
import { isEncrypted } from '../../src/oidc/token/encrypted-token.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { anOpeningKey, encryptedTo, type OpeningKeyType } from '../support/encrypted-tokens.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { startHttpListener } from '../support/parts/http-listener.ts'
import { startOidcProvider, WEB_CLIENT } from '../support/parts/oidc-provider.ts'

/** A login at the certified provider, which encrypts what it signs, as far as its code. */
const aLoginAtAnEncryptingProvider = async (
  type: OpeningKeyType,
  algorithm: 'RSA-OAEP' | 'RSA-OAEP-256' | 'ECDH-ES',
  userinfo = false,
) => {
  const key = anOpeningKey(type)
  const application = await startHttpListener((_, response) => response.end('Back.'))
  onTestFinished(() => application.takeDown())
  const redirectUri = `http://127.0.0.1:${application.port}/callback`
  const certified = await startOidcProvider({
    redirectUris: [redirectUri],
    encryptsTo: {
      jwk: { ...key.publicJwk, alg: algorithm } as unknown as JWK,
      algorithm,
      userinfo,
    },
  })
  onTestFinished(() => certified.stop())
  const clock = handSetClock(Date.now())
  const providers = localProviders(clock)
  const relyingParty = askingUserinfo(
    createRelyingParty({ providers, clock }),
    createUserinfo({ providers, clock }),
  )
  const client: Client = aClient({
    provider: aProvider({ issuer: certified.issuer }),
    clientId: WEB_CLIENT.clientId,
    authentication: { method: 'client_secret_basic', secret: WEB_CLIENT.clientSecret },
    scopes: ['openid', 'email', 'offline_access'],
  })
  const login = aLogin({
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    codeVerifier: randomBytes(32).toString('base64url'),
    redirectUri,
  })
  const browser = createHttpBrowser()
  onTestFinished(() => browser.close())
  const page = await browser.open(
    await relyingParty.authorizationUrl(client, login, { login_hint: 'alice' }, unlimited),
  )
  const back = await browser.submit(page, { password: 'alice-password' })
  const query = new URL(back.hops.at(-1) ?? '').searchParams
  const opening: Client = { ...client, decryptionKeys: [{ privateKeyPem: key.privateKeyPem }] }
  const signedInAs = (one: Client) => relyingParty.exchange(one, login, query, unlimited)
  return { key, certified, clock, client, opening, relyingParty, signedInAs }
}

describe('the certified provider, which encrypts ID tokens', () => {
  it.each([
    ['RSA', 'RSA-OAEP-256'],
    ['RSA', 'RSA-OAEP'],
    ['P-256', 'ECDH-ES'],
  ] as const)('signs an end-user in and renews, to a key of %s by %s', async (type, algorithm) => {
    const world = await aLoginAtAnEncryptingProvider(type, algorithm)
    const outcome = await world.signedInAs(world.opening)
    expect(outcome).toMatchObject({
      kind: 'tokens',
      tokens: { claims: { sub: 'alice', email: 'alice@example.test' } },
    })
    const tokens = outcome.kind === 'tokens' ? outcome.tokens : undefined
    // What an end-session request takes as its hint is what was inside.
    expect(isEncrypted(tokens?.idToken ?? '')).toBe(false)
    expect(tokens?.idToken?.split('.')).toHaveLength(3)
    if (tokens === undefined) return
    const renewed = await world.relyingParty.refresh(world.opening, tokens, unlimited)
    expect(renewed).toMatchObject({ kind: 'tokens', tokens: { claims: { sub: 'alice' } } })
  })

  it.each([
    ['RSA', 'RSA-OAEP-256'],
    ['P-256', 'ECDH-ES'],
  ] as const)(
    'says more at its userinfo endpoint, to a key of %s by %s, which is the second of a list',
    async (type, algorithm) => {
      const world = await aLoginAtAnEncryptingProvider(type, algorithm, true)
      const former = { privateKeyPem: anOpeningKey(type).privateKeyPem }
      const keys = [former, { privateKeyPem: world.key.privateKeyPem, keyId: 'enc-1' }]
      const asking = {
        ...world.opening,
        decryptionKeys: keys,
        userinfo: 'AtLogin' as const,
        userinfoSigned: 'Always' as const,
      }
      expect(await world.signedInAs(asking)).toMatchObject({
        kind: 'tokens',
        tokens: {
          claims: { sub: 'alice' },
          userinfo: { sub: 'alice', email: 'alice@example.test' },
        },
      })
      expect(world.certified.requestCount('userinfo')).toBe(1)
    },
  )

  it('signs nobody in where no key is set, and the field is named', async () => {
    const world = await aLoginAtAnEncryptingProvider('RSA', 'RSA-OAEP-256')
    expect(await world.signedInAs(world.client)).toEqual({
      kind: 'refused',
      reason: 'id_token_invalid',
      detail: expect.stringMatching(/^It is encrypted, .* `idToken.decryptionKeyRef`/),
    })
  })

  it('signs nobody in with another key', async () => {
    const world = await aLoginAtAnEncryptingProvider('RSA', 'RSA-OAEP-256')
    const { privateKeyPem } = anOpeningKey()
    expect(
      await world.signedInAs({ ...world.client, decryptionKeys: [{ privateKeyPem }] }),
    ).toEqual({
      kind: 'refused',
      reason: 'id_token_invalid',
      detail: 'It cannot be decrypted with the key that is configured.',
    })
  })

  it('and whose key cannot be used is a fault that names the field', async () => {
    const world = await aLoginAtAnEncryptingProvider('RSA', 'RSA-OAEP-256')
    const { privateKeyPem } = anOpeningKey('RSA', 1024)
    const signIn = world.signedInAs({ ...world.client, decryptionKeys: [{ privateKeyPem }] })
    await expect(signIn).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringContaining('`idToken.decryptionKeyRef` of OIDCClient'),
    })
  })

  it('R22: ends sessions by logout tokens that are encrypted, and by no others that are not right', async () => {
    const { key, certified, clock, client, opening, relyingParty } =
      await aLoginAtAnEncryptingProvider('RSA', 'RSA-OAEP-256')
    const { SignJWT } = await import('jose')
    const { keyId, privateKey } = certified.signingKey()
    const seconds = Math.floor(clock.nowMs() / 1_000)
    const logoutToken = (aud: string) =>
      new SignJWT({
        ...{ iss: certified.issuer, aud, sub: 'alice', iat: seconds, exp: seconds + 60, jti: aud },
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      })
        .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'logout+jwt' })
        .sign(privateKey)
    const check = async (one: Client, aud: string = WEB_CLIENT.clientId) =>
      relyingParty.checkLogoutToken(one, await encryptedTo(key, await logoutToken(aud)), unlimited)
    expect(await check(opening)).toMatchObject({ kind: 'valid', subject: 'alice' })
    expect(await check(opening, 'another')).toMatchObject({ kind: 'invalid' })
    expect(await check(client)).toMatchObject({
      kind: 'invalid',
      detail: expect.stringContaining('`idToken.decryptionKeyRef`'),
    })
  })
})
