import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claims, Json } from '../../../../src/core/identity/identity.ts'
import type { BearerMethod } from '../../../../src/core/policy/policy.ts'
import type { Verification } from '../../../../src/core/provider/token-verifier.ts'
import type { Provider } from '../../../../src/core/registration/provider.ts'
import { COOLDOWN_MS } from '../../../../src/oidc/provider/refreshed.ts'
import { createTokenVerifier } from '../../../../src/oidc/token/access-token.ts'
import { aBearerMethod } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { type HostileProvider, json } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { createTokenSigner, hmacToken, unsignedToken } from '../../../support/token-signer.ts'

const AUDIENCE = 'https://api.example.com'

/** A verifier, its provider, a method that accepts its tokens and a token's honest claims. */
const aVerifier = async (changes: Partial<Provider> = {}) => {
  const { hostile, provider } = await aHostileProvider(changes)
  const clock = handSetClock()
  const providers = localProviders(clock)
  const verifier = createTokenVerifier({ providers, clock, cacheMaxEntries: 100 })
  const method = aBearerMethod({ provider, audiences: [AUDIENCE] })
  const seconds = () => Math.floor(clock.nowMs() / 1000)
  const claims = (other: Readonly<Record<string, Json | undefined>> = {}): Claims =>
    JSON.parse(
      JSON.stringify({
        iss: hostile.issuer,
        sub: 'alice',
        aud: AUDIENCE,
        iat: seconds(),
        exp: seconds() + 300,
        scope: 'orders:read orders:write orders:read',
        ...other,
      }),
    )
  const verify = (token: string, methods: readonly BearerMethod[] = [method]) =>
    verifier.verify(token, methods, unlimited)
  const accessToken = (other: Readonly<Record<string, Json | undefined>> = {}): string =>
    hostile.signer.sign(claims(other), { typ: 'at+jwt' })
  return { hostile, provider, providers, clock, method, seconds, claims, verify, accessToken }
}

type World = Awaited<ReturnType<typeof aVerifier>>

const reasonOf = (verification: Verification): string =>
  verification.kind === 'verified' ? 'verified' : verification.reason

/** Every row of what the peers were asked, with our answer. */
const peerTable: readonly [string, (world: World) => string, string][] = [
  ['a good token', ({ accessToken }) => accessToken(), 'verified'],
  ['alg none', ({ claims }) => unsignedToken(claims()), 'token_algorithm_not_allowed'],
  [
    'HS256 keyed with the public PEM',
    ({ hostile, claims }) => hmacToken(claims(), hostile.signer.publicPem, 'key-1'),
    'token_algorithm_not_allowed',
  ],
  [
    'an expired token',
    ({ accessToken, seconds }) => accessToken({ exp: seconds() - 60 }),
    'token_expired',
  ],
  ['no exp', ({ accessToken }) => accessToken({ exp: undefined }), 'token_claims_invalid'],
  [
    'nbf in an hour',
    ({ accessToken, seconds }) => accessToken({ nbf: seconds() + 3600 }),
    'token_not_yet_valid',
  ],
  [
    'another audience',
    ({ accessToken }) => accessToken({ aud: 'https://other.example.com' }),
    'token_audience_mismatch',
  ],
  ['no audience', ({ accessToken }) => accessToken({ aud: undefined }), 'token_claims_invalid'],
  [
    'another issuer',
    ({ accessToken }) => accessToken({ iss: 'https://other.example.com' }),
    'token_issuer_mismatch',
  ],
  [
    'an unknown kid',
    ({ claims }) => createTokenSigner('key-9').sign(claims()),
    'token_key_unknown',
  ],
  [
    'the right kid and another key',
    ({ claims }) => createTokenSigner('key-1').sign(claims()),
    'token_signature_invalid',
  ],
  [
    'an unknown crit header',
    ({ hostile, claims }) => hostile.signer.sign(claims(), { crit: ['x-new'], 'x-new': 1 }),
    'token_claims_invalid',
  ],
  ['12 KiB', ({ accessToken }) => accessToken({ groups: 'g'.repeat(9 * 1024) }), 'verified'],
]

