import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Claims, Json } from '../../src/core/identity/identity.ts'
import type { CodeOutcome } from '../../src/core/provider/relying-party.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Client, ClientAuthentication } from '../../src/core/registration/client.ts'
import type { Provider } from '../../src/core/registration/provider.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { aClient, someTokens } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import {
  type HostileAnswer,
  type HostileEndpoint,
  hang,
  json,
  redirectTo,
  stall,
  text,
  truncate,
} from '../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createTokenSigner, hmacToken, unsignedToken } from '../support/token-signer.ts'

type Changes = Readonly<Record<string, Json | undefined>>

const SECRET = 'correct horse'

const without = (value: Changes): Claims => JSON.parse(JSON.stringify(value))

/** A relying party, a client and a provider whose answers can be bent. */
const aWorld = async (
  changes: { readonly provider?: Partial<Provider>; readonly client?: Partial<Client> } = {},
) => {
  const { hostile, provider } = await aHostileProvider(changes.provider)
  const clock = handSetClock()
  const relyingParty = createRelyingParty({ providers: localProviders(clock), clock })
  const client = aClient({ provider, ...changes.client })
  const login = aLogin()
  const seconds = () => Math.floor(clock.nowMs() / 1000)

  const idClaims = (other: Changes = {}): Claims =>
    without({
      iss: hostile.issuer,
      sub: 'alice',
      aud: client.clientId,
      iat: seconds(),
      exp: seconds() + 300,
      nonce: login.nonce,
      email: 'alice@example.com',
      ...other,
    })
  const tokenAnswer = (idToken: string | undefined, other: Changes = {}): Claims =>
    without({
      access_token: 'access-2',
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: 'refresh-2',
      scope: 'openid email',
      id_token: idToken,
      ...other,
    })
  const honestly = (other: Changes = {}): void =>
    hostile.setTokens(tokenAnswer(hostile.signer.sign(idClaims()), other))
  const query = (other: Changes = {}): URLSearchParams =>
    new URLSearchParams(
      Object.entries(
        without({ code: 'code-1', state: login.state, iss: hostile.issuer, ...other }),
      ).map(([name, value]): [string, string] => [name, String(value)]),
    )
  const exchange = (callback: URLSearchParams = query()): Promise<CodeOutcome> =>
    relyingParty.exchange(client, login, callback, unlimited)
  const refresh = (tokens: Partial<Tokens> = {}) => {
    const claims = { sub: 'alice', nonce: login.nonce }
    const held = someTokens(clock.nowMs(), { claims, ...tokens })
    return relyingParty.refresh(client, held, unlimited)
  }
  return {
    hostile,
    provider,
    clock,
    relyingParty,
    client,
    login,
    seconds,
    idClaims,
    tokenAnswer,
    honestly,
    query,
    exchange,
    refresh,
  }
}

type World = Awaited<ReturnType<typeof aWorld>>

const outcomeOf = (outcome: CodeOutcome): string =>
  outcome.kind === 'tokens' ? 'tokens' : outcome.reason

const signed =
  (changes: (world: World) => Changes) =>
  (world: World): string =>
    world.hostile.signer.sign(world.idClaims(changes(world)))

const badIdTokens: readonly [string, (world: World) => string][] = [
  ['another issuer', signed(() => ({ iss: 'https://evil.example.com' }))],
  ['no issuer', signed(() => ({ iss: undefined }))],
  ['another audience', signed(() => ({ aud: 'other' }))],
  ['no audience', signed(() => ({ aud: undefined }))],
  ['several audiences and no azp', signed(() => ({ aud: ['shop', 'other'] }))],
  [
    'several audiences and the azp of another client',
    signed(() => ({ aud: ['shop', 'other'], azp: 'other' })),
  ],
  ['our audience and the azp of another client', signed(() => ({ azp: 'other' }))],
  ['another nonce', signed(() => ({ nonce: 'nonce-2' }))],
  ['no nonce', signed(() => ({ nonce: undefined }))],
  ['no subject', signed(() => ({ sub: undefined }))],
  ['an empty subject', signed(() => ({ sub: '' }))],
  ['no exp', signed(() => ({ exp: undefined }))],
  ['an exp that has passed', signed(({ seconds }) => ({ exp: seconds() - 31 }))],
  ['no iat', signed(() => ({ iat: undefined }))],
  ['an iat that lies ahead', signed(({ seconds }) => ({ iat: seconds() + 3600 }))],
  ['an nbf that lies ahead', signed(({ seconds }) => ({ nbf: seconds() + 3600 }))],
  ['the hash of another access token', signed(() => ({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }))],
  ['no signature (alg none)', ({ idClaims }) => unsignedToken(idClaims())],
  ['HS256 keyed with the client secret', ({ idClaims }) => hmacToken(idClaims(), SECRET)],
  [
    'HS256 keyed with the public PEM',
    ({ hostile, idClaims }) => hmacToken(idClaims(), hostile.signer.publicPem, 'key-1'),
  ],
  ['a key that is not published', ({ idClaims }) => createTokenSigner('key-9').sign(idClaims())],
  [
    'another key under the same name',
    ({ idClaims }) => createTokenSigner('key-1').sign(idClaims()),
  ],
  [
    'an embedded key',
    ({ idClaims }) => {
      const forger = createTokenSigner('key-1')
      return forger.sign(idClaims(), { jwk: forger.publicJwk })
    },
  ],
  [
    'an unknown crit header',
    ({ hostile, idClaims }) => hostile.signer.sign(idClaims(), { crit: ['x'], x: 1 }),
  ],
  [
    'the typ of an access token',
    ({ hostile, idClaims }) => hostile.signer.sign(idClaims(), { typ: 'at+jwt' }),
  ],
  [
    'the typ of a logout token',
    ({ hostile, idClaims }) => hostile.signer.sign(idClaims(), { typ: 'logout+jwt' }),
  ],
  ['encryption', () => 'e30.e30.e30.e30.e30'],
  ['no form of a JWT', () => 'not a token'],
]

