import { createPublicKey } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type {
  Asking,
  Client,
  ClientAuthentication,
} from '../../../../src/core/registration/client.ts'
import { createRelyingParty } from '../../../../src/oidc/client/relying-party.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json, truncate } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { aLogin } from '../../../support/logins.ts'
import { createTokenSigner, type SignerAlgorithm } from '../../../support/token-signer.ts'

const signers = {
  RS256: createTokenSigner('key-7'),
  ES256: createTokenSigner('key-7', 'ES256'),
  EdDSA: createTokenSigner('key-7', 'EdDSA'),
} as const

type OwnAlgorithm = keyof typeof signers & SignerAlgorithm

/** A client that signs what it asks. */
const aWorld = async (
  own: OwnAlgorithm = 'RS256',
  asking: Partial<Asking> = { signed: 'Always' },
  changes: Partial<Client> = {},
) => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const relyingParty = createRelyingParty({ providers: localProviders(clock), clock })
  const authentication: ClientAuthentication = {
    method: 'private_key_jwt',
    assertionAudience: 'Issuer',
    privateKeyPem: signers[own].privatePem,
    keyId: 'key-7',
    algorithm: own,
  }
  const plain = aClient({ provider, authentication, ...changes })
  const { asking: usual } = plain
  const client: Client = { ...plain, asking: { ...usual, algorithm: own, ...asking } }
  const begin = async (forwarded: Readonly<Record<string, string>> = {}) =>
    new URL(await relyingParty.authorizationUrl(client, aLogin(), forwarded, unlimited))
  const publicKey = createPublicKey(signers[own].publicPem)
  const read = (request: string | null | undefined) =>
    jwtVerify(request ?? '', publicKey, {
      issuer: 'shop',
      audience: hostile.issuer,
      typ: 'oauth-authz-req+jwt',
      currentDate: new Date(clock.nowMs()),
    })
  return { hostile, clock, begin, read }
}