const moreTokens: readonly [string, (world: World) => string, string][] = [
  ['no typ at all', ({ hostile, claims }) => hostile.signer.sign(claims()), 'verified'],
  ['typ JWT', ({ hostile, claims }) => hostile.signer.sign(claims(), { typ: 'JWT' }), 'verified'],
  [
    'typ application/at+jwt',
    ({ hostile, claims }) => hostile.signer.sign(claims(), { typ: 'application/at+jwt' }),
    'verified',
  ],
  [
    'a known crit header, of which there is none',
    ({ hostile, claims }) => hostile.signer.sign(claims(), { crit: ['b64'], b64: true }),
    'token_claims_invalid',
  ],
  [
    'an allowed algorithm that the key does not have',
    ({ claims }) => createTokenSigner('key-1', 'ES256').sign(claims()),
    'token_signature_invalid',
  ],
  [
    'an embedded key that verifies it',
    ({ claims }) => {
      const forger = createTokenSigner('key-1')
      return forger.sign(claims(), { jwk: forger.publicJwk, x5c: ['MIIB'] })
    },
    'token_signature_invalid',
  ],
  [
    'jku and x5u that point elsewhere',
    ({ hostile, claims }) =>
      createTokenSigner('key-9').sign(claims(), {
        jku: `${hostile.issuer}/token`,
        x5u: `${hostile.issuer}/token`,
      }),
    'token_key_unknown',
  ],
  ['no sub', ({ accessToken }) => accessToken({ sub: undefined }), 'token_claims_invalid'],
  ['an empty sub', ({ accessToken }) => accessToken({ sub: '' }), 'token_claims_invalid'],
  ['no iss', ({ accessToken }) => accessToken({ iss: undefined }), 'token_claims_invalid'],
  [
    'an issuer with a slash more',
    ({ hostile, accessToken }) => accessToken({ iss: `${hostile.issuer}/` }),
    'token_issuer_mismatch',
  ],
  ['exp as text', ({ accessToken }) => accessToken({ exp: '2999999999' }), 'token_claims_invalid'],
  ['exp as null', ({ accessToken }) => accessToken({ exp: null }), 'token_claims_invalid'],
  ['nbf as text', ({ accessToken }) => accessToken({ nbf: '1' }), 'token_claims_invalid'],
  ['a list of audiences', ({ accessToken }) => accessToken({ aud: ['x', AUDIENCE] }), 'verified'],
  [
    'an audience that is no text',
    ({ accessToken }) => accessToken({ aud: [AUDIENCE, 1] }),
    'token_claims_invalid',
  ],
  [
    'an audience that only contains ours',
    ({ accessToken }) => accessToken({ aud: `${AUDIENCE}.evil` }),
    'token_audience_mismatch',
  ],
  [
    'iat in an hour',
    ({ accessToken, seconds }) => accessToken({ iat: seconds() + 3600 }),
    'token_not_yet_valid',
  ],
  [
    'expiry within the skew',
    ({ accessToken, seconds }) => accessToken({ exp: seconds() - 29 }),
    'verified',
  ],
  [
    'expiry beyond the skew',
    ({ accessToken, seconds }) => accessToken({ exp: seconds() - 31 }),
    'token_expired',
  ],
  [
    'nbf within the skew',
    ({ accessToken, seconds }) => accessToken({ nbf: seconds() + 29 }),
    'verified',
  ],
  [
    'C20: 60 KiB, read where the rule takes so much',
    ({ accessToken }) => accessToken({ groups: 'g'.repeat(45_000) }),
    'verified',
  ],
  [
    'deep claims',
    ({ accessToken }) => accessToken({ x: JSON.parse('['.repeat(60) + ']'.repeat(60)) }),
    'token_malformed',
  ],
  ['an opaque token', () => 'mF_9.B5f-4.1JqM', 'token_malformed'],
  ['five parts', () => 'a.b.c.d.e', 'token_malformed'],
  ['nothing', () => '', 'token_malformed'],
]