describe('a login at a provider that lies', () => {
  it('R17: succeeds as long as the provider is honest', async () => {
    const world = await aWorld()
    world.honestly()
    expect(await world.exchange()).toEqual({
      kind: 'tokens',
      tokens: {
        accessToken: 'access-2',
        accessTokenExpiresAtMs: world.clock.nowMs() + 300_000,
        refreshToken: 'refresh-2',
        idToken: expect.any(String),
        claims: world.idClaims(),
        scopes: ['openid', 'email'],
      },
    })
    const [request] = world.hostile.tokenRequests
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: world.login.redirectUri,
      code_verifier: world.login.codeVerifier,
    })
  })

  it.each(badIdTokens)('R23: an ID token with %s is refused', async (_, make) => {
    const world = await aWorld()
    world.hostile.setTokens(world.tokenAnswer(make(world)))
    expect(outcomeOf(await world.exchange())).toBe('id_token_invalid')
  })

  it('R23: an answer without an ID token is refused', async () => {
    const world = await aWorld()
    world.hostile.setTokens(world.tokenAnswer(undefined))
    expect(outcomeOf(await world.exchange())).toBe('id_token_invalid')
  })

  it('B15: a key that changes under the same name refuses no login, right after a read or later', async () => {
    for (const laterMs of [0, 3_600_000]) {
      const world = await aWorld()
      world.honestly()
      expect(outcomeOf(await world.exchange())).toBe('tokens')
      world.clock.advance(laterMs)
      const rotated = createTokenSigner('key-1')
      world.hostile.setKeys([rotated.publicJwk])
      world.hostile.setTokens(world.tokenAnswer(rotated.sign(world.idClaims())))
      expect(outcomeOf(await world.exchange())).toBe('tokens')
    }
  })

  it('B16: a provider that takes pushed requests only, nobody knows where, is named when a login begins', async () => {
    const world = await aWorld()
    world.hostile.setMetadata({ require_pushed_authorization_requests: true })
    const begun = world.relyingParty.authorizationUrl(world.client, world.login, {}, unlimited)
    await expect(begun).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringMatching(
        /require_pushed_authorization_requests, .* set `endpoints.pushedAuthorizationRequest`/,
      ),
    })
  })

  it('R22: an ID token of an algorithm that is not allowed is refused, of an allowed one it is not', async () => {
    for (const [allowed, expected] of [
      ['RS256', 'id_token_invalid'],
      ['ES256', 'tokens'],
    ] as const) {
      const world = await aWorld({ provider: { signingAlgorithms: [allowed] } })
      const signer = createTokenSigner('key-2', 'ES256')
      world.hostile.setKeys([world.hostile.signer.publicJwk, signer.publicJwk])
      world.hostile.setTokens(world.tokenAnswer(signer.sign(world.idClaims())))
      expect(outcomeOf(await world.exchange())).toBe(expected)
    }
  })

  it('R23: the right at_hash and azp are good', async () => {
    const world = await aWorld()
    // SHA-256 of "access-2", its left half.
    const claims = { aud: ['shop', 'other'], azp: 'shop', at_hash: 'Z2L2VFXbhes5zm7QQ1XXEA' }
    world.hostile.setTokens(world.tokenAnswer(world.hostile.signer.sign(world.idClaims(claims))))
    expect(outcomeOf(await world.exchange())).toBe('tokens')
  })

  it.each([
    ['a missing iss', { iss: undefined }, 'id_token_invalid'],
    ['a wrong iss', { iss: 'https://evil.example.com' }, 'id_token_invalid'],
    ['another state', { state: 'state-2' }, 'state_mismatch'],
    ['an error', { code: undefined, error: 'access_denied' }, 'provider_error'],
    ['a temporary error', { code: undefined, error: 'temporarily_unavailable' }, 'provider_error'],
    ['neither code nor error', { code: undefined }, 'malformed_callback'],
  ])(
    'R17, R20: a callback with %s is refused before its code goes anywhere',
    async (_, changes, reason) => {
      const world = await aWorld()
      world.honestly()
      expect(outcomeOf(await world.exchange(world.query(changes)))).toBe(reason)
      expect(world.hostile.tokenRequests).toEqual([])
    },
  )

  it('R20: a callback with a repeated parameter is refused before its code goes anywhere', async () => {
    const world = await aWorld()
    world.honestly()
    const query = world.query()
    query.append('code', 'code-2')
    expect(outcomeOf(await world.exchange(query))).toBe('malformed_callback')
    expect(world.hostile.tokenRequests).toEqual([])
  })

  it('R17: a provider that does not say it sends iss may leave it out, but not send a wrong one', async () => {
    const world = await aWorld()
    world.hostile.setMetadata({ authorization_response_iss_parameter_supported: false })
    world.honestly()
    expect(outcomeOf(await world.exchange(world.query({ iss: undefined })))).toBe('tokens')
    const wrong = world.query({ iss: 'https://evil.example.com' })
    expect(outcomeOf(await world.exchange(wrong))).toBe('id_token_invalid')
  })

  it('a code that was used before is refused', async () => {
    const world = await aWorld()
    world.hostile.answer('token', json({ error: 'invalid_grant', error_description: 'used' }, 400))
    expect(await world.exchange()).toMatchObject({
      reason: 'code_refused',
      detail: 'invalid_grant: used',
    })
  })
})

const deep = `{"access_token":"a","token_type":"bearer","x":${'['.repeat(5000)}${']'.repeat(5000)}}`

