import { describe, expect, it } from 'vitest'
import type { Claims } from '../../src/core/identity/identity.ts'
import {
  aggregated,
  aSourcedWorld,
  distributed,
  jwt,
  passesNoneOf,
  type SourcedWorld,
} from '../support/claim-sources.ts'
import { anOpeningKey, encryptedTo } from '../support/encrypted-tokens.ts'
import {
  type HostileAnswer,
  hang,
  json,
  redirectTo,
  text,
  truncate,
} from '../support/hostile-provider.ts'
import { createTokenSigner, hmacToken, unsignedToken } from '../support/token-signer.ts'

describe('a login whose ID token refers to claims in the wrong way', () => {
  it.each<[string, (world: SourcedWorld) => Claims]>([
    ['another host', () => distributed('https://evil.example.com/claims')],
    ['the metadata of a cloud', () => distributed('http://169.254.169.254/latest/meta-data/')],
    ['another path', ({ endpoint }) => distributed(`${endpoint}/../admin`)],
    ['a query', ({ endpoint }) => distributed(`${endpoint}?user=root`)],
    ['a fragment', ({ endpoint }) => distributed(`${endpoint}#`)],
    ['another spelling', ({ endpoint }) => distributed(endpoint.replace('http:', 'HTTP:'))],
    ['a user', ({ endpoint }) => distributed(endpoint.replace('//', '//listed@'))],
    ['another issuer', ({ says }) => aggregated(says({ iss: 'https://evil.example.com' }))],
    ['no issuer', ({ says }) => aggregated(says({ iss: undefined }))],
    ['no JWT', () => aggregated('hello')],
  ])('R25: asks nobody that is not listed, and the claim stays unknown: %s', async (_, claims) => {
    const world = await aSourcedWorld()
    const tokens = await world.tokensOf(world.login(claims(world)))
    expect(world.hostile.requestCount('claims')).toBe(0)
    expect(world.hostile.requestCount('jwks')).toBe(0)
    expect(passesNoneOf(tokens)).toBe(false)
    expect(world.facts).toEqual([])
    expect(world.told).toMatchObject([
      expect.stringMatching(
        /^shop\/shop: the provider says that groups is in (an endpoint of|a JWT)/,
      ),
    ])
  })

  it('says once what is not listed, without the person that a URL names', async () => {
    const { login, told } = await aSourcedWorld({ claimSources: [] })
    for (const person of ['alice', 'bob', 'carol']) {
      await login(distributed(`https://graph.example.com/users/${person}/getMemberObjects`))
    }
    expect(told).toEqual([
      'shop/shop: the provider says that groups is in an endpoint of https://graph.example.com, which is none of `claimSources` of IdentityProvider shop/keycloak: nothing is known of it, and rules about it deny.',
    ])
  })

  const signed = (world: SourcedWorld, claims: Parameters<SourcedWorld['says']>[0], header = {}) =>
    jwt(world.says(claims, header))

  const untrusted: readonly [string, string, (world: SourcedWorld) => HostileAnswer][] = [
    ['JSON', 'is no JWT', () => json({ groups: ['admins'] })],
    ['a page', 'is no JWT', () => text('<html>', 200, 'text/html')],
    ['nothing', 'is no JWT', () => text('')],
    ['alg none', 'alg header', ({ hostile }) => jwt(unsignedToken({ iss: hostile.issuer }))],
    [
      'a JWT keyed with the public key',
      'alg header',
      ({ hostile }) => jwt(hmacToken({ iss: hostile.issuer }, hostile.signer.publicPem, 'key-1')),
    ],
    [
      'a JWT of a key that is not published',
      'not signed by one of its keys',
      ({ hostile }) => jwt(createTokenSigner('key-1').sign({ iss: hostile.issuer })),
    ],
    ['another issuer', 'comes from another issuer', (w) => signed(w, { iss: 'https://evil.test' })],
    ['no issuer', 'comes from another issuer', (w) => signed(w, { iss: undefined })],
    ['another audience', 'is for another audience', (w) => signed(w, { aud: ['other'] })],
    ['an audience that is none', 'is for another audience', (w) => signed(w, { aud: [7] })],
    ['an expired JWT', 'has expired', (w) => signed(w, { exp: w.seconds - 60 })],
    ['an exp that is a text', 'exp claim', (w) => signed(w, { exp: 'soon' })],
    ['an nbf to come', 'nbf claim', (w) => signed(w, { nbf: w.seconds + 60 })],
    ['an nbf that is a text', 'nbf claim', (w) => signed(w, { nbf: 'soon' })],
    ['an iat to come', 'iat claim', (w) => signed(w, { iat: w.seconds + 60 })],
    ['an iat that is a text', 'iat claim', (w) => signed(w, { iat: 'now' })],
    ['an unknown crit header', 'crit header', (w) => signed(w, {}, { crit: ['x'] })],
    ['another kind of token', 'by its typ', (w) => signed(w, {}, { typ: 'logout+jwt' })],
    ['a security event', 'security event', (w) => signed(w, { events: {} })],
    ['a refusal', 'refused: invalid_token', () => json({ error: 'invalid_token' }, 401)],
    ['a refusal with 200', 'refused: no', () => json({ error: 'no' })],
    ['404', 'refused: status 404', () => text('', 404)],
  ]

  it.each(untrusted)('R22, R23: is refused for %s', async (_, why, answer) => {
    const world = await aSourcedWorld()
    world.hostile.answer('claims', answer(world))
    expect(await world.login(distributed(world.endpoint))).toMatchObject({
      kind: 'refused',
      reason: 'claim_source_refused',
      detail: expect.stringContaining(why),
    })
    expect(world.facts).toEqual([{ way: 'distributed', outcome: 'refused' }])
  })

  it('R31: and the refusal does not repeat the token', async () => {
    const { hostile, endpoint, login } = await aSourcedWorld()
    const echo = { error: 'no', error_description: 'not with ksj3n283dke' }
    hostile.answer('claims', json(echo, 403))
    const outcome = await login(distributed(endpoint))
    expect(outcome).toMatchObject({ detail: expect.stringContaining('(not shown)') })
    expect(JSON.stringify(outcome)).not.toContain('ksj3n283dke')
  })

  it('is refused for an answer that is encrypted', async () => {
    const { hostile, endpoint, says, login } = await aSourcedWorld()
    hostile.answer('claims', jwt(await encryptedTo(anOpeningKey(), says())))
    expect(await login(distributed(endpoint))).toMatchObject({
      reason: 'claim_source_refused',
      detail: expect.stringContaining('is encrypted: have it signed alone'),
    })
  })

  it('is refused for a JWT that it has with it and that nobody signed', async () => {
    const { hostile, login } = await aSourcedWorld()
    const forged = unsignedToken({ iss: hostile.issuer, groups: ['admins'] })
    expect(await login(aggregated(forged))).toMatchObject({ reason: 'claim_source_refused' })
  })

  it('is refused where it refers to more sources than anybody has', async () => {
    const { endpoint, login, hostile } = await aSourcedWorld()
    const many = Array.from({ length: 9 }, (_, index) => [`c${index}`, `s${index}`] as const)
    const claims = {
      _claim_names: Object.fromEntries(many),
      _claim_sources: Object.fromEntries(many.map(([, source]) => [source, { endpoint }])),
    }
    expect(await login(claims)).toMatchObject({
      reason: 'claim_source_refused',
      detail: expect.stringContaining('refers to 9 claim sources'),
    })
    expect(hostile.requestCount('claims')).toBe(0)
  })

  it.each<[string, HostileAnswer, string]>([
    ['fails', text('', 500), 'provider_unreachable'],
    ['redirects', redirectTo('https://evil.example.com/claims'), 'provider_misconfigured'],
    ['redirects to this machine', redirectTo('http://127.0.0.1:1/'), 'provider_misconfigured'],
    ['never answers', hang, 'provider_unreachable'],
    ['answers without an end', text('a'.repeat(8_000_000)), 'provider_unreachable'],
    ['breaks off', truncate, 'provider_unreachable'],
  ])('is unavailable where the source %s: no session is made without', async (_, answer, code) => {
    const { hostile, endpoint, login, facts } = await aSourcedWorld()
    hostile.answer('claims', answer)
    await expect(login(distributed(endpoint))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`(claim source ${hostile.issuer})`),
    })
    expect(facts).toEqual([{ way: 'distributed', outcome: 'failed' }])
  })

  it('is unavailable where the keys of the source cannot be had', async () => {
    const { hostile, says, login } = await aSourcedWorld()
    hostile.answer('jwks', text('', 500))
    await expect(login(aggregated(says()))).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it('asks again what was perhaps not heard, once', async () => {
    const { hostile, endpoint, login } = await aSourcedWorld()
    hostile.answer('claims', text('', 503))
    await expect(login(distributed(endpoint))).rejects.toMatchObject({
      code: 'provider_unreachable',
    })
    expect(hostile.requestCount('claims')).toBe(2)
  })
})