/** What is signed by the right key and still is no access token. */
const otherTokens: readonly [
  string,
  Readonly<Record<string, Json | undefined>>,
  string | undefined,
][] = [
  ['a logout token by typ', {}, 'logout+jwt'],
  [
    'a logout token by its events',
    { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
    undefined,
  ],
  ['a DPoP proof', {}, 'dpop+jwt'],
  ['an ID token with a nonce', { nonce: 'n', scope: undefined }, 'JWT'],
  ['an ID token with at_hash', { at_hash: 'h', scope: undefined }, undefined],
  ['an ID token with c_hash', { c_hash: 'h' }, undefined],
  [
    'an ID token that is addressed to its own client',
    { azp: AUDIENCE, scope: undefined },
    undefined,
  ],
  ['an ID token of Keycloak', { typ: 'ID' }, 'JWT'],
  ['a refresh token of Keycloak', { typ: 'Refresh' }, 'JWT'],
  ['a logout token of Keycloak', { typ: 'Logout' }, 'JWT'],
  ['an ID token of Cognito', { token_use: 'id' }, undefined],
  ['what Keycloak calls bound to a key, without the key', { typ: 'DPoP' }, 'JWT'],
  [
    'what Keycloak calls bound to a key, with a certificate',
    { typ: 'DPoP', cnf: { 'x5t#S256': 'a'.repeat(43) } },
    'JWT',
  ],
]

const SHA256 = 'a'.repeat(43)
const OTHER_SHA256 = 'b'.repeat(43)

/** What binds a token, and what a check has to have proven. */
const bindings: readonly [cnf: Json, binding: Readonly<Record<string, string>>][] = [
  [{ jkt: SHA256 }, { jkt: SHA256 }],
  [{ jkt: SHA256, 'kc-jkt-type': 'DPoP' }, { jkt: SHA256 }],
  [{ 'x5t#S256': SHA256 }, { certificate: SHA256 }],
  [
    { 'x5t#S256': SHA256, jkt: OTHER_SHA256 },
    { certificate: SHA256, jkt: OTHER_SHA256 },
  ],
]

const unknownBindings: readonly Json[] = [
  {},
  null,
  [],
  SHA256,
  { jwk: { kty: 'EC' } },
  { kid: 'key-1' },
  { jkt: SHA256, kid: 'key-1' },
  { jkt: 'short' },
  { jkt: 7 },
  { jkt: [SHA256] },
  { 'x5t#S256': '' },
  { jkt: SHA256, 'x5t#S256': null },
  { 'kc-jkt-type': 'DPoP' },
  { 'kc-jkt-type': 'DPoP', 'x5t#S256': SHA256 },
  { jkt: SHA256, 'kc-jkt-type': 'another' },
  { jkt: SHA256, 'kc-jkt-type': ['DPoP'] },
  { jkt: 'short', 'kc-jkt-type': 'DPoP' },
]

describe('an access token that is bound', () => {
  it.each(bindings)('by %j says so, seen before or not', async (cnf, binding) => {
    const world = await aVerifier()
    const token = world.accessToken({ cnf })
    const tokenHash = hash('sha256', token, 'base64url')
    for (const verification of [await world.verify(token), await world.verify(token)]) {
      expect(verification).toMatchObject({ kind: 'verified', binding: { ...binding, tokenHash } })
    }
  })

  it('and one that is not does not', async () => {
    const world = await aVerifier()
    expect(await world.verify(world.accessToken())).not.toHaveProperty('binding')
  })

  it.each(unknownBindings)('by %j is refused, as nobody here can check that', async (cnf) => {
    const world = await aVerifier()
    expect(reasonOf(await world.verify(world.accessToken({ cnf })))).toBe('token_binding_unknown')
  })

  it.each([
    ['DPoP', undefined, 'token_unbound'],
    ['MutualTLS', undefined, 'token_unbound'],
    ['DPoP', { 'x5t#S256': SHA256 }, 'token_unbound'],
    ['MutualTLS', { jkt: SHA256 }, 'token_unbound'],
    ['DPoP', { jkt: SHA256 }, 'verified'],
    ['MutualTLS', { 'x5t#S256': SHA256 }, 'verified'],
  ] as const)('under `proof: %s`, by %j: %s, seen before or not', async (proof, cnf, expected) => {
    const world = await aVerifier()
    const token = world.accessToken({ cnf })
    const strict = [{ ...world.method, proof }]
    expect(reasonOf(await world.verify(token, strict))).toBe(expected)
    expect(reasonOf(await world.verify(token))).toBe('verified')
    expect(reasonOf(await world.verify(token, strict))).toBe(expected)
  })

  it('may be taken by the one of two methods that asks for less', async () => {
    const world = await aVerifier()
    const methods = [{ ...world.method, proof: 'DPoP' } as const, world.method]
    expect(reasonOf(await world.verify(world.accessToken(), methods))).toBe('verified')
  })
})

describe('an access token', () => {
  it.each(peerTable)(
    'R22, R23: with %s is answered as the table says',
    async (_, make, expected) => {
      const world = await aVerifier()
      expect(reasonOf(await world.verify(make(world)))).toBe(expected)
    },
  )

  it.each(moreTokens)('R22, R23: with %s', async (_, make, expected) => {
    const world = await aVerifier()
    expect(reasonOf(await world.verify(make(world)))).toBe(expected)
  })

  it.each(otherTokens)('R23: %s is no access token', async (_, claims, typ) => {
    const world = await aVerifier()
    const token = world.hostile.signer.sign(world.claims(claims), { typ })
    expect(reasonOf(await world.verify(token))).toBe('token_type_invalid')
  })

  it.each([
    ['of an older Keycloak, with a nonce', { typ: 'Bearer', nonce: 'n' }],
    [
      'of Keycloak that is bound to a key',
      { typ: 'DPoP', azp: AUDIENCE, scope: undefined, cnf: { jkt: 'a'.repeat(43) } },
    ],
    ['of a client that is its own audience, with scopes', { azp: AUDIENCE }],
    [
      'of a client that is its own audience, with scp',
      { azp: AUDIENCE, scope: undefined, scp: 'a' },
    ],
  ])('R23: an access token %s is one', async (_, claims) => {
    const world = await aVerifier()
    const token = world.hostile.signer.sign(world.claims(claims), { typ: 'JWT' })
    expect(reasonOf(await world.verify(token))).toBe('verified')
  })

  it.each(['PS256', 'ES256', 'EdDSA'] as const)(
    'R22: signed with %s is verified',
    async (algorithm) => {
      const { hostile, claims, verify } = await aVerifier()
      const signer = createTokenSigner('other', algorithm)
      hostile.setKeys([signer.publicJwk])
      expect(reasonOf(await verify(signer.sign(claims())))).toBe('verified')
    },
  )

  it('R22: an algorithm outside the allow-list of its provider is refused', async () => {
    const { verify, accessToken } = await aVerifier({ signingAlgorithms: ['ES256'] })
    expect(reasonOf(await verify(accessToken()))).toBe('token_algorithm_not_allowed')
  })

  it('R23: a skew above a minute is not granted', async () => {
    const { verify, accessToken, seconds } = await aVerifier({ clockSkewMs: 600_000 })
    expect(reasonOf(await verify(accessToken({ exp: seconds() - 61 })))).toBe('token_expired')
  })

  it('tells issuer, subject, claims and scopes', async () => {
    const { hostile, verify, accessToken } = await aVerifier()
    expect(await verify(accessToken({ email: 'alice@example.com' }))).toMatchObject({
      kind: 'verified',
      issuer: hostile.issuer,
      subject: 'alice',
      claims: { email: 'alice@example.com' },
      scopes: ['orders:read', 'orders:write'],
    })
  })

  it.each([
    [{ scope: undefined, scp: ['a', 'b', 'a'] }, ['a', 'b']],
    [{ scope: undefined, scp: 'a b' }, ['a', 'b']],
    [{ scope: undefined }, []],
  ])('reads scopes from %j', async (claims, scopes) => {
    const { verify, accessToken } = await aVerifier()
    expect(await verify(accessToken(claims))).toMatchObject({ scopes })
  })

  it('is accepted if one of several methods of its issuer fits', async () => {
    const { verify, accessToken, method } = await aVerifier()
    const other: BearerMethod = { ...method, audiences: ['https://other.example.com'] }
    const stranger: BearerMethod = {
      ...method,
      provider: { ...method.provider, issuer: 'https://x' },
    }
    expect(reasonOf(await verify(accessToken(), [stranger, other, method]))).toBe('verified')
    expect(reasonOf(await verify(accessToken(), [stranger, other]))).toBe('token_audience_mismatch')
    expect(reasonOf(await verify(accessToken(), [stranger]))).toBe('token_issuer_mismatch')
    expect(reasonOf(await verify(accessToken(), []))).toBe('token_issuer_mismatch')
  })

  it('R24: is accepted by a second resource of its issuer, although the first one knows and refuses it', async () => {
    const { verify, accessToken, method } = await aVerifier()
    const token = accessToken()
    await verify(token)
    const first = { ...method, audiences: ['https://other.example.com'] }
    const second = { ...method, provider: { ...method.provider, name: 'shop/second' } }
    expect(reasonOf(await verify(token, [first, second]))).toBe('verified')
  })

  it('R31: a refusal never quotes the token', async () => {
    const world = await aVerifier()
    for (const [, make] of [...peerTable, ...moreTokens]) {
      const token = make(world)
      const verification = await world.verify(token)
      if (verification.kind === 'verified') continue
      expect(verification.detail).not.toContain('example.com')
      expect(verification.detail).not.toContain('alice')
      expect(verification.detail).not.toContain('key-')
    }
  })

  it('R34: garbage is refused and never throws', async () => {
    const { verify, accessToken } = await aVerifier()
    const good = accessToken()
    const part = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    )
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
      fc
        .tuple(fc.nat(good.length - 1), fc.constantFrom(...'Aa0_-.=~ \u0000'))
        .map(([at, char]) =>
          good[at] === char ? '' : good.slice(0, at) + char + good.slice(at + 1),
        ),
    )
    await fc.assert(
      fc.asyncProperty(garbage, async (token) => {
        // The last character of a signature has bits that mean nothing.
        if (token.slice(0, -1) === good.slice(0, -1)) return
        expect((await verify(token)).kind).toBe('rejected')
      }),
      { numRuns: 500 },
    )
  })
})