describe('a login that is signed', () => {
  it('R16: says everything in a request object, and beside it who asks', async () => {
    const resources = ['https://api.example.com', 'https://other.example.com']
    const authorizationParameters = {
      max_age: '600',
      claims: '{"id_token":{"acr":{"essential":true}}}',
    }
    const world = await aWorld('RS256', undefined, { resources, authorizationParameters })
    const url = await world.begin({ login_hint: 'alice' })
    expect([...url.searchParams.keys()].toSorted()).toEqual(['client_id', 'request'])
    expect(url.searchParams.get('client_id')).toBe('shop')
    const request = url.searchParams.get('request')
    expect(decodeProtectedHeader(request ?? '')).toEqual({
      alg: 'RS256',
      kid: 'key-7',
      typ: 'oauth-authz-req+jwt',
    })
    const { payload } = await world.read(request)
    const seconds = Math.floor(world.clock.nowMs() / 1_000)
    expect(payload).toEqual({
      iss: 'shop',
      aud: world.hostile.issuer,
      iat: seconds,
      nbf: seconds - 10,
      exp: seconds + 300,
      jti: expect.stringMatching(/^[\w-]{20,}$/),
      login_hint: 'alice',
      max_age: 600,
      claims: { id_token: { acr: { essential: true } } },
      response_type: 'code',
      client_id: 'shop',
      redirect_uri: 'https://shop.example.com/oauth2/callback',
      scope: 'openid profile email',
      state: 'state-1',
      nonce: 'nonce-1',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      resource: resources,
    })
  })

  it('R21: is another one each time', async () => {
    const world = await aWorld()
    const ids = new Set<unknown>()
    for (let count = 0; count < 3; count += 1) {
      const { payload } = await world.read((await world.begin()).searchParams.get('request'))
      ids.add(payload.jti)
    }
    expect(ids.size).toBe(3)
  })

  it('keeps what the authorization endpoint has in its query, but for what is signed', async () => {
    const world = await aWorld()
    world.hostile.setMetadata({
      authorization_endpoint: 'https://sso.example.com/authorize?tenant=7&request=planted',
    })
    const { searchParams } = await world.begin()
    expect(searchParams.get('tenant')).toBe('7')
    expect(searchParams.getAll('request')).toHaveLength(1)
    await expect(world.read(searchParams.get('request'))).resolves.toBeDefined()
  })

  it('is pushed as it is, where logins are pushed', async () => {
    const world = await aWorld('ES256', { signed: 'Always', pushed: 'Always' })
    const endpoint = { pushed_authorization_request_endpoint: `${world.hostile.issuer}/par` }
    world.hostile.setMetadata(endpoint)
    const url = await world.begin()
    expect([...url.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    const form = world.hostile.pushedRequests[0]?.form
    expect([...(form?.keys() ?? [])].toSorted()).toEqual([
      'client_assertion',
      'client_assertion_type',
      'client_id',
      'request',
    ])
    await expect(world.read(form?.get('request'))).resolves.toBeDefined()
  })

  it('R21: is signed anew where the first was perhaps not heard', async () => {
    const world = await aWorld('ES256', { signed: 'Always', pushed: 'Always' })
    const endpoint = { pushed_authorization_request_endpoint: `${world.hostile.issuer}/par` }
    world.hostile.setMetadata(endpoint)
    world.hostile.answer('push', truncate)
    await expect(world.begin()).rejects.toMatchObject({ code: 'provider_unreachable' })
    const requests = world.hostile.pushedRequests.map(({ form }) => form.get('request'))
    const read = await Promise.all(requests.map(world.read))
    expect(new Set(read.map(({ payload }) => payload.jti)).size).toBe(2)
  })

  it('and refused is a fault that names the key', async () => {
    const world = await aWorld('RS256', { signed: 'Always', pushed: 'Always' })
    const endpoint = { pushed_authorization_request_endpoint: `${world.hostile.issuer}/par` }
    world.hostile.setMetadata(endpoint)
    world.hostile.answer('push', json({ error: 'invalid_request_object' }, 400))
    await expect(world.begin()).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringContaining('`authentication.privateKeyRef`'),
    })
  })

  it.each<[OwnAlgorithm, readonly string[] | undefined, string | RegExp]>([
    ['RS256', undefined, 'RS256'],
    ['RS256', ['none', 'RS256', 'PS256'], 'RS256'],
    ['RS256', ['RS512', 'PS256'], 'PS256'],
    ['RS256', ['none', 'RS512'], 'RS512'],
    ['ES256', ['ES256'], 'ES256'],
    ['EdDSA', ['EdDSA'], 'EdDSA'],
    ['EdDSA', ['Ed25519'], 'Ed25519'],
    ['RS256', ['none'], /the key of the client signs by RS256, and the provider takes none: give/],
    ['ES256', ['ES384', 'RS256'], /signs by ES256, and the provider takes ES384, RS256: give/],
    ['EdDSA', ['HS256'], /`authentication\.algorithm`/],
  ])('of a key for %s, at a provider that takes %o: %s', async (own, taken, expected) => {
    const world = await aWorld(own)
    if (taken !== undefined) {
      world.hostile.setMetadata({ request_object_signing_alg_values_supported: [...taken] })
    }
    if (typeof expected === 'string') {
      const request = (await world.begin()).searchParams.get('request')
      expect(decodeProtectedHeader(request ?? '').alg).toBe(expected)
      await expect(world.read(request)).resolves.toBeDefined()
      return
    }
    await expect(world.begin()).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringMatching(expected),
    })
  })

  it.each([
    ['Auto', true, true],
    ['Auto', false, false],
    ['Always', false, true],
    ['Never', false, false],
  ] as const)('%s, where signing is demanded: %s', async (signed, demanded, isSigned) => {
    const world = await aWorld('RS256', { signed })
    world.hostile.setMetadata({ require_signed_request_object: demanded })
    const { searchParams } = await world.begin()
    expect([searchParams.has('request'), searchParams.has('state')]).toEqual([isSigned, !isSigned])
  })

  it('Never, where it is demanded, or by a client without a key: begins no login, and says why', async () => {
    const never = await aWorld('RS256', { signed: 'Never' })
    never.hostile.setMetadata({ require_signed_request_object: true })
    await expect(never.begin()).rejects.toThrow(
      /`authorizationRequest.signed` is Never, .* to Auto\./,
    )
    const authentication = { method: 'client_secret_basic', secret: 'correct horse' } as const
    const { algorithm: _, ...keyless } = aClient({ authentication }).asking
    const { hostile, provider } = await aHostileProvider()
    hostile.setMetadata({ require_signed_request_object: true })
    const clock = handSetClock()
    const { authorizationUrl } = createRelyingParty({ providers: localProviders(clock), clock })
    const client = aClient({ provider, authentication, asking: keyless })
    await expect(authorizationUrl(client, aLogin(), {}, unlimited)).rejects.toThrow(
      /require_signed_request_object, and the client has no key .* private_key_jwt\.$/,
    )
  })

  it('is none with parameters that have to be JSON and are not, or with a key of another kind', async () => {
    for (const claims of ['{', '[]']) {
      const world = await aWorld('RS256', undefined, { authorizationParameters: { claims } })
      await expect(world.begin()).rejects.toMatchObject({
        code: 'provider_misconfigured',
        message: expect.stringContaining('`claims` among its parameters'),
      })
    }
    const world = await aWorld('ES256', { signed: 'Always', algorithm: 'RS256' })
    await expect(world.begin()).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringContaining('`authentication.privateKeyRef` names cannot sign by RS256'),
    })
  })
})
