import { describe, expect, it } from 'vitest'
import type { ProtectedRoute } from '../../../../../src/policy/resource/resource.ts'
import { compiled, messages, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aShop,
} from '../../../../support/resources.ts'
import { withDefaults } from '../../../../support/schema-defaults.ts'

type Spec = Partial<ProtectedRoute['spec']>
type Upstream = ProtectedRoute['spec']['upstream']

const ORDERS = { audience: 'orders', opaque: 'Refuse' } as const
const exchanging = (exchange: object = {}): Upstream => ({
  ...withDefaults('ProtectedRoute', { hosts: ['a.example.com'] }).upstream,
  authorization: 'Exchange',
  exchange: { ...ORDERS, ...exchange },
})
const bearer = (provider = 'keycloak', more = {}) => ({
  bearer: { providerRef: { name: provider }, audiences: ['shop'], maxBytes: 65_536, ...more },
})
const rule = (name: string, changes: object = {}): ProtectedRoute['spec']['rules'][number] => {
  const { rules } = withDefaults('ProtectedRoute', {
    hosts: ['a.example.com'],
    rules: [{ name, match: [{ path: { prefix: `/${name}` } }] }],
  })
  return { ...rules[0], ...changes } as ProtectedRoute['spec']['rules'][number]
}

const compiling = (spec: Spec) => {
  const { provider, client, secret } = aShop()
  return compiled([
    provider,
    client,
    secret,
    anIdentityProvider('shop/other', { issuer: 'https://other.example.com' }),
    anOidcClient('shop/backend', { clientId: 'backend' }),
    anOidcClient('shop/elsewhere', { providerRef: { name: 'other' } }),
    anOidcClient('shop/public', { clientId: 'public', authentication: { method: 'none' } }),
    aProtectedRoute('shop/shop', spec),
  ])
}
const wrong = (spec: Spec) =>
  compiling(spec).problems.map(({ field, message }) => `${field.join('.')}: ${message}`)