const brokenEndpoints: readonly [HostileEndpoint, string, HostileAnswer, string][] = [
  ['token', 'a redirect', redirectTo('/jwks'), 'provider_misconfigured'],
  ['token', 'invalid_client', json({ error: 'invalid_client' }, 401), 'provider_misconfigured'],
  [
    'token',
    'unauthorized_client',
    json({ error: 'unauthorized_client' }, 400),
    'provider_misconfigured',
  ],
  [
    'token',
    'temporarily_unavailable',
    json({ error: 'temporarily_unavailable' }, 400),
    'provider_unreachable',
  ],
  ['token', 'status 404', text('', 404), 'provider_misconfigured'],
  ['token', 'status 500', json({ error: 'server_error' }, 500), 'provider_unreachable'],
  ['token', 'status 503', text('', 503), 'provider_unreachable'],
  ['token', 'HTML', text('<html>', 200, 'text/html'), 'provider_misconfigured'],
  ['token', 'HTML of status 400', text('<html>', 400, 'text/html'), 'provider_misconfigured'],
  ['token', 'an empty answer', text(''), 'provider_misconfigured'],
  ['token', 'an empty object', json({}), 'provider_misconfigured'],
  ['token', 'a list', json([]), 'provider_misconfigured'],
  [
    'token',
    'an access token that is no text',
    json({ access_token: 1, token_type: 'bearer' }),
    'provider_misconfigured',
  ],
  [
    'token',
    'tokens of another type',
    json({ access_token: 'a', token_type: 'DPoP' }),
    'provider_misconfigured',
  ],
  ['token', 'a huge body', text(`"${'x'.repeat(600 * 1024)}"`), 'provider_unreachable'],
  ['token', 'deep JSON', text(deep), 'provider_misconfigured'],
  ['token', 'silence', hang, 'provider_unreachable'],
  ['token', 'an answer that stalls', stall, 'provider_unreachable'],
  ['token', 'an answer that breaks off', truncate, 'provider_unreachable'],
  ['jwks', 'a redirect', redirectTo('/token'), 'provider_misconfigured'],
  ['jwks', 'an empty set', json({ keys: [] }), 'provider_unreachable'],
  ['jwks', 'HTML', text('<html>', 200, 'text/html'), 'provider_unreachable'],
  ['jwks', 'silence', hang, 'provider_unreachable'],
  ['jwks', 'an answer that stalls', stall, 'provider_unreachable'],
  ['jwks', 'a huge body', text('x'.repeat(600 * 1024)), 'provider_unreachable'],
  ['metadata', 'a redirect', redirectTo('/jwks'), 'provider_misconfigured'],
  ['metadata', 'HTML', text('<html>', 200, 'text/html'), 'provider_unreachable'],
  ['metadata', 'silence', hang, 'provider_unreachable'],
  [
    'metadata',
    'another issuer',
    json({ issuer: 'https://evil.example.com' }),
    'provider_misconfigured',
  ],
]

/** Whoever never answers is given up soon; whoever answers has the time that a busy machine needs. */
const brief = (answer: HostileAnswer): Partial<Provider> =>
  answer === hang || answer === stall ? { requestTimeoutMs: 300 } : {}

