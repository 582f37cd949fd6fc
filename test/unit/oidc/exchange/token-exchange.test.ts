import { describe, expect, it, vi } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { Exchange } from '../../../../src/core/policy/upstream.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { anExchangeWorld, HOUR_MS, ORDERS } from '../../../support/exchange-world.ts'
import { json, redirectTo, text } from '../../../support/hostile-provider.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const having =
  (changes: Claims) =>
  (claims: Claims): Claims => ({ ...claims, ...changes })

const without =
  (gone: string) =>
  (claims: Claims): Claims =>
    Object.fromEntries(Object.entries(claims).filter(([name]) => name !== gone))

describe('an exchange', () => {
  it('sends what RFC 8693 section 2.1 says, as the client', async () => {
    const world = await anExchangeWorld()
    const subject = world.subjectOf()
    const token = await world.ask(subject, {
      resource: 'https://orders.example.com/',
      requestedTokenType: 'access_token',
    })
    expect(token).toMatch(/^eyJ/)
    const [request] = world.hostile.tokenRequests
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subject.token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'orders',
      resource: 'https://orders.example.com/',
      scope: 'orders:read',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    })
    expect(request?.authorization).toMatch(/^Basic /)
    expect(world.facts).toEqual(['exchanged'])
  })

  it('is answered at once and by the same object where it is known', async () => {
    const { one, client, subjectOf } = await anExchangeWorld()
    const subject = subjectOf()
    const first = await one.of(client, subject, ORDERS, unlimited)
    expect(one.of(client, subject, ORDERS, unlimited)).toBe(first)
  })

  it('is one for 5 processes with 50 requests each', async () => {
    const { process, ask, subjectOf, client, asked } = await anExchangeWorld()
    const subject = subjectOf()
    const all = Array.from({ length: 5 }, process).flatMap((by) =>
      Array.from({ length: 50 }, () => ask(subject, {}, client, by)),
    )
    expect(new Set(await Promise.all(all)).size).toBe(1)
    expect(asked()).toBe(1)
  })

  it('R24: is another one for each token, subject, client generation and target', async () => {
    const { ask, subjectOf, client, hostile, claimsOf, asked } = await anExchangeWorld()
    const token = hostile.signer.sign({ ...claimsOf('alice', 'shop'), jti: '1' })
    const subject = subjectOf('alice', { token })
    const others: readonly Parameters<typeof ask>[] = [
      [subject],
      [subjectOf('alice', { token: hostile.signer.sign({ ...claimsOf('alice', 'x'), jti: '2' }) })],
      [{ ...subject, subject: 'bob' }],
      [{ ...subject, issuer: 'https://other.example.com' }],
      [subject, { scopes: [] }],
      [subject, { resource: 'https://orders.example.com/' }],
      [subject, { takesOpaque: true }],
      [subject, { requestedTokenType: 'access_token' }],
      [subject, {}, { ...client, generation: 'c2' }],
      [subject, {}, { ...client, name: 'shop/other' }],
    ]
    for (const [at, other] of others.entries()) {
      await ask(...other)
      await ask(...other)
      expect(asked()).toBe(at + 1)
    }
  })

  it('is kept until shortly before either token ends', async () => {
    const { ask, subjectOf, clock, asked, hostile, issued } = await anExchangeWorld()
    const subject = subjectOf('alice', { expiresAtMs: clock.nowMs() + 60_000 })
    await ask(subject)
    clock.advance(49_999)
    await ask(subject)
    expect(asked()).toBe(1)
    clock.advance(1)
    hostile.setTokens(issued())
    await ask(subject)
    expect(asked()).toBe(2)
    const lasting = subjectOf('alice', { expiresAtMs: clock.nowMs() + 10 * HOUR_MS })
    hostile.setTokens(issued({ jti: 'short' }, { expires_in: 20 }))
    await ask(lasting)
    clock.advance(14_999)
    await ask(lasting)
    expect(asked()).toBe(3)
    clock.advance(1)
    await ask(lasting)
    expect(asked()).toBe(4)
  })

  it('keeps no more in a process than it may: the one that was used last', async () => {
    const { ask, subjectOf, process, client, asked } = await anExchangeWorld()
    const by = process({ maxBytes: 3_072, isAlone: true })
    const [first, second] = [
      subjectOf('alice', { token: 'one' }),
      subjectOf('alice', { token: 'two' }),
    ]
    for (const subject of [first, second, second]) await ask(subject, {}, client, by)
    expect(asked()).toBe(2)
    await ask(first, {}, client, by)
    expect(asked()).toBe(3)
  })
})