describe('upstream.exchange', () => {
  it('is compiled with its client, and inherited with the rest', () => {
    const spec = {
      authenticate: [{ session: {} }, bearer()],
      upstream: exchanging({
        clientRef: { name: 'backend' },
        actor: { clientRef: { name: 'shop' } },
        resource: 'https://orders.example.com/',
        scopes: ['a', 'b'],
        requestedTokenType: 'JWT',
        opaque: 'Accept',
      }),
      rules: [
        rule('same'),
        rule('own', {
          authenticate: [{ session: {} }],
          upstream: { exchange: { ...ORDERS, audience: 'own' } },
        }),
        rule('none', { upstream: { authorization: 'Remove' } }),
        rule('open', { public: true }),
      ],
    }
    expect(messages(compiling(spec))).toEqual([])
    const { fallback, rules } = policyOf(compiling(spec))
    expect(fallback.exchange).toMatchObject({
      client: { name: 'shop/backend' },
      actor: { name: 'shop/shop' },
      audience: 'orders',
      resource: 'https://orders.example.com/',
      scopes: ['a', 'b'],
      requestedTokenType: 'jwt',
      takesOpaque: true,
    })
    const [same, own, none, open] = rules
    expect(same?.exchange).toEqual(fallback.exchange)
    expect(own?.exchange).toEqual({ audience: 'own', scopes: [], takesOpaque: false })
    expect([none?.exchange, open?.exchange]).toEqual([undefined, undefined])
  })

  it.each<[string, Spec, readonly string[]]>([
    [
      'Exchange without an exchange',
      { upstream: { ...exchanging(), exchange: undefined as never } },
      ['spec.upstream.authorization: `authorization: Exchange` does not say what for'],
    ],
    [
      'an exchange without Exchange',
      { upstream: { ...exchanging(), authorization: 'AccessToken' } },
      ['spec.upstream.exchange: `exchange` says what the upstream gets with'],
    ],
    [
      'the same of a rule',
      { rules: [rule('own', { upstream: { exchange: ORDERS } })] },
      ['spec.rules.0.upstream.exchange: `exchange` says what'],
    ],
    [
      'an exchange for nothing',
      { upstream: exchanging({ audience: undefined }) },
      ['spec.upstream.exchange: An exchange asks for something'],
    ],
    [
      'bearers without a client',
      { authenticate: [bearer()], upstream: exchanging() },
      ['spec.upstream.exchange.clientRef: Nothing says as whom the tokens of `bearer`'],
    ],
    [
      'a client for sessions alone',
      { upstream: exchanging({ clientRef: { name: 'backend' } }) },
      ['spec.upstream.exchange.clientRef: Only tokens of sessions are exchanged here'],
    ],
    [
      'ID tokens',
      {
        authenticate: [bearer('keycloak', { accept: ['AccessToken', 'IDToken'] })],
        upstream: exchanging({ clientRef: { name: 'backend' } }),
      },
      ['spec.authenticate.0.bearer.accept: Only access tokens are exchanged'],
    ],
    [
      'a client of another provider',
      {
        authenticate: [bearer(), bearer('other')],
        upstream: exchanging({ clientRef: { name: 'elsewhere' } }),
      },
      [
        'spec.upstream.exchange.clientRef: OIDCClient shop/elsewhere is registered with IdentityProvider shop/other, which cannot exchange the tokens of shop/keycloak',
      ],
    ],
    [
      'a client that is not there',
      { authenticate: [bearer()], upstream: exchanging({ clientRef: { name: 'gone' } }) },
      ['spec.upstream.exchange.clientRef: OIDCClient shop/gone was not found'],
    ],
    [
      'an actor that is not there',
      { upstream: exchanging({ actor: { clientRef: { name: 'gone' } } }) },
      ['spec.upstream.exchange.actor.clientRef: OIDCClient shop/gone was not found'],
    ],
    [
      'an actor of a namespace that did not grant it',
      { upstream: exchanging({ actor: { clientRef: { name: 'gone', namespace: 'far' } } }) },
      ['spec.upstream.exchange.actor.clientRef: OIDCClient far/gone was not found'],
    ],
    [
      'an actor that the provider of the sessions does not know',
      { upstream: exchanging({ actor: { clientRef: { name: 'elsewhere' } } }) },
      [
        'spec.upstream.exchange.actor.clientRef: OIDCClient shop/elsewhere is registered with IdentityProvider shop/other, and OIDCClient shop/shop exchanges at shop/keycloak, which does not know it',
      ],
    ],
    [
      'an actor that the provider of the bearers does not know',
      {
        authenticate: [bearer()],
        upstream: exchanging({
          clientRef: { name: 'backend' },
          actor: { clientRef: { name: 'elsewhere' } },
        }),
      },
      ['spec.upstream.exchange.actor.clientRef: OIDCClient shop/elsewhere is registered with'],
    ],
    [
      'an actor that cannot prove itself',
      { upstream: exchanging({ actor: { clientRef: { name: 'public' } } }) },
      ['spec.upstream.exchange.actor.clientRef: OIDCClient shop/public has no credentials'],
    ],
    [
      'a client of a namespace that did not grant it',
      {
        authenticate: [bearer()],
        upstream: exchanging({ clientRef: { name: 'gone', namespace: 'far' } }),
      },
      ['spec.upstream.exchange.clientRef: OIDCClient far/gone was not found'],
    ],
  ])('is refused: %s', (_what, spec, sentences) => {
    const found = wrong(spec)
    for (const sentence of sentences) {
      expect(found).toContainEqual(expect.stringContaining(sentence))
    }
    expect(
      compiling(spec).table.find({ host: 'shop.example.com', contextExtensions: {} }),
    ).toMatchObject({
      kind: 'broken',
    })
  })

  it('says of one actor once what is wrong with it, for all rules that have it', () => {
    const found = wrong({
      upstream: exchanging({ actor: { clientRef: { name: 'public' } } }),
      rules: [rule('one'), rule('two')],
    })
    expect(found.filter((one) => one.includes('has no credentials'))).toHaveLength(1)
  })

  it('is compiled anew when its actor changes', () => {
    const spec = { upstream: exchanging({ actor: { clientRef: { name: 'backend' } } }) }
    const { fallback } = policyOf(compiling(spec))
    expect(fallback.exchange?.actor).toMatchObject({ name: 'shop/backend', clientId: 'backend' })
    expect(fallback.exchange?.client).toBeUndefined()
  })

  it('says what tokens are exchanged for as each client, on every host', () => {
    const { clientExchanges } = compiling({
      authenticate: [{ session: {} }, bearer()],
      upstream: exchanging({ clientRef: { name: 'backend' } }),
      rules: [
        rule('own', {
          upstream: { exchange: { ...ORDERS, audience: 'own' } },
          authenticate: [{ session: {} }],
        }),
        rule('machines', { authenticate: [bearer()] }),
      ],
    })
    const audiences = [...clientExchanges].map(([name, exchanges]) => [
      name,
      exchanges.map(({ audience }) => audience),
    ])
    expect(audiences).toEqual([
      ['shop/shop', ['orders', 'own']],
      ['shop/backend', ['orders', 'orders']],
    ])
  })
})