describe('a token that was seen before', () => {
  it('R24: is answered at once, without the provider', async () => {
    const { hostile, verify, accessToken } = await aVerifier()
    const token = accessToken()
    await verify(token)
    await hostile.takeDown()
    const again = verify(token)
    expect(again).not.toBeInstanceOf(Promise)
    expect(again).toMatchObject({ kind: 'verified', subject: 'alice' })
  })

  it('R24: expires on time all the same', async () => {
    const { clock, verify, accessToken, seconds } = await aVerifier()
    const token = accessToken({ exp: seconds() + 100 })
    await verify(token)
    clock.advance(129_000)
    expect(reasonOf(await verify(token))).toBe('verified')
    clock.advance(1_000)
    expect(reasonOf(await verify(token))).toBe('token_expired')
  })

  it('R24: is nothing to another audience or another generation of the provider', async () => {
    const { hostile, verify, accessToken, method } = await aVerifier()
    const token = accessToken()
    await verify(token)
    const other = { ...method, audiences: ['https://other.example.com'] }
    expect(reasonOf(await verify(token, [other]))).toBe('token_audience_mismatch')
    hostile.setKeys([createTokenSigner('key-1').publicJwk])
    const edited = { ...method, provider: { ...method.provider, generation: 'p2' } }
    expect(reasonOf(await verify(token, [edited]))).toBe('token_signature_invalid')
    expect(reasonOf(await verify(token))).toBe('verified')
  })

  it('R24: is refused as soon as its key is withdrawn', async () => {
    const { hostile, provider, providers, clock, verify, accessToken, seconds } = await aVerifier()
    const token = accessToken({ exp: seconds() + 3600 })
    await verify(token)
    hostile.setKeys([createTokenSigner('key-2').publicJwk])
    clock.advance(provider.keysRefreshMs)
    await verify(token)
    const { keys } = providers.of(provider)
    await expect.poll(() => keys.status().loadedAtMs).toBe(clock.nowMs())
    expect(reasonOf(await verify(token))).toBe('token_key_unknown')
  })

  it('R24: is verified again after five minutes', async () => {
    const { clock, verify, accessToken, seconds } = await aVerifier()
    const token = accessToken({ exp: seconds() + 3600 })
    await verify(token)
    clock.advance(299_999)
    expect(verify(token)).not.toBeInstanceOf(Promise)
    clock.advance(1)
    expect(verify(token)).toBeInstanceOf(Promise)
  })

  it('R24: is forgotten when there are too many', async () => {
    const { verify, accessToken } = await aVerifier()
    const first = accessToken({ jti: 'first' })
    await verify(first)
    for (let count = 0; count < 100; count += 1) await verify(accessToken({ jti: `t${count}` }))
    expect(verify(first)).toBeInstanceOf(Promise)
  })
})

