import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { readJwt } from '../../../../src/oidc/token/jwt.ts'
import { json } from '../../../support/hostile-provider.ts'
import { aDelegatingWorld, GATEWAY } from './delegating-world.ts'

describe('an exchange in which somebody acts', () => {
  it('sends the token of the actor, which that client is given by its own credentials', async () => {
    const { acting, exchanges, grants, facts, subjectOf } = await aDelegatingWorld()
    const subject = subjectOf()
    expect(await acting(subject)).toMatch(/^eyJ/)
    const [grant] = grants()
    expect(Object.fromEntries(grant?.form ?? [])).toEqual({ grant_type: 'client_credentials' })
    expect(atob(grant?.authorization?.replace('Basic ', '') ?? '')).toMatch(/^gateway:/)
    const [exchange] = exchanges()
    expect(exchange?.form.get('subject_token')).toBe(subject.token)
    expect(exchange?.form.get('actor_token_type')).toBe(
      'urn:ietf:params:oauth:token-type:access_token',
    )
    const sent = readJwt(exchange?.form.get('actor_token') ?? '')
    expect(sent?.claims).toMatchObject({ sub: GATEWAY, client_id: 'gateway' })
    expect(atob(exchange?.authorization?.replace('Basic ', '') ?? '')).toMatch(/^shop:/)
    expect(facts).toEqual(['exchanged'])
  })

  it('is another than without, and than with another actor or another generation of it', async () => {
    const { ask, acting, exchanges, subjectOf, actor } = await aDelegatingWorld()
    const subject = subjectOf()
    await acting(subject)
    await acting(subject)
    expect(exchanges()).toHaveLength(1)
    await acting(subject, { actor: { ...actor, generation: 'g2' } })
    await acting(subject, { actor: { ...actor, name: 'shop/other' } })
    expect(exchanges()).toHaveLength(3)
    await ask(subject)
    expect(exchanges()).toHaveLength(4)
  })

  it('gets one token for the actor, whatever the number of exchanges and processes', async () => {
    const { acting, exchanges, grants, subjectOf, process } = await aDelegatingWorld()
    const processes = Array.from({ length: 3 }, () => process())
    const subjects = Array.from({ length: 5 }, (_, at) => subjectOf('alice', { token: `t${at}` }))
    const all = processes.flatMap((by) => subjects.map((subject) => acting(subject, {}, by)))
    expect((await Promise.all(all)).every((token) => token.startsWith('eyJ'))).toBe(true)
    expect([grants().length, exchanges().length]).toEqual([1, 5])
  })

  it('gets another one for the actor shortly before that ends', async () => {
    const { acting, grants, subjectOf, clock } = await aDelegatingWorld()
    await acting(subjectOf('alice', { token: 'one' }))
    clock.advance(289_999)
    await acting(subjectOf('alice', { token: 'two' }))
    expect(grants()).toHaveLength(1)
    clock.advance(1)
    await acting(subjectOf('alice', { token: 'three' }))
    expect(grants()).toHaveLength(2)
  })

  it.each<[string, Claims, string]>([
    ['no act', {}, 'it has no act claim: the provider passes over `actor_token`'],
    ['an act that is text', { act: GATEWAY }, 'its act claim is no JSON object'],
    ['an act that is a list', { act: [{ sub: GATEWAY }] }, 'its act claim is no JSON object'],
    ['an act of nobody', { act: {} }, 'its act claim has no sub'],
    ['an act of somebody else', { act: { sub: 'mallory' } }, 'the sub of its act claim is not'],
    [
      'an act of the same name elsewhere',
      { act: { sub: GATEWAY, iss: 'https://other.example.com' } },
      'the iss of its act claim is not',
    ],
    [
      'the actor as its subject',
      { sub: GATEWAY, act: { sub: GATEWAY } },
      'its sub claim is not that of the token which was exchanged',
    ],
  ])('R23: takes no token with %s', async (_what, claims, sentence) => {
    const { acting, state, facts } = await aDelegatingWorld()
    state.newClaims = () => claims
    const said = await acting()
    expect(said).toMatch(/^exchange_refused: shop\/shop: /)
    expect(said).toContain(sentence)
    expect(facts).toEqual(['refused'])
  })

  it('takes one whose act says more: who acted before, and no issuer', async () => {
    const { acting, state } = await aDelegatingWorld()
    state.newClaims = ({ sub = null }) => ({ act: { sub, act: { sub: 'before' } } })
    expect(await acting()).toMatch(/^eyJ/)
  })
})

