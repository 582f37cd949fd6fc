import { describe, expect, it } from 'vitest'
import type { ProtectedRoute, Resource } from '../../../../../src/policy/resource/resource.ts'
import { compiled, find, messages, policyOf, recompiled } from '../../../../support/compiled.ts'
import { aConfigMap, aProtectedRoute, aSecret, aShop } from '../../../../support/resources.ts'
import { withDefaults } from '../../../../support/schema-defaults.ts'

type Authorize = ProtectedRoute['spec']['authorize']

const AUTHZEN = { authzen: { url: 'https://pdp.example.com/access/v1/evaluation' } }
const OPA = { opa: { url: 'https://opa.example.com/v1/data/shop/allow' } }

/** A list of clauses with every default of its schema. */
const clauses = (...written: readonly unknown[]): Authorize =>
  withDefaults('ProtectedRoute', {
    hosts: ['shop.example.com'],
    clientRef: { name: 'shop' },
    authorize: written,
  }).authorize

const withClauses = (...written: readonly unknown[]): readonly Resource[] => {
  const { provider, client, secret } = aShop()
  return [
    provider,
    client,
    secret,
    aProtectedRoute('shop/shop', { authorize: clauses(...written) }),
  ]
}

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'

describe('the decision point of a route', () => {
  it('is compiled with safe defaults, and is no clause', () => {
    const { fallback } = policyOf(compiled(withClauses({ external: AUTHZEN })))
    expect(fallback.authorize).toEqual([])
    expect(fallback.decisionPoint).toMatchObject({
      route: 'shop/shop',
      protocol: 'authzen',
      url: AUTHZEN.authzen.url,
      requestTimeoutMs: 1_000,
      rememberMs: 0,
      subjectType: 'user',
      resourceType: 'route',
      claims: [],
      headers: [],
      sendsAccessToken: false,
    })
  })

  it('is what a rule has that asks for nothing itself; one that writes a list has its own, or none', () => {
    const rule = (name: string, authorize?: Authorize) => ({
      ...{ name, match: [{ path: { prefix: `/${name}` } }], public: false },
      ...(authorize === undefined ? {} : { authorize }),
    })
    const { provider, client, secret } = aShop()
    const route = aProtectedRoute('shop/shop', {
      authorize: clauses({ external: AUTHZEN }),
      rules: [
        rule('inherits'),
        rule('own', clauses({ external: OPA })),
        rule('none', []),
        { ...rule('open'), public: true },
      ],
    })
    const compilation = compiled([provider, client, secret, route])
    const { rules, fallback } = policyOf(compilation)
    expect(rules.map(({ decisionPoint }) => decisionPoint?.protocol)).toEqual([
      'authzen',
      'opa',
      undefined,
      undefined,
    ])
    expect(rules[0]?.decisionPoint).toBe(fallback.decisionPoint)
    expect(compilation.decisionPoints).toEqual([fallback.decisionPoint, rules[1]?.decisionPoint])
  })

  it.each([
    [
      'http://pdp.example.com/',
      'works for local trials only, with `outbound.allowInsecureIssuers`',
    ],
    ['https://a:secret@pdp.example.com/', 'holds credentials: leave them out'],
    ['https://pdp.example.com/#x', 'has a fragment: leave it out'],
    ['pdp', 'is no URL'],
  ])('R25: is refused at %s, as an issuer is', (url, why) => {
    const compilation = compiled(withClauses({ external: { authzen: { url } } }))
    expect(messages(compilation)).toEqual([expect.stringContaining(why)])
    expect(messages(compilation).join()).not.toContain('secret')
    expect(find(compilation).kind).toBe('broken')
    expect(compilation.decisionPoints).toEqual([])
  })

  it('may be called over http where the process permits it, for local trials', () => {
    const resources = withClauses({ external: { authzen: { url: 'http://127.0.0.1:8181/' } } })
    const options = { allowInsecureIssuers: true }
    expect(messages(compiled(resources, { options }))).toEqual([])
  })

  it('of OPA names one rule', () => {
    const url = 'https://opa.example.com/v1/data/'
    expect(messages(compiled(withClauses({ external: { opa: { url } } })))).toEqual([
      expect.stringContaining('does not name one rule of OPA'),
    ])
  })

  it('is one of two kinds, there once, and in no clause of another kind', () => {
    expect(messages(compiled(withClauses({ external: { ...AUTHZEN, ...OPA } })))).toEqual([
      expect.stringContaining('not exactly one of `authzen` and `opa`'),
    ])
    expect(messages(compiled(withClauses({ external: AUTHZEN }, { external: OPA })))).toEqual([
      expect.stringContaining('more than one decision point'),
    ])
    expect(messages(compiled(withClauses({ external: AUTHZEN, scopes: ['a'] })))).toEqual([
      expect.stringContaining('not exactly one of'),
    ])
  })

  it('is told no credential as a header', () => {
    const headers = ['authorization', 'cookie', 'x-auth-subject', 'x-tenant']
    const found = messages(compiled(withClauses({ external: { ...AUTHZEN, send: { headers } } })))
    expect(found).toHaveLength(3)
    for (const one of found) expect(one).toContain('is not sent as the caller wrote it')
  })

  it('R8: is told nothing about an identity that a caller has written', () => {
    const headers = ['x-forwarded-user', 'x-webauth-user', 'x-sallyport-assertion', 'x-tenant']
    const found = messages(compiled(withClauses({ external: { ...AUTHZEN, send: { headers } } })))
    expect(found).toHaveLength(3)
    for (const one of found) expect(one).toContain('is not sent as the caller wrote it')
  })

  it('is told no header that a rule takes a token from, or tells an upstream an identity by', () => {
    const { provider, client, secret } = aShop()
    const send = { headers: ['x-api-token', 'x-groups', 'x-tenant'] }
    const bearer = { audiences: ['api'], providerRef: { name: provider.metadata.name } }
    const spec = withDefaults('ProtectedRoute', {
      hosts: ['shop.example.com'],
      clientRef: { name: 'shop' },
      authorize: [{ external: { ...AUTHZEN, send } }],
      rules: [
        {
          name: 'api',
          match: [{ path: { prefix: '/api' } }],
          authenticate: [{ bearer: { ...bearer, from: [{ header: 'x-api-token' }] } }],
          upstream: { headers: [{ name: 'X-Groups', claim: 'groups' }] },
        },
      ],
    })
    const route = aProtectedRoute('shop/shop', spec)
    const { problems } = compiled([provider, client, secret, route])
    expect(problems.map(({ field, message }) => [field.at(-1), message])).toEqual([
      [0, expect.stringContaining('The header "x-api-token" carries a token to this route')],
      [1, expect.stringContaining('The header "x-groups" carries a token to this route')],
    ])
  })

  it('cannot be escaped by whoever does not sign in', () => {
    const { provider, client, secret } = aShop()
    const route = aProtectedRoute('shop/shop', {
      authenticate: [{ session: {} }, { anonymous: {} }],
      authorize: clauses({ external: AUTHZEN }),
    })
    expect(messages(compiled([provider, client, secret, route]))).toEqual([
      expect.stringContaining('would escape the decision point of `external`'),
    ])
  })

  it('R29: without its Secret or its authority no host of the route is open, and a new one counts at once', () => {
    const external = {
      ...AUTHZEN,
      credentialsRef: { name: 'pdp' },
      tls: { caRef: { name: 'pdp-ca' } },
    }
    const resources = withClauses({ external })
    const without = compiled(resources)
    expect(find(without).kind).toBe('broken')
    expect(without.problems.map(({ reason, field }) => [reason, field.join('.')])).toEqual([
      ['ConfigMapNotFound', 'spec.authorize.0.external.tls.caRef'],
      ['SecretNotFound', 'spec.authorize.0.external.credentialsRef'],
    ])
    const ca = aConfigMap('shop/pdp-ca', { 'ca.crt': PEM })
    const first = recompiled(without, [...resources, ca, aSecret('shop/pdp', { token: 'one' })])
    const second = recompiled(first, [...resources, ca, aSecret('shop/pdp', { token: 'two' })])
    const [one, two] = [first, second].map((all) => policyOf(all).fallback.decisionPoint)
    expect([one?.credential, two?.credential]).toEqual(['one', 'two'])
    expect(one?.caPem).toBe(PEM)
    expect(one?.generation).not.toBe(two?.generation)
  })

  it.each(['two words', 'a\nb', ''])(
    'a token that is none is refused, and not shown: %j',
    (token) => {
      const external = { ...AUTHZEN, credentialsRef: { name: 'pdp' } }
      const resources = [...withClauses({ external }), aSecret('shop/pdp', { token })]
      const found = messages(compiled(resources))
      expect(found).toHaveLength(1)
      if (token !== '') expect(found.join()).not.toContain(token)
    },
  )
})