describe('the token that comes back', () => {
  it.each<[string, (claims: Claims) => Claims, string]>([
    [
      'is for another audience',
      having({ aud: 'payments' }),
      'holds none of the audiences required',
    ],
    ['is for nobody', without('aud'), 'The aud claim is absent'],
    ['is of another subject', having({ sub: 'bob' }), 'its sub claim is not that of the token'],
    ['is of nobody', having({ sub: '' }), 'The sub claim is absent'],
    ['is of another issuer', having({ iss: 'https://evil.example.com' }), 'Its iss claim'],
    ['has expired', having({ exp: 1 }), 'The exp claim has passed'],
    ['never ends', without('exp'), 'The exp claim is absent'],
    ['is an ID token', having({ typ: 'ID' }), 'The token is an ID token'],
    ['is bound to a key', having({ cnf: { jkt: 'k'.repeat(43) } }), 'bound to a key'],
    [
      'is bound to a certificate',
      having({ cnf: { 'x5t#S256': 'c'.repeat(43) } }),
      'bound to a key',
    ],
    [
      'is bound in a way of its own',
      having({ cnf: { kid: 'k' } }),
      'The cnf claim binds the token by',
    ],
  ])('R23: is refused where it %s', async (_what, change, sentence) => {
    const { ask, hostile, issued, claimsOf, facts } = await anExchangeWorld()
    const token = hostile.signer.sign(change(claimsOf('alice', 'orders')))
    hostile.setTokens({ ...issued(), access_token: token })
    expect(await ask()).toMatch(/^exchange_refused: /)
    expect(await ask()).toContain(sentence)
    expect(facts).toEqual(['refused'])
  })

  it('is refused where it has expired by our clock, though skew would let a bearer token pass', async () => {
    const { ask, hostile, issued, clock } = await anExchangeWorld()
    hostile.setTokens(issued({ exp: Math.floor(clock.nowMs() / 1000) - 1 }))
    expect(await ask()).toContain('its exp claim has passed')
  })

  it('R23: is refused where somebody else signed it, or nobody', async () => {
    const { ask, hostile, issued, claimsOf, subjectOf } = await anExchangeWorld()
    const forged = createTokenSigner('key-1').sign(claimsOf('alice', 'orders'))
    hostile.setTokens(issued({}, { access_token: forged }))
    expect(await ask()).toContain('No key of the provider made the signature')
    const unsigned = `${forged.split('.').slice(0, 2).join('.')}.`
    hostile.setTokens(issued({}, { access_token: unsigned }))
    expect(await ask(subjectOf('alice', { token: 'opaque-1' }))).toMatch(/^exchange_refused: /)
  })

  it('R23: has the subject of the token that was exchanged, where that is not the one of the session', async () => {
    const { ask, hostile, issued, claimsOf, subjectOf } = await anExchangeWorld()
    const pairwise = { token: hostile.signer.sign(claimsOf('alice-at-orders', 'shop')) }
    expect(await ask(subjectOf('alice', pairwise))).toContain('its sub claim')
    hostile.setTokens(issued({ sub: 'alice-at-orders' }))
    expect(
      await ask(subjectOf('alice', { ...pairwise, expiresAtMs: 9e12 }), { scopes: [] }),
    ).toMatch(/^eyJ/)
  })

  it('may be for anybody where only scopes were asked for, and holds the resource where that was', async () => {
    const { one, client, hostile, issued, subjectOf } = await anExchangeWorld()
    const scopes: Exchange = { scopes: ['orders:read'], takesOpaque: false }
    const asking = async (exchange: Exchange) => one.of(client, subjectOf(), exchange, unlimited)
    hostile.setTokens(issued({ aud: ['a', 'b'] }))
    expect((await asking(scopes)).kind).toBe('token')
    const resource = 'https://orders.example.com/'
    await expect(asking({ ...scopes, resource })).rejects.toThrow('none of the audiences')
    hostile.setTokens(issued({ aud: resource }))
    expect((await asking({ ...scopes, resource, scopes: [] })).kind).toBe('token')
  })

  it('may be opaque where the rule takes that, and is used for a minute where it does not say how long it lasts', async () => {
    const { ask, hostile, issued, subjectOf, clock, asked } = await anExchangeWorld()
    const { expires_in: _gone, ...opaque } = issued({}, { access_token: 'opaque-token' })
    hostile.setTokens(opaque)
    expect(await ask()).toContain('set `upstream.exchange.opaque` to Accept')
    const subject = subjectOf()
    expect(await ask(subject, { takesOpaque: true })).toBe('opaque-token')
    const before = asked()
    clock.advance(60_000)
    await ask(subject, { takesOpaque: true })
    expect(asked()).toBe(before + 1)
  })

  it.each([
    ['a page', text('<html></html>', 200, 'text/html'), 'a page of HTML'],
    ['nothing', text(''), 'an empty body'],
    ['a refresh token alone', json({ refresh_token: 'r' }), 'it has no access_token'],
  ])('is none where the answer is %s', async (_what, answer, sentence) => {
    const { ask, hostile } = await anExchangeWorld()
    hostile.answer('token', answer)
    const said = await ask()
    expect(said).toMatch(/^exchange_refused: /)
    expect(said).toContain(sentence)
  })

  it.each([
    ['a redirect', redirectTo('https://evil.example.com/'), 'provider_misconfigured'],
    ['an error of the provider', text('oops', 500), 'provider_unreachable'],
    ['more than anybody reads', text('x'.repeat(3_000_000)), 'provider_'],
  ])('is none where there is %s', async (_what, answer, code) => {
    const { ask, hostile } = await anExchangeWorld()
    hostile.answer('token', answer)
    expect(await ask()).toMatch(new RegExp(`^${code}`))
  })
})