const forged = (world: World, keyId: string, count: number): readonly string[] => {
  const forger = createTokenSigner(keyId)
  return Array.from({ length: count }, (_, index) => forger.sign(world.claims({ jti: `${index}` })))
}

const fetchesOf = (hostile: HostileProvider): number => hostile.requestCount('jwks')

describe('forged tokens', () => {
  it('R26: 200 of a known kid cause no fetch of keys', async () => {
    const world = await aVerifier()
    await world.verify(world.accessToken())
    world.clock.advance(COOLDOWN_MS * 3)
    for (const token of forged(world, 'key-1', 200)) {
      expect(reasonOf(await world.verify(token))).toBe('token_signature_invalid')
    }
    expect(fetchesOf(world.hostile)).toBe(1)
  })

  it('R26: 1,000 of an unknown kid cause one fetch per cooldown, in a row or at once', async () => {
    const world = await aVerifier()
    await world.verify(world.accessToken())
    const tokens = forged(world, 'key-9', 1000)
    for (const token of tokens.slice(0, 300)) await world.verify(token)
    expect(fetchesOf(world.hostile)).toBe(1)
    world.clock.advance(COOLDOWN_MS)
    const answers = await Promise.all(tokens.map((token) => world.verify(token)))
    expect(new Set(answers.map(reasonOf))).toEqual(new Set(['token_key_unknown']))
    expect(fetchesOf(world.hostile)).toBe(2)
  })

  it('R26: that fail a cheaper check first cause no fetch at all', async () => {
    const world = await aVerifier()
    const forger = createTokenSigner('key-9')
    await world.verify(forger.sign(world.claims({ aud: 'https://other.example.com' })))
    await world.verify(forger.sign(world.claims({ exp: 1 })))
    expect(fetchesOf(world.hostile)).toBe(0)
  })

  it('R26: while the keys cannot be fetched are refused, and good ones let through', async () => {
    const world = await aVerifier()
    await world.verify(world.accessToken())
    await world.hostile.takeDown()
    world.clock.advance(COOLDOWN_MS)
    for (const token of forged(world, 'key-9', 3)) {
      expect(reasonOf(await world.verify(token))).toBe('token_key_unknown')
    }
    expect(reasonOf(await world.verify(world.accessToken({ jti: 'new' })))).toBe('verified')
  })
})