describe('a login at a provider that is broken', () => {
  it.each(brokenEndpoints)('R25: %s with %s is a fault', async (endpoint, _, answer, code) => {
    const world = await aWorld({ provider: brief(answer) })
    world.honestly()
    world.hostile.answer(endpoint, answer)
    const refused = await world.exchange().catch((fault: unknown) => fault)
    expect(refused).toMatchObject({ name: 'Fault', code })
    for (const secret of ['code-1', SECRET, world.login.codeVerifier]) {
      expect(JSON.stringify([String(refused), refused])).not.toContain(secret)
    }
  })

  it('R25: metadata with an http endpoint never gets the code', async () => {
    const world = await aWorld()
    world.hostile.setMetadata({ token_endpoint: 'ftp://127.0.0.1/token' })
    await expect(world.exchange()).rejects.toMatchObject({ code: 'provider_misconfigured' })
  })

  it('R32: a login is given up when its budget is spent', async () => {
    const world = await aWorld()
    world.hostile.answer('token', hang)
    const budget = new AbortController()
    const waiting = world.relyingParty.exchange(world.client, world.login, world.query(), budget)
    await expect.poll(() => world.hostile.requestCount('token')).toBe(1)
    budget.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it.each([
    ['no expires_in', undefined],
    ['expires_in 0', 0],
    ['a negative expires_in', -1],
    ['an expires_in that is no number', 'soon'],
    ['an expires_in of null', null],
  ])('a token answer with %s does not say when it expires', async (_, value) => {
    const world = await aWorld()
    world.honestly({ expires_in: value })
    const outcome = await world.exchange()
    expect(outcome.kind === 'tokens' && outcome.tokens).not.toHaveProperty('accessTokenExpiresAtMs')
  })

  it.each([
    ['B5: expires_in of true', { expires_in: true }],
    ['B5: expires_in as a list', { expires_in: [60] }],
    ['B5: expires_in beyond a century', { expires_in: 1e300 }],
    ['B5: expires_in as empty text', { expires_in: '' }],
  ])('%s does not say when the token expires', async (_, answer) => {
    const world = await aWorld()
    world.honestly(answer)
    const outcome = await world.exchange()
    expect(outcomeOf(outcome)).toBe('tokens')
    expect(outcome.kind === 'tokens' && outcome.tokens).not.toHaveProperty('accessTokenExpiresAtMs')
  })

  it.each<[string, Changes, Partial<Tokens>]>([
    [
      'scope as a list',
      { scope: ['openid', 'orders:read'] },
      { scopes: ['openid', 'orders:read'] },
    ],
    ['scope as null', { scope: null }, { scopes: ['openid', 'profile', 'email'] }],
    ['scope as a number, which grants nothing', { scope: 7 }, { scopes: [] }],
    ['no token_type', { token_type: undefined }, { accessToken: 'access-2' }],
    ['an empty token_type', { token_type: '' }, { accessToken: 'access-2' }],
    ['a refresh_token of null', { refresh_token: null }, { accessToken: 'access-2' }],
    ['an error of null', { error: null }, { accessToken: 'access-2' }],
  ])('B5: a token answer with %s is taken', async (_, answer, tokens) => {
    const world = await aWorld()
    world.honestly(answer)
    expect(await world.exchange()).toMatchObject({ kind: 'tokens', tokens })
    expect(await world.refresh()).toMatchObject({ kind: 'tokens' })
  })

  it.each([
    [299.99, 299_990],
    ['299.5', 299_500],
    ['3e2', 300_000],
  ])('B5: expires_in %s is understood', async (value, lifeMs) => {
    const world = await aWorld()
    world.honestly({ expires_in: value })
    const accessTokenExpiresAtMs = world.clock.nowMs() + lifeMs
    expect(await world.exchange()).toMatchObject({ tokens: { accessTokenExpiresAtMs } })
  })

  it('B5: a token answer of status 201 is one', async () => {
    const world = await aWorld()
    const answer = world.tokenAnswer(world.hostile.signer.sign(world.idClaims()))
    world.hostile.answer('token', json(answer, 201))
    expect(outcomeOf(await world.exchange())).toBe('tokens')
  })

  it.each<[string, HostileAnswer, RegExp]>([
    ['HTML', text('<html>', 200, 'text/html'), /a page of HTML.*`endpoints.token`/],
    ['an empty body', text(''), /an empty body/],
    ['a form', text('access_token=a&scope='), /no JSON object/],
    ['a list', json([1]), /no JSON object/],
    ['no access token', json({ token_type: 'Bearer' }), /has no access_token.*`endpoints.token`/],
    [
      'an ID token alone',
      json({ token_type: 'Bearer', id_token: 'x.y.z' }),
      /has no access_token.*`scopes` of the OIDCClient/,
    ],
    ['an access token that is a list', json({ access_token: ['a'] }), /access_token .* is a list/],
    [
      'tokens of another type',
      json({ access_token: 'a', token_type: 'DPoP' }),
      /token_type .* is "DPoP", and has to be Bearer/,
    ],
    [
      'an ID token that is an object',
      json({ access_token: 'a', id_token: {} }),
      /id_token .* is an object, and has to be text/,
    ],
    ['an error and status 200', json({ error: 'bad_client' }), /refused the client: bad_client/],
    ['status 404', text('', 404), /status 404 with an empty body/],
    ['JSON of another kind', json({ message: 'no' }, 400), /status 400 with JSON without `error`/],
  ])(
    'B5: a token answer of %s is named, and nobody calls it unreachable',
    async (_, answer, why) => {
      const world = await aWorld()
      world.hostile.answer('token', answer)
      const refused = await world.exchange().catch((fault: unknown) => fault)
      expect(refused).toMatchObject({ code: 'provider_misconfigured' })
      expect(String(refused)).toMatch(why)
      const refreshed = await world.refresh().catch((fault: unknown) => fault)
      expect(refreshed).not.toMatchObject({ kind: 'tokens' })
    },
  )

  it('B5: an answer without an ID token says that it is the ID token that is missing', async () => {
    const world = await aWorld()
    world.hostile.setTokens(world.tokenAnswer(undefined))
    expect(await world.exchange()).toMatchObject({
      reason: 'id_token_invalid',
      detail: expect.stringMatching(/has no id_token/),
    })
  })

  it.each<[string, Changes, RegExp]>([
    [
      'iss',
      { iss: 'https://evil.example.com' },
      /\biss\b.*expected http.*https:..evil.example.com/,
    ],
    ['aud', { aud: 'other' }, /\baud\b.*expected shop, and it is other/],
    ['aud as a list', { aud: ['a', 'b'] }, /\baud\b.*expected shop, and it is a, b/],
    ['no aud', { aud: undefined }, /\baud\b/],
    ['nonce', { nonce: 'nonce-2' }, /\bnonce\b(?!.*nonce-[12])/],
    ['exp', { exp: 1 }, /\bexp\b/],
    ['no iat', { iat: undefined }, /\biat\b/],
    ['sub', { sub: '' }, /\bsub\b/],
  ])('B5: a bad claim of the ID token is named: %s', async (_, claims, why) => {
    const world = await aWorld()
    world.hostile.setTokens(world.tokenAnswer(world.hostile.signer.sign(world.idClaims(claims))))
    const outcome = await world.exchange()
    expect(outcome).toMatchObject({ reason: 'id_token_invalid' })
    expect(outcome.kind === 'refused' && outcome.detail).toMatch(why)
  })

  it('a token answer with expires_in as text, and without scope, is understood', async () => {
    const world = await aWorld()
    world.honestly({ expires_in: '120', scope: undefined })
    expect(await world.exchange()).toMatchObject({
      tokens: {
        accessTokenExpiresAtMs: world.clock.nowMs() + 120_000,
        scopes: ['openid', 'profile', 'email'],
      },
    })
  })
})

/** Answers once in this way, then honestly. */
const onceInTheWay = (world: World, answer: HostileAnswer): void =>
  world.hostile.answer('token', (response) => {
    world.hostile.answer('token', undefined)
    answer(response)
  })

/** Hangs up before any byte of an answer. */
const reset: HostileAnswer = (response) => void response.destroy()

describe('B17: a code exchange that fails on the way', () => {
  it.each<[string, HostileAnswer]>([
    ['502', text('', 502)],
    ['503', json({}, 503)],
    ['504', text('<html>', 504, 'text/html')],
    ['a connection that is reset before any byte', reset],
  ])('B17: is tried once more after %s', async (_, answer) => {
    const world = await aWorld()
    world.honestly()
    onceInTheWay(world, answer)
    expect(outcomeOf(await world.exchange())).toBe('tokens')
    const [first, second] = world.hostile.tokenRequests
    expect(second?.form.toString()).toBe(first?.form.toString())
  })

  it('B17: is tried once more, not twice', async () => {
    const world = await aWorld()
    world.hostile.answer('token', text('', 502))
    await expect(world.exchange()).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(world.hostile.requestCount('token')).toBe(2)
  })

  it.each<[string, HostileAnswer]>([
    ['500, which the provider itself has said', text('', 500)],
    ['429', text('', 429)],
    ['silence, which has taken the time', hang],
    ['HTML', text('<html>', 200, 'text/html')],
    ['a refusal', json({ error: 'invalid_client' }, 401)],
  ])('B17: is not tried again after %s', async (_, answer) => {
    const world = await aWorld({ provider: brief(answer) })
    world.hostile.answer('token', answer)
    await expect(world.exchange()).rejects.toMatchObject({ name: 'Fault' })
    expect(world.hostile.requestCount('token')).toBe(1)
  })

  it('B17: that had used its code after all says what went before', async () => {
    const world = await aWorld()
    world.hostile.answer('token', (response) => {
      world.hostile.answer('token', json({ error: 'invalid_grant' }, 400))
      text('', 502)(response)
    })
    expect(await world.exchange()).toMatchObject({
      reason: 'code_refused',
      detail: expect.stringMatching(/^invalid_grant, after a first try: .*status 502/),
    })
  })

  it('B17: signs an assertion of its own for each try', async () => {
    const authentication = {
      method: 'client_secret_jwt',
      secret: SECRET,
      assertionAudience: 'Issuer',
    } as const
    const world = await aWorld({ client: { authentication } })
    world.honestly()
    onceInTheWay(world, reset)
    await world.exchange()
    const ids = world.hostile.tokenRequests.map(
      ({ form }) => decodeJwt(form.get('client_assertion') ?? '').jti,
    )
    expect(new Set(ids).size).toBe(2)
  })

  it('B17: is not tried again by a refresh, whose token may be rotated by now', async () => {
    const world = await aWorld()
    world.honestly()
    onceInTheWay(world, text('', 502))
    await expect(world.refresh()).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(world.hostile.requestCount('token')).toBe(1)
  })

  it('B17: is not tried again when the budget is spent', async () => {
    const world = await aWorld()
    const budget = new AbortController()
    world.hostile.answer('token', (response) => {
      budget.abort()
      text('', 502)(response)
    })
    const exchange = world.relyingParty.exchange(world.client, world.login, world.query(), budget)
    await expect(exchange).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(world.hostile.requestCount('token')).toBe(1)
  })
})

/** How providers say that a refresh token is not good any more. */
const declined: readonly [string, HostileAnswer, string][] = [
  [
    'Dex',
    json({ error: 'invalid_request', error_description: 'gone' }, 400),
    'invalid_request: gone',
  ],
  ['Gitea', json({ error: 'unauthorized_client' }, 400), 'unauthorized_client'],
  ['Glewlwyd', text('', 400), 'status 400 with an empty body'],
  ['401 invalid_request', json({ error: 'invalid_request' }, 401), 'invalid_request'],
  ['401 and nothing else', text('', 401), 'status 401 with an empty body'],
  ['403 and a page', text('<p>', 403, 'text/html'), 'status 403 with a page of HTML'],
  ['404', json({}, 404), 'status 404 with JSON without'],
  ['200 with an error', json({ error: 'bad_refresh_token' }), 'bad_refresh_token'],
  ['an error that is no text', json({ error: { code: 7 } }, 400), 'status 400 with JSON'],
  ['access_denied', json({ error: 'access_denied' }, 403), 'access_denied'],
  ['invalid_scope', json({ error: 'invalid_scope' }, 400), 'invalid_scope'],
]

describe('a refresh that is refused otherwise than by invalid_grant', () => {
  it.each(declined)('B1: as by %s, is declined', async (_, answer, detail) => {
    const world = await aWorld()
    world.hostile.answer('token', answer)
    expect(await world.refresh()).toMatchObject({
      kind: 'declined',
      detail: expect.stringContaining(detail),
    })
  })

  it.each<[string, HostileAnswer, string]>([
    ['401 invalid_client', json({ error: 'invalid_client' }, 401), 'provider_misconfigured'],
    ['400 invalid_client', json({ error: 'invalid_client' }, 400), 'provider_misconfigured'],
    ['429', json({ error: 'invalid_request' }, 429), 'provider_unreachable'],
    ['408', text('', 408), 'provider_unreachable'],
    ['500', json({ error: 'invalid_grant' }, 500), 'provider_unreachable'],
    ['503', text('', 503), 'provider_unreachable'],
    ['a temporary error', json({ error: 'temporarily_unavailable' }, 400), 'provider_unreachable'],
    ['a connection that is reset', reset, 'provider_unreachable'],
    ['a redirect', redirectTo('/'), 'provider_misconfigured'],
    ['HTML of status 200', text('<p>', 200, 'text/html'), 'provider_misconfigured'],
    ['no access token', json({}), 'provider_misconfigured'],
  ])('B1: %s says nothing of the session', async (_, answer, code) => {
    const world = await aWorld()
    world.hostile.answer('token', answer)
    await expect(world.refresh()).rejects.toMatchObject({ code })
  })
})

describe('a code that is refused otherwise than by invalid_grant', () => {
  it('B1: by invalid_request begins again, as at a code that was used', async () => {
    const world = await aWorld()
    world.hostile.answer('token', json({ error: 'invalid_request' }, 400))
    expect(await world.exchange()).toMatchObject({ reason: 'code_refused' })
  })

  it.each(['unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_target'])(
    'B1: by %s is named with what mends it',
    async (error) => {
      const world = await aWorld()
      world.hostile.answer('token', json({ error }, 400))
      const refused = await world.exchange().catch((fault: unknown) => fault)
      expect(refused).toMatchObject({ code: 'provider_misconfigured' })
      expect(String(refused)).toMatch(new RegExp(`${error}; (?:allow|check) `))
    },
  )

  it('B1: with a description that echoes what was sent, is told without it', async () => {
    const world = await aWorld()
    const told = `The code code-1, ${world.login.codeVerifier} and ${SECRET} do not fit`
    world.hostile.answer('token', json({ error: 'invalid_grant', error_description: told }, 400))
    const outcome = JSON.stringify(await world.exchange())
    expect(outcome).toContain('(not shown)')
    for (const secret of ['code-1', world.login.codeVerifier, SECRET]) {
      expect(outcome).not.toContain(secret)
    }
  })
})

describe('a refresh', () => {
  it('R27: takes the new tokens', async () => {
    const world = await aWorld()
    world.honestly()
    expect(await world.refresh()).toMatchObject({
      kind: 'tokens',
      tokens: { accessToken: 'access-2', refreshToken: 'refresh-2', claims: world.idClaims() },
    })
    expect(world.hostile.tokenRequests[0]?.form.get('refresh_token')).toBe('refresh-1')
  })

  it('R27: keeps the old refresh token, ID token, claims and scopes where the answer has none', async () => {
    const world = await aWorld()
    const nothing = { refresh_token: undefined, scope: undefined }
    world.hostile.setTokens(world.tokenAnswer(undefined, nothing))
    expect(await world.refresh()).toEqual({
      kind: 'tokens',
      tokens: {
        accessToken: 'access-2',
        accessTokenExpiresAtMs: world.clock.nowMs() + 300_000,
        refreshToken: 'refresh-1',
        idToken: 'id-1',
        claims: { sub: 'alice', nonce: world.login.nonce },
        scopes: ['openid', 'email'],
      },
    })
  })

  it('R27: that the provider refuses ends the session', async () => {
    const world = await aWorld()
    world.hostile.answer('token', json({ error: 'invalid_grant' }, 400))
    expect(await world.refresh()).toEqual({ kind: 'refused', detail: 'invalid_grant' })
  })

  it('R27: that fails on the way is a fault and ends nothing', async () => {
    const world = await aWorld()
    world.hostile.answer('token', json({}, 502))
    await expect(world.refresh()).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it('is refused without a refresh token', async () => {
    const world = await aWorld()
    const { refreshToken: _, ...held } = someTokens(0)
    const outcome = await world.relyingParty.refresh(world.client, held, unlimited)
    expect(outcome.kind).toBe('refused')
  })

  it.each([
    ['another subject', { sub: 'mallory' }],
    ['another issuer', { iss: 'https://evil.example.com' }],
    ['another audience', { aud: 'other' }],
    ['another nonce', { nonce: 'nonce-2' }],
  ])('R23: with an ID token of %s is refused', async (_, changes) => {
    const world = await aWorld()
    world.hostile.setTokens(world.tokenAnswer(world.hostile.signer.sign(world.idClaims(changes))))
    expect((await world.refresh()).kind).toBe('refused')
  })

  it('R23: with an ID token that somebody else signed is refused', async () => {
    const world = await aWorld()
    world.hostile.setTokens(world.tokenAnswer(createTokenSigner('key-1').sign(world.idClaims())))
    expect((await world.refresh()).kind).toBe('refused')
  })

  it('R27: a rotated refresh token is not lost because the provider has rotated its keys as well', async () => {
    const world = await aWorld()
    world.honestly()
    await world.exchange()
    const next = createTokenSigner('key-2')
    world.hostile.setTokens(world.tokenAnswer(next.sign(world.idClaims({ email: 'new' }))))
    expect(await world.refresh()).toMatchObject({
      kind: 'tokens',
      tokens: { refreshToken: 'refresh-2', idToken: 'id-1', claims: { sub: 'alice' } },
    })
    world.hostile.setTokens(world.tokenAnswer(next.sign(world.idClaims({ sub: 'mallory' }))))
    expect((await world.refresh()).kind).toBe('refused')
  })

  it('R27: a rotated refresh token is not lost because the keys cannot be fetched', async () => {
    const world = await aWorld()
    world.honestly()
    world.hostile.answer('jwks', json({}, 503))
    expect(await world.refresh()).toMatchObject({
      kind: 'tokens',
      tokens: { refreshToken: 'refresh-2', idToken: 'id-1', claims: { sub: 'alice' } },
    })
  })
})

const authenticateBy = async (authentication: ClientAuthentication) => {
  const world = await aWorld({ client: { authentication } })
  world.honestly()
  await world.exchange()
  await world.exchange()
  const [first, second] = world.hostile.tokenRequests
  if (first === undefined || second === undefined) throw new Error('There was no token request.')
  return { ...world, first, second }
}

describe('the client at the token endpoint', () => {
  it('authenticates by client_secret_basic', async () => {
    const { first } = await authenticateBy({ method: 'client_secret_basic', secret: SECRET })
    const encoded = Buffer.from('shop:correct%20horse').toString('base64')
    expect(first.authorization).toBe(`Basic ${encoded}`)
    expect(first.form.has('client_secret')).toBe(false)
  })

  it.each([
    ['web-app_1.2~3', 'A-secret_with.marks~9', 'web-app_1.2~3:A-secret_with.marks~9'],
    ['urn:shop web', 'a+b/c=d&e%f', 'urn%3Ashop%20web:a%2Bb%2Fc%3Dd%26e%25f'],
    ["it's", "!*'()", 'it%27s:%21%2A%27%28%29'],
    ['größe', 'schlüssel', 'gr%C3%B6%C3%9Fe:schl%C3%BCssel'],
  ])(
    'B2: of id %s and secret %s encodes what has to be, and leaves the rest',
    async (id, secret, sent) => {
      const authentication = { method: 'client_secret_basic', secret } as const
      const world = await aWorld({ client: { authentication, clientId: id } })
      world.hostile.setTokens({})
      await world.exchange().catch(() => undefined)
      const [, basic = ''] = world.hostile.tokenRequests[0]?.authorization?.split(' ') ?? []
      expect(Buffer.from(basic, 'base64').toString()).toBe(sent)
    },
  )

  it.each<[string, readonly string[] | undefined, RegExp]>([
    [
      'another method',
      ['client_secret_post', 'private_key_jwt'],
      /`authentication.method` is client_secret_basic, and the metadata lists client_secret_post, private_key_jwt: choose/,
    ],
    [
      'this one too',
      ['client_secret_basic', 'client_secret_post'],
      /lists \(client_secret_basic, client_secret_post\): check `clientId` and the Secret that `authentication.secretRef` names/,
    ],
    ['none', undefined, /lists no methods: check .*, or try client_secret_post/],
  ])(
    'B2: refused with invalid_client, where the metadata list %s, is told',
    async (_, methods, why) => {
      const world = await aWorld()
      if (methods !== undefined) {
        world.hostile.setMetadata({ token_endpoint_auth_methods_supported: methods })
      }
      world.hostile.answer('token', json({ error: 'invalid_client' }, 401))
      const refused = await world.exchange().catch((fault: unknown) => fault)
      expect(String(refused)).toMatch(why)
      expect(String(refused)).not.toContain(SECRET)
      world.hostile.answer('token', text('Unauthorized', 401))
      expect(String(await world.exchange().catch((fault: unknown) => fault))).toMatch(why)
    },
  )

  it('authenticates by client_secret_post', async () => {
    const { first } = await authenticateBy({ method: 'client_secret_post', secret: SECRET })
    expect(first.authorization).toBeUndefined()
    expect(first.form.get('client_id')).toBe('shop')
    expect(first.form.get('client_secret')).toBe(SECRET)
  })

  it('names itself by none', async () => {
    const { first } = await authenticateBy({ method: 'none' })
    expect(first.authorization).toBeUndefined()
    expect(first.form.get('client_id')).toBe('shop')
    expect(first.form.has('client_secret')).toBe(false)
  })

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)(
    'R21: signs %s assertions for the issuer alone, each with a jti of its own and a short life',
    async (algorithm) => {
      const { privatePem } = createTokenSigner('client-key', algorithm)
      const world = await authenticateBy({
        method: 'private_key_jwt',
        assertionAudience: 'Issuer',
        privateKeyPem: privatePem,
        keyId: 'client-key',
        algorithm,
      })
      const assertions = [world.first, world.second].map(
        ({ form }) => form.get('client_assertion') ?? '',
      )
      const [one, two] = assertions.map((assertion) => decodeJwt(assertion))
      expect(decodeProtectedHeader(assertions[0] ?? '')).toMatchObject({
        alg: algorithm,
        kid: 'client-key',
      })
      expect(one).toMatchObject({ aud: world.hostile.issuer, iss: 'shop', sub: 'shop' })
      expect(one?.jti).not.toBe(two?.jti)
      const life = (one?.exp ?? 0) - world.seconds()
      expect(life).toBeGreaterThan(0)
      expect(life).toBeLessThanOrEqual(61)
      expect(world.first.form.get('client_assertion_type')).toBe(
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      )
    },
  )

  it('R21: signs assertions with its secret as well', async () => {
    const world = await authenticateBy({
      method: 'client_secret_jwt',
      assertionAudience: 'Issuer',
      secret: SECRET,
    })
    const assertion = world.first.form.get('client_assertion') ?? ''
    expect(decodeProtectedHeader(assertion).alg).toBe('HS256')
    expect(decodeJwt(assertion).aud).toBe(world.hostile.issuer)
    expect(world.first.form.has('client_secret')).toBe(false)
  })

  it.each(['client_secret_jwt', 'private_key_jwt'] as const)(
    'B4, R21: %s is for the token endpoint alone where the client says so',
    async (method) => {
      const { privatePem } = createTokenSigner('client-key')
      const assertionAudience = 'TokenEndpoint'
      const world = await authenticateBy(
        method === 'client_secret_jwt'
          ? { method, assertionAudience, secret: SECRET }
          : { method, assertionAudience, privateKeyPem: privatePem, algorithm: 'RS256' },
      )
      const assertions = [world.first, world.second].map(({ form }) =>
        decodeJwt(form.get('client_assertion') ?? ''),
      )
      const endpoint = `${world.hostile.issuer}/token`
      expect(assertions.map(({ aud }) => aud)).toEqual([endpoint, endpoint])
      expect(new Set(assertions.map(({ jti }) => jti)).size).toBe(2)
    },
  )

  it('with a key that cannot be used is misconfigured, and the key is not shown', async () => {
    const authentication: ClientAuthentication = {
      method: 'private_key_jwt',
      assertionAudience: 'Issuer',
      privateKeyPem: 'not a key',
      algorithm: 'RS256',
    }
    const world = await aWorld({ client: { authentication } })
    const refused = await world.exchange().catch((fault: unknown) => fault)
    expect(refused).toMatchObject({ code: 'provider_misconfigured' })
    expect(String(refused)).not.toContain('not a key')
  })

  it('names the resources it wants tokens for', async () => {
    const resources = ['https://api.example.com', 'https://other.example.com']
    const world = await aWorld({ client: { resources } })
    world.honestly()
    await world.exchange()
    await world.refresh()
    for (const { form } of world.hostile.tokenRequests) {
      expect(form.getAll('resource')).toEqual(resources)
    }
  })
})

describe('the URLs the browser is sent to', () => {
  it('R16: the authorization request keeps what the endpoint has, and nothing overrides ours', async () => {
    const world = await aWorld()
    world.hostile.setMetadata({
      authorization_endpoint: 'https://sso.example.com/authorize?tenant=7&state=fixed',
    })
    const url = await world.relyingParty.authorizationUrl(world.client, world.login, {}, unlimited)
    const { origin, searchParams } = new URL(url)
    expect(origin).toBe('https://sso.example.com')
    expect(searchParams.get('tenant')).toBe('7')
    expect(searchParams.getAll('state')).toEqual([world.login.state])
    // RFC 7636 section 4.2: the hash of the verifier, never the verifier.
    expect(searchParams.get('code_challenge')).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(url).not.toContain(world.login.codeVerifier)
  })

  it('the end-session request names client, ID token, return and state', async () => {
    const world = await aWorld()
    const request = { idToken: 'id-1', state: 'state-9', returnUrl: 'https://shop.example.com/out' }
    const url = await world.relyingParty.endSessionUrl(world.client, request, unlimited)
    expect(Object.fromEntries(new URL(url ?? '').searchParams)).toEqual({
      client_id: 'shop',
      id_token_hint: 'id-1',
      post_logout_redirect_uri: 'https://shop.example.com/out',
      state: 'state-9',
    })
  })

  it('B9: the end-session request carries what the client adds, and nothing of it overrides the flow', async () => {
    const logout = {
      ...aClient().logout,
      endSessionParameters: {
        logout_uri: '$RETURN_URL',
        client_id: '$CLIENT_ID',
        returnTo: '$RETURN_URL',
        federated: '',
        state: 'planted',
        id_token_hint: 'planted',
        post_logout_redirect_uri: 'https://evil.example.com/',
      },
    }
    const endpoints = { endSession: 'https://sso.example.com/v2/logout?returnTo=/&tenant=7' }
    const { provider } = await aHostileProvider({ endpoints })
    const world = await aWorld({ client: { logout, provider } })
    const returnUrl = 'https://shop.example.com/out?a=b&c=d'
    const request = { idToken: 'id-1', state: 'state-9', returnUrl }
    const url = await world.relyingParty.endSessionUrl(world.client, request, unlimited)
    expect(Object.fromEntries(new URL(url ?? '').searchParams)).toEqual({
      tenant: '7',
      logout_uri: returnUrl,
      returnTo: returnUrl,
      federated: '',
      client_id: 'shop',
      id_token_hint: 'id-1',
      post_logout_redirect_uri: returnUrl,
      state: 'state-9',
    })
    const without = await world.relyingParty.endSessionUrl(
      world.client,
      { state: 'state-9', returnUrl },
      unlimited,
    )
    expect(new URL(without ?? '').searchParams.has('id_token_hint')).toBe(false)
  })

  it('the end-session request leaves an ID token out that would make its URL too long', async () => {
    const world = await aWorld()
    const request = { state: 'state-9', returnUrl: 'https://shop.example.com/out' }
    const hintOf = async (idToken: string) => {
      const asked = { ...request, idToken }
      const url = await world.relyingParty.endSessionUrl(world.client, asked, unlimited)
      return new URL(url ?? '').searchParams.get('id_token_hint')
    }
    expect(await hintOf('x'.repeat(6_144))).toHaveLength(6_144)
    expect(await hintOf('x'.repeat(6_145))).toBeNull()
  })

  it('there is no end-session request where the provider offers none', async () => {
    const world = await aWorld()
    world.hostile.setMetadata({ end_session_endpoint: undefined })
    const request = { state: 'state-9', returnUrl: 'https://shop.example.com/out' }
    expect(await world.relyingParty.endSessionUrl(world.client, request, unlimited)).toBeUndefined()
  })

  it('a provider without an authorization endpoint is misconfigured', async () => {
    const world = await aWorld({ provider: { discovery: false } })
    const url = world.relyingParty.authorizationUrl(world.client, world.login, {}, unlimited)
    await expect(url).rejects.toMatchObject({ code: 'provider_misconfigured' })
  })
})

describe('B8: a provider of many tenants', () => {
  const aTenantWorld = async (sent: string, sendsIssuer = true) => {
    const { hostile, provider: plain } = await aHostileProvider()
    const issuer = `${hostile.issuer}/{tenantid}`
    const provider: Provider = {
      ...plain,
      issuer,
      tenants: ['t1'],
      metadataUrl: `${hostile.issuer}/.well-known/openid-configuration`,
    }
    hostile.setMetadata({
      issuer,
      authorization_response_iss_parameter_supported: sendsIssuer,
    })
    const world = await aWorld()
    const iss = `${hostile.issuer}/t1`
    const idToken = hostile.signer.sign(world.idClaims({ iss, tid: 't1' }))
    hostile.setTokens(world.tokenAnswer(idToken))
    const client = { ...world.client, provider }
    const came = sent === '' ? undefined : `${hostile.issuer}/${sent}`
    return world.relyingParty.exchange(client, world.login, world.query({ iss: came }), unlimited)
  }

  it.each([
    ['the iss of its tenant', 't1', true],
    ['no iss, and never sends one', '', false],
  ])('a callback with %s ends in a session', async (_, sent, sendsIssuer) => {
    expect(outcomeOf(await aTenantWorld(sent, sendsIssuer))).toBe('tokens')
  })

  it.each([
    ['no iss, though it sends one', ''],
    ['an iss that is no tenant', 't1/other'],
  ])('a callback with %s is refused', async (_, sent) => {
    expect(outcomeOf(await aTenantWorld(sent))).toBe('id_token_invalid')
  })
})