describe('the token of the actor', () => {
  it.each<[string, Claims, string]>([
    ['is of nobody', { sub: '' }, 'has no sub claim'],
    ['is of another client', { client_id: 'other' }, 'was issued to another client'],
    ['is authorized for another', { client_id: undefined as never, azp: 'x' }, 'another client'],
  ])('R23: is not used where it %s', async (_what, claims, sentence) => {
    const { acting, state, exchanges } = await aDelegatingWorld()
    state.actorClaims = claims
    const said = await acting()
    expect(said).toContain('the token of OIDCClient shop/gateway, which acts, ')
    expect(said).toContain(sentence)
    expect(exchanges()).toEqual([])
  })

  it('may be opaque where the rule takes that, and then act names somebody at least', async () => {
    const { acting, state, exchanges, withMayAct, subjectOf } = await aDelegatingWorld()
    state.actorAnswer = json({ access_token: 'opaque', token_type: 'Bearer' })
    expect(await acting()).toContain('is no JWT, so that nobody here can tell')
    expect(exchanges()).toEqual([])
    const accepting = { takesOpaque: true }
    expect(await acting(subjectOf(), accepting)).toContain('its act claim has no sub')
    state.newClaims = () => ({ act: { sub: 'whoever' } })
    const other = { ...accepting, scopes: [] }
    expect(await acting(subjectOf(), other)).toMatch(/^eyJ/)
    expect(await acting(withMayAct({ sub: 'whoever' }), other)).toContain('cannot be compared')
  })

  it('is refused for seconds, with what mends it', async () => {
    const { acting, state, grants, exchanges, subjectOf, clock } = await aDelegatingWorld()
    state.actorAnswer = json({ error: 'unauthorized_client' }, 400)
    const said = await acting(subjectOf('alice', { token: 'one' }))
    expect(said).toContain('exchange_refused: shop/gateway, which acts in exchanges, is given no')
    expect(said).toContain('allow it the grant type client_credentials there')
    await acting(subjectOf('alice', { token: 'two' }))
    expect([grants().length, exchanges().length]).toEqual([1, 0])
    clock.advance(3_000)
    state.actorAnswer = undefined
    expect(await acting(subjectOf('alice', { token: 'two' }))).toMatch(/^eyJ/)
  })

  it('is missed where its credentials are wrong, or its provider is unwell', async () => {
    const { acting, state, subjectOf, clock } = await aDelegatingWorld()
    state.actorAnswer = json({ error: 'invalid_client' }, 401)
    expect(await acting()).toContain('`authentication.method` is')
    clock.advance(3_000)
    state.actorAnswer = json({ error: 'temporarily_unavailable' }, 503)
    expect(await acting(subjectOf('alice', { token: 'two' }))).toMatch(/^provider_unreachable: /)
  })

  it('is another one soon where the provider says that it does not take it, and shown nowhere', async () => {
    const { acting, state, grants, exchanges, clock, subjectOf } = await aDelegatingWorld()
    state.exchangeAnswer = (response) => {
      const token = exchanges().at(-1)?.form.get('actor_token')
      json({ error: 'invalid_grant', error_description: `actor_token ${token}` }, 400)(response)
    }
    const subject = subjectOf()
    const said = await acting(subject)
    expect(said).toMatch(/^exchange_refused: .*invalid_grant: actor_token \(not shown\); /)
    expect(said).toContain('let the client "gateway" act for others at the provider')
    clock.advance(3_000)
    state.exchangeAnswer = undefined
    expect(await acting(subject)).toMatch(/^eyJ/)
    expect(grants()).toHaveLength(2)
  })

  it('is doubted before a session is, where the provider does not say which it does not take', async () => {
    const { acting, state, grants, clock, subjectOf } = await aDelegatingWorld()
    await acting(subjectOf('alice', { token: 'before' }))
    clock.advance(60_000)
    state.exchangeAnswer = json({ error: 'invalid_grant' }, 400)
    const subject = subjectOf('alice', { token: 'now' })
    expect(await acting(subject)).toMatch(/^exchange_refused: .*another one is got for the actor/)
    clock.advance(3_000)
    expect(await acting(subject)).toMatch(/^subject_refused: /)
    expect(grants()).toHaveLength(2)
  })

  it('is not doubted where the provider says that it is the other', async () => {
    const { acting, state, clock, subjectOf } = await aDelegatingWorld()
    await acting(subjectOf('alice', { token: 'before' }))
    clock.advance(60_000)
    const error_description = 'Invalid subject_token'
    state.exchangeAnswer = json({ error: 'invalid_request', error_description }, 400)
    expect(await acting(subjectOf('alice', { token: 'now' }))).toMatch(/^subject_refused: /)
  })
})