describe('a rotated key', () => {
  it('is found as soon as the cooldown allows', async () => {
    const { hostile, clock, claims, verify, accessToken } = await aVerifier()
    await verify(accessToken())
    const next = createTokenSigner('key-2')
    hostile.setKeys([hostile.signer.publicJwk, next.publicJwk])
    clock.advance(COOLDOWN_MS)
    expect(reasonOf(await verify(next.sign(claims())))).toBe('verified')
    expect(reasonOf(await verify(accessToken({ jti: 'old key' })))).toBe('verified')
  })

  it('is found for a provider that names no keys', async () => {
    const { hostile, clock, claims, verify } = await aVerifier()
    const [old, next] = [createTokenSigner(undefined), createTokenSigner(undefined)]
    hostile.setKeys([old.publicJwk])
    expect(reasonOf(await verify(old.sign(claims())))).toBe('verified')
    hostile.setKeys([next.publicJwk, old.publicJwk])
    expect(reasonOf(await verify(next.sign(claims())))).toBe('token_signature_invalid')
    clock.advance(COOLDOWN_MS)
    expect(reasonOf(await verify(next.sign(claims())))).toBe('verified')
  })
})

describe('a provider that cannot be reached', () => {
  it('is a fault as long as there were never keys, and heals by itself', async () => {
    const { hostile, clock, verify, accessToken } = await aVerifier()
    hostile.answer('jwks', json({}, 503))
    await expect(verify(accessToken())).rejects.toMatchObject({ code: 'provider_unreachable' })
    await expect(verify(accessToken())).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(fetchesOf(hostile)).toBe(1)
    hostile.answer('jwks', undefined)
    clock.advance(COOLDOWN_MS)
    expect(reasonOf(await verify(accessToken()))).toBe('verified')
  })

  it('is no matter for tokens as long as its keys are at hand', async () => {
    const { hostile, provider, clock, verify, accessToken } = await aVerifier()
    await verify(accessToken())
    await hostile.takeDown()
    clock.advance(provider.keysRefreshMs * 3)
    expect(reasonOf(await verify(accessToken()))).toBe('verified')
  })
})