describe('a refusal', () => {
  it('that only an operator can mend is kept for seconds, at all replicas', async () => {
    const { ask, hostile, subjectOf, process, client, clock, asked } = await anExchangeWorld()
    hostile.answer(
      'token',
      json({ error: 'invalid_client', error_description: 'Audience not found' }, 400),
    )
    const subject = subjectOf()
    const sentence = await ask(subject)
    expect(sentence).toContain('exchange_refused: shop/shop: the token endpoint refused')
    expect(sentence).toContain('no client called "orders"')
    expect(await ask(subject, {}, client, process())).toBe(sentence)
    expect(asked()).toBe(1)
    clock.advance(5_000)
    hostile.answer('token', undefined)
    expect(await ask(subject)).toMatch(/^eyJ/)
  })

  it('of the subject token is an answer, and shows no token', async () => {
    const { ask, hostile, subjectOf, facts } = await anExchangeWorld()
    const subject = subjectOf()
    const echo = `Invalid token ${subject.token}`
    hostile.answer('token', json({ error: 'invalid_request', error_description: echo }, 400))
    const said = await ask(subject)
    expect(said).toMatch(/^subject_refused: The provider does not exchange the access token/)
    expect(said).not.toContain(subject.token)
    expect(facts).toEqual(['subject_refused'])
  })

  it('is none where the provider cannot be reached: the next request asks again', async () => {
    const { ask, hostile, subjectOf, facts } = await anExchangeWorld()
    const subject = subjectOf()
    await ask(subjectOf('alice', { token: 'warm' }))
    await hostile.takeDown()
    expect(await ask(subject)).toMatch(/^provider_unreachable: /)
    await hostile.bringUp()
    await vi.waitFor(async () => expect(await ask(subject)).toMatch(/^eyJ/))
    expect(facts).toContain('unavailable')
  })
})
