import { expect, it } from 'vitest'
import type { ProtectedRoute } from '../../../../../src/policy/resource/resource.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import { anOidcClient, aProtectedRoute, aSecret, aShop } from '../../../../support/resources.ts'
import { withDefaults } from '../../../../support/schema-defaults.ts'

type Spec = Partial<ProtectedRoute['spec']>
type Upstream = ProtectedRoute['spec']['upstream']

const upstream = (written: object): Upstream => ({
  ...withDefaults('ProtectedRoute', { hosts: ['a.example.com'] }).upstream,
  ...written,
})

const rule = (name: string, changes: object = {}): ProtectedRoute['spec']['rules'][number] => {
  const { rules } = withDefaults('ProtectedRoute', {
    hosts: ['a.example.com'],
    rules: [{ name, match: [{ path: { prefix: `/${name}` } }] }],
  })
  return { ...rules[0], ...changes } as ProtectedRoute['spec']['rules'][number]
}

const PAIR = {
  'tls.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  'tls.key': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
}

const compiling = (spec: Spec) => {
  const { provider, client, secret } = aShop()
  return compiled([
    provider,
    client,
    secret,
    aSecret('shop/shop-tls', PAIR),
    anOidcClient('shop/bound', {
      clientId: 'bound',
      authentication: { method: 'none', certificateRef: { name: 'shop-tls' } },
      senderConstrained: 'MutualTLS',
    }),
    aProtectedRoute('shop/shop', { clientRef: { name: 'bound' }, ...spec }),
  ])
}

const wrong = (spec: Spec) =>
  compiling(spec).problems.map(({ field, message }) => {
    const [said] = message.split('; its hosts answer 503')
    return `${field.join('.')}: ${said}`
  })

const SENTENCE =
  '`senderConstrained` of OIDCClient shop/bound is MutualTLS, so that nobody but the gateway can use its access tokens, and the upstream would get them by `upstream.authorization` AccessToken, which is the default: set it to Exchange, IDToken or Remove; an `assertion` tells the upstream for certain who it is'

it.each<[string, Spec, readonly string[]]>([
  ['what every route does by itself', {}, ['spec']],
  ['the field', { upstream: upstream({ authorization: 'AccessToken' }) }, ['spec']],
  ['its older name', { upstream: upstream({ accessToken: 'Forward' }) }, ['spec']],
  ['a product that was here before', { upstream: upstream({ compatibility: 'Kong' }) }, ['spec']],
  [
    'a rule of its own',
    {
      upstream: upstream({ authorization: 'Remove' }),
      rules: [rule('a', { upstream: { authorization: 'AccessToken' } }), rule('b')],
    },
    ['spec.rules.0'],
  ],
  [
    'a rule with the client',
    { clientRef: { name: 'shop' }, rules: [rule('a', { clientRef: { name: 'bound' } })] },
    ['spec.rules.0'],
  ],
  [
    'a rule that takes sessions where the route takes none',
    {
      authenticate: [
        {
          bearer: {
            providerRef: { name: 'keycloak' },
            audiences: ['shop'],
            maxBytes: 65_536,
            accept: ['AccessToken'],
          },
        },
      ],
      rules: [rule('a', { authenticate: [{ session: {} }] })],
    } as Spec,
    ['spec.rules.0'],
  ],
])('no bound access token is forwarded by %s', (_, spec, places) => {
  const told = wrong(spec).filter((one) => one.includes('authorization'))
  expect(told).toEqual(places.map((at) => `${at}.upstream: ${SENTENCE}`))
})

it('tokens that are bound to a key are not forwarded either', () => {
  const { provider, client, secret } = aShop()
  const bound = { ...client, spec: { ...client.spec, senderConstrained: 'DPoP' as const } }
  const { problems } = compiled([provider, bound, secret, aProtectedRoute()])
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^`senderConstrained` of OIDCClient shop\/shop is DPoP, so that nobody/),
  ])
})

it.each(['IDToken', 'Remove', 'Keep'] as const)(
  'a route with %s takes sessions of such a client',
  (authorization) => {
    const compilation = compiling({
      upstream: upstream({ authorization }),
      rules: [rule('open', { public: true })],
    })
    expect(compilation.problems).toEqual([])
    expect(policyOf(compilation).clients).toMatchObject([
      { senderConstrained: 'MutualTLS', bindingCertificate: { certificatePem: PAIR['tls.crt'] } },
    ])
  },
)

it.each(['password', 'refreshToken'] as const)(
  'nobody is given a token by %s that only the gateway can use',
  (way) => {
    const settings = { clientRef: { name: 'bound' }, ...(way === 'password' ? {} : { from: [] }) }
    const [first, ...more] = wrong({
      clientRef: { name: 'shop' },
      authenticate: [{ [way]: settings }],
    } as unknown as Spec)
    expect(first).toBe(
      `spec.authenticate: \`senderConstrained\` of OIDCClient shop/bound is MutualTLS, so that callers cannot be given tokens as that client by \`${way}\`: name another in \`clientRef\`, whose \`senderConstrained\` is None`,
    )
    expect(more).toEqual([])
  },
)
