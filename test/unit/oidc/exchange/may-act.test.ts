import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { aDelegatingWorld, GATEWAY } from './delegating-world.ts'

describe('a token that says who may act for its subject', () => {
  it.each<[string, (issuer: string) => Claims]>([
    ['by its subject', () => ({ sub: GATEWAY })],
    ['by subject and issuer', (iss) => ({ sub: GATEWAY, iss })],
    ['by the client as well', () => ({ sub: GATEWAY, client_id: 'gateway' })],
    ['by the client alone', () => ({ client_id: 'gateway' })],
    ['by whom its token was issued to', () => ({ azp: 'gateway' })],
    ['with more than the actor token says', () => ({ sub: GATEWAY, email: 'g@example.com' })],
  ])('is exchanged where it names the actor %s', async (_how, mayAct) => {
    const { acting, withMayAct, hostile } = await aDelegatingWorld()
    expect(await acting(withMayAct(mayAct(hostile.issuer)))).toMatch(/^eyJ/)
  })

  it.each<[string, Claims[string], string]>([
    ['names another subject', { sub: 'mallory' }, 'names somebody else by `sub`'],
    [
      'names the same at another issuer',
      { sub: GATEWAY, iss: 'https://other.example.com' },
      'names somebody else by `iss`',
    ],
    [
      'names another client',
      { sub: GATEWAY, client_id: 'other' },
      'names somebody else by `client_id`',
    ],
    ['authorizes another client', { sub: GATEWAY, azp: 'other' }, 'names somebody else by `azp`'],
    ['says more that is not so', { sub: GATEWAY, typ: 'ID' }, 'names somebody else by `typ`'],
    ['names a person by a claim', { email: 'g@example.com' }, 'names nobody by `sub`, `client_id`'],
    ['says what any token of the provider says', { aud: 'account', typ: 'Bearer' }, 'names nobody'],
    ['names nobody', {}, 'names nobody by `sub`, `client_id` or `azp`'],
    ['is text', GATEWAY, 'is no JSON object'],
    ['is a list', [{ sub: GATEWAY }], 'is no JSON object'],
    ['is null', null, 'is no JSON object'],
  ])('R23: is not even sent where that %s', async (_what, mayAct, sentence) => {
    const { acting, withMayAct, exchanges, facts } = await aDelegatingWorld()
    const said = await acting(withMayAct(mayAct))
    expect(said).toMatch(/^exchange_refused: shop\/shop: nothing was exchanged: the may_act claim/)
    expect(said).toContain(sentence)
    expect(said).toContain('OIDCClient shop/gateway may not act for its subject')
    expect(exchanges()).toEqual([])
    expect(facts).toEqual(['refused'])
  })

  it('does not name only the issuer: that is no party', async () => {
    const { acting, withMayAct, hostile, exchanges } = await aDelegatingWorld()
    expect(await acting(withMayAct({ iss: hostile.issuer }))).toContain('names nobody by')
    expect(exchanges()).toEqual([])
  })

  it('is exchanged as ever where nobody acts', async () => {
    const { ask, withMayAct } = await aDelegatingWorld()
    expect(await ask(withMayAct({ sub: 'mallory' }))).toMatch(/^eyJ/)
  })

  it.each<[string, string, Claims, string]>([
    ['the actor has it as azp alone', 'azp', { client_id: 'gateway' }, 'eyJ'],
    [
      'it is another than the azp',
      'azp',
      { client_id: 'other' },
      'names somebody else by `client_id`',
    ],
    [
      'nothing says whose it is',
      'jti',
      { sub: GATEWAY, client_id: 'gateway' },
      'names somebody else',
    ],
  ])('R23: is held to its client_id where %s', async (_what, saidAs, mayAct, outcome) => {
    const { acting, state, withMayAct } = await aDelegatingWorld()
    state.actorClaims = { client_id: undefined as never, [saidAs]: 'gateway' }
    expect(await acting(withMayAct(mayAct))).toContain(outcome)
  })
})

describe('a token that does not say so itself, as it is opaque or encrypted', () => {
  const OTHER = { sub: 'mallory' }

  it.each(['opaque', 'a.b.c.d.e'])(
    'R23: is not sent where it was said to let another act: %s',
    async (token) => {
      const { acting, withMayActSaid, exchanges, facts } = await aDelegatingWorld()
      expect(await acting(withMayActSaid(token, OTHER))).toContain('names somebody else by `sub`')
      expect([exchanges(), facts]).toEqual([[], ['refused']])
      expect(await acting(withMayActSaid(token, { sub: GATEWAY }))).toMatch(/^eyJ/)
    },
  )

  it('R23: is not sent where either says so, the token or who was asked about it', async () => {
    const { acting, withMayAct, exchanges } = await aDelegatingWorld()
    const [actor, other] = [withMayAct({ sub: GATEWAY }), withMayAct(OTHER)]
    expect(await acting({ ...actor, mayAct: OTHER })).toContain('names somebody else')
    expect(await acting({ ...other, mayAct: { sub: GATEWAY } })).toContain('names somebody else')
    expect(exchanges()).toEqual([])
  })

  it('R23: is not answered with what was got where nobody said so', async () => {
    const { acting, withMayActSaid, subjectOf } = await aDelegatingWorld()
    expect(await acting(subjectOf('alice', { token: 'opaque' }))).toMatch(/^eyJ/)
    expect(await acting(withMayActSaid('opaque', OTHER))).toContain('names somebody else')
  })

  it('is exchanged as ever where nobody acts, once whatever was said', async () => {
    const { ask, withMayActSaid, subjectOf, exchanges } = await aDelegatingWorld()
    expect(await ask(withMayActSaid('opaque', OTHER))).toMatch(/^eyJ/)
    expect(await ask(subjectOf('alice', { token: 'opaque' }))).toMatch(/^eyJ/)
    expect(exchanges()).toHaveLength(1)
  })
})