describe('A9: a time that is no time', () => {
  it.each([1e300, 8_640_000_000_001, -1, '1900000000', true])(
    'exp %j is malformed',
    async (exp) => {
      const { accessToken, verify } = await aVerifier()
      expect(reasonOf(await verify(accessToken({ exp })))).toBe('token_claims_invalid')
    },
  )

  it.each([
    ['nbf', 1e300],
    ['nbf', '1'],
    ['iat', 1e300],
    ['iat', -5],
  ])('%s %j is malformed', async (name, value) => {
    const { accessToken, verify } = await aVerifier()
    expect(reasonOf(await verify(accessToken({ [name]: value })))).toBe('token_claims_invalid')
  })

  it('a fraction of a second is one (RFC 7519 section 2), and so is a year', async () => {
    const { accessToken, verify, seconds } = await aVerifier()
    const exp = seconds() + 365 * 86_400 + 0.5
    expect(reasonOf(await verify(accessToken({ exp })))).toBe('verified')
  })

  it('a token that lives longer than maxTokenLifetime is refused by name', async () => {
    const { accessToken, verify, seconds } = await aVerifier({ maxTokenLifetimeMs: 3_600_000 })
    const expiring = async (inSeconds: number) =>
      reasonOf(await verify(accessToken({ exp: seconds() + inSeconds })))
    expect(await expiring(3_600)).toBe('verified')
    expect(await expiring(3_700)).toBe('token_lifetime_too_long')
  })
})

describe('B8: one provider, several issuers', () => {
  const TENANTS = ['8a4c1111-0000-4000-8000-000000000001']

  const ofTenant = async (tenants: readonly string[], tid: Json | undefined, iss?: string) => {
    const world = await aVerifier()
    // The keys are there already: who publishes them is not what this is about.
    await world.verify(world.accessToken())
    const issuer = `${world.provider.issuer}/{tenantid}/v2.0`
    const provider = { ...world.provider, issuer, tenants }
    const claims = { iss: iss ?? issuer.replace('{tenantid}', String(tid)), tid }
    const token = world.accessToken(claims)
    return world.verify(token, [aBearerMethod({ provider, audiences: [AUDIENCE] })])
  }

  it('a listed tenant is let in, under its own issuer', async () => {
    const [tid = ''] = TENANTS
    const verified = await ofTenant(TENANTS, tid)
    expect(verified).toMatchObject({ kind: 'verified' })
    expect(verified.kind === 'verified' && verified.issuer).toMatch(`/${tid}/v2.0`)
    expect((await ofTenant(['*'], 'other')).kind).toBe('verified')
  })

  it.each([
    ['another tenant', 'other', undefined],
    ['no tid', undefined, undefined],
    ['a tid that is more than one level of a path', '../x', undefined],
    ['a listed tid under the issuer of another', TENANTS[0], 'https://evil.example.com/v2.0'],
    ['the template itself', '{tenantid}', undefined],
  ])('%s is an issuer mismatch', async (_, tid, iss) => {
    expect(reasonOf(await ofTenant(TENANTS, tid, iss))).toBe('token_issuer_mismatch')
  })

  it('a further issuer is one of access tokens, if it is listed', async () => {
    const other = 'https://sts.example.com/8a4c/'
    const listed = await aVerifier({ additionalIssuers: [other] })
    const verified = await listed.verify(listed.accessToken({ iss: other }))
    expect(verified).toMatchObject({ kind: 'verified', issuer: other })
    expect(await listed.verify(listed.accessToken({ iss: other }))).toEqual(verified)
    const unlisted = await aVerifier()
    expect(reasonOf(await unlisted.verify(unlisted.accessToken({ iss: other })))).toBe(
      'token_issuer_mismatch',
    )
  })
})

describe('B9: a provider whose access tokens have no aud', () => {
  it('names the audience in another claim', async () => {
    const { accessToken, verify, method } = await aVerifier()
    const cognito: BearerMethod = { ...method, audienceClaim: 'client_id', audiences: ['app'] }
    const token = accessToken({ aud: undefined, client_id: 'app', token_use: 'access' })
    expect(reasonOf(await verify(token))).toBe('token_claims_invalid')
    expect(reasonOf(await verify(token, [cognito]))).toBe('verified')
    const other = accessToken({ aud: 'app', client_id: 'other', token_use: 'access' })
    expect(reasonOf(await verify(other, [cognito]))).toBe('token_audience_mismatch')
    const inherited: BearerMethod = { ...cognito, audienceClaim: 'constructor' }
    expect(reasonOf(await verify(token, [inherited]))).toBe('token_claims_invalid')
  })
})

describe('B11: access tokens and ID tokens', () => {
  const plain = (world: World, other: Readonly<Record<string, Json | undefined>>): string =>
    world.hostile.signer.sign(world.claims({ scope: undefined, ...other }), { typ: 'JWT' })

  it('a nonce is nothing against a token for somebody else than the client', async () => {
    const world = await aVerifier()
    for (const issued of [{ azp: 'app' }, { client_id: 'app' }]) {
      const token = plain(world, { nonce: 'n', ...issued })
      expect(reasonOf(await world.verify(token))).toBe('verified')
    }
    const own = plain(world, { nonce: 'n', azp: AUDIENCE })
    expect(reasonOf(await world.verify(own))).toBe('token_type_invalid')
    const unknown = plain(world, { nonce: 'n' })
    expect(reasonOf(await world.verify(unknown))).toBe('token_type_invalid')
  })

  it.each(['at_hash', 'c_hash', 's_hash'])(
    '%s makes an ID token, whoever it is for',
    async (hash) => {
      const world = await aVerifier()
      const token = plain(world, { [hash]: 'AAAA', azp: 'app' })
      expect(reasonOf(await world.verify(token))).toBe('token_type_invalid')
    },
  )

  it('ID tokens are bearers where a rule accepts them, and access tokens only where it says so', async () => {
    const world = await aVerifier()
    const idToken = plain(world, { nonce: 'n', azp: AUDIENCE })
    const both: BearerMethod = { ...world.method, accepts: ['access_token', 'id_token'] }
    const alone: BearerMethod = { ...world.method, accepts: ['id_token'] }
    expect(reasonOf(await world.verify(idToken, [both]))).toBe('verified')
    expect(reasonOf(await world.verify(idToken, [alone]))).toBe('verified')
    expect(reasonOf(await world.verify(world.accessToken(), [alone]))).toBe('token_type_invalid')
    const logout = plain(world, { events: {} })
    expect(reasonOf(await world.verify(logout, [both]))).toBe('token_type_invalid')
  })

  it('what was accepted by one rule is not accepted by another that does not take it', async () => {
    const world = await aVerifier()
    const idToken = plain(world, { nonce: 'n', azp: AUDIENCE })
    const both: BearerMethod = { ...world.method, accepts: ['access_token', 'id_token'] }
    expect(reasonOf(await world.verify(idToken, [both]))).toBe('verified')
    expect(reasonOf(await world.verify(idToken))).toBe('token_type_invalid')
  })
})
