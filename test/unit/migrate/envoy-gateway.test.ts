import { describe, expect, it, test } from 'vitest'
import { ENVOY_GATEWAY_SETTINGS } from '../../../src/migrate/envoy-gateway/policy-settings.ts'
import { describeEffects, type Effect, placed } from './effects.ts'
import { isClosed, type Migrated, migratedFrom, specOf } from './migrated.ts'

type Settings = Readonly<Record<string, unknown>>

const ROUTE = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop', namespace: 'shop' },
  spec: { hostnames: ['shop.example.com'] },
}

const policyOf = (spec: Settings) => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'SecurityPolicy',
  metadata: { name: 'shop', namespace: 'shop' },
  spec: { targetRefs: [{ kind: 'HTTPRoute', name: 'shop' }], ...spec },
})

const migratedSpec = (spec: Settings, route: unknown = ROUTE): Promise<Migrated> =>
  migratedFrom(
    'envoy-gateway',
    [route, policyOf(spec)].map((one) => JSON.stringify(one)).join('\n---\n'),
  )

const migrated = (settings: Settings): Promise<Migrated> =>
  migratedSpec(
    Object.entries(settings).reduce<Settings>(
      (spec, [path, value]) => placed(spec, path, value),
      {},
    ),
  )

const LOGIN = {
  'oidc.provider.issuer': 'https://sso.example.com',
  'oidc.clientID': 'shop',
  'oidc.clientSecret': { name: 'shop' },
}

const TOKENS = {
  'jwt.providers[].issuer': 'https://sso.example.com',
  'jwt.providers[].audiences': ['api'],
  'jwt.providers[].remoteJWKS.uri': 'https://sso.example.com/keys',
}

const JWT = 'authorization.rules[].principal.jwt'
const RULE = { ...TOKENS, 'authorization.rules[].action': 'Allow', [`${JWT}.scopes`]: ['a'] }

const EFFECTS: Readonly<Record<string, Effect>> = {
  'oidc.clientID': ['other'],
  'oidc.clientSecret': [{ name: 'other' }],
  'oidc.cookieConfig.sameSite': ['Strict'],
  'oidc.cookieDomain': ['example.com'],
  'oidc.csrfTokenTTL': ['5m'],
  'oidc.forwardAccessToken': [true],
  'oidc.forwardIDToken.header': ['Authorization'],
  'oidc.logoutPath': ['/bye'],
  'oidc.passThroughAuthHeader': [true, TOKENS],
  'oidc.provider.authorizationEndpoint': ['https://sso.example.com/authorize'],
  'oidc.provider.endSessionEndpoint': ['https://sso.example.com/logout'],
  'oidc.provider.issuer': ['https://other.example.com'],
  'oidc.provider.tokenEndpoint': ['https://sso.example.com/token'],
  'oidc.redirectURL': ['https://shop.example.com/cb'],
  'oidc.refreshToken': [false],
  'oidc.resources': [['https://api.example.com']],
  'oidc.scopes': [['email']],
}

const TOKEN_EFFECTS: Readonly<Record<string, Effect>> = {
  'jwt.optional': [true],
  'jwt.providers[].audiences': [['other']],
  'jwt.providers[].claimToHeaders': [[{ header: 'x-user', claim: 'sub' }]],
  'jwt.providers[].extractFrom.cookies': [['token']],
  'jwt.providers[].extractFrom.headers[].name': ['x-token'],
  'jwt.providers[].extractFrom.params': [['token']],
  'jwt.providers[].issuer': ['https://other.example.com'],
  'jwt.providers[].name': ['sso'],
  'jwt.providers[].remoteJWKS.cacheDuration': ['60s'],
  'jwt.providers[].remoteJWKS.uri': ['https://sso.example.com/other'],
  'authorization.rules[].operation.methods': [['GET'], RULE],
  'authorization.rules[].operation.path': [{ type: 'PathPrefix', value: '/a' }, RULE],
  [`${JWT}.claims`]: [[{ name: 'groups', values: ['a'] }], RULE],
  [`${JWT}.scopes`]: [['b'], RULE],
}

/** What is shown by the tests below. */
const ELSEWHERE = [
  ...['oidc.clientIDRef', 'authorization.defaultAction', 'authorization.rules[].name'],
  ...['authorization.rules[].action', `${JWT}.provider`],
]

const terms = { table: ENVOY_GATEWAY_SETTINGS, migrated }
describeEffects('Envoy Gateway with oidc', {
  ...terms,
  effects: EFFECTS,
  elsewhere: [...ELSEWHERE, ...Object.keys(TOKEN_EFFECTS)],
  base: LOGIN,
})
describeEffects('Envoy Gateway with jwt', {
  ...terms,
  effects: TOKEN_EFFECTS,
  elsewhere: [...ELSEWHERE, ...Object.keys(EFFECTS)],
  base: TOKENS,
})

describe('who gets in', () => {
  const provider = (name: string, issuer: string) => ({
    name,
    issuer,
    audiences: ['api'],
    remoteJWKS: { uri: `${issuer}/keys` },
  })
  const jwt = { providers: [provider('sso', 'https://sso.example.com')] }
  const allow = (claims: readonly unknown[], more: Settings = {}) => ({
    action: 'Allow',
    principal: { jwt: { provider: 'sso', claims }, ...more },
  })
  const claim = (name: string, ...values: readonly string[]) => ({ name, values })
  const authorizeOf = async (spec: Settings) =>
    specOf(await migratedSpec(spec), 'ProtectedRoute').authorize

  it('is whom one of the rules allows by all that it asks', async () => {
    const rules = [allow([claim('a', '1'), claim('b', '2')]), allow([claim('c', '3')])]
    expect(await authorizeOf({ jwt, authorization: { rules } })).toEqual([
      {
        any: [
          { claim: 'a', anyOf: ['1'] },
          { claim: 'c', anyOf: ['3'] },
        ],
      },
      {
        any: [
          { claim: 'b', anyOf: ['2'] },
          { claim: 'c', anyOf: ['3'] },
        ],
      },
    ])
  })

  it('is told apart by issuer where several providers are there', async () => {
    const providers = [...jwt.providers, provider('partners', 'https://p.example.org')]
    const authorization = { rules: [allow([claim('a', '1')])] }
    expect(await authorizeOf({ jwt: { providers }, authorization })).toEqual([
      { claim: 'a', anyOf: ['1'] },
      { claim: 'iss', anyOf: ['https://sso.example.com'] },
    ])
  })

  it('is nobody by a rule that looks at more than the token', async () => {
    const rules = [
      allow([claim('a', '1')], { clientCIDRs: ['10.0.0.0/8'] }),
      allow([claim('c', '3')]),
    ]
    expect(await authorizeOf({ jwt, authorization: { rules } })).toEqual([
      { claim: 'c', anyOf: ['3'] },
    ])
  })

  it('is nobody beside the operations that are allowed', async () => {
    const rules = [{ ...allow([claim('a', '1')]), operation: { methods: ['GET'] } }]
    const route = specOf(await migratedSpec({ jwt, authorization: { rules } }), 'ProtectedRoute')
    expect(route.authorize).toEqual([{ cel: expect.stringMatching(/^false/) }])
    expect(route.rules?.map(({ authorize }) => authorize)).toEqual([[{ claim: 'a', anyOf: ['1'] }]])
  })

  test.each([
    ['a rule that denies', { jwt, authorization: { rules: [{ action: 'Deny', principal: {} }] } }],
    [
      'rules that cannot be said',
      { jwt, authorization: { rules: [{ action: 'Allow', cel: 'true' }] } },
    ],
    ['no rule at all', { jwt, authorization: { defaultAction: 'Deny' } }],
    ['a decision of somebody else', { jwt, extAuth: { grpc: {} } }],
    ['passwords', { jwt, basicAuth: { users: { name: 'x' } } }],
    ['keys', { jwt, apiKeyAuth: { credentialRefs: [] } }],
    ['a policy that is merged', { jwt, mergeType: 'StrategicMerge' }],
    ['a setting that nobody knows', { jwt, later: { restricts: true } }],
  ])('is nobody by %s', async (_, spec) => {
    expect(isClosed(specOf(await migratedSpec(spec), 'ProtectedRoute'))).toBe(true)
  })

  it('is whoever is authenticated where everything is allowed', async () => {
    expect(await authorizeOf({ jwt, authorization: { defaultAction: 'Allow' } })).toBe(undefined)
  })

  it('is nobody with a session where the audience of its token is asked for', async () => {
    expect((await authorizeOf({ jwt, oidc }))?.[0]?.cel).toContain('identity.via != "session"')
  })

  const oidc = {
    provider: { issuer: 'https://sso.example.com' },
    clientID: 'x',
    clientSecret: { name: 'x' },
  }
  const fromCookie = (cookie: string) => ({
    providers: [{ ...jwt.providers[0], extractFrom: { cookies: [cookie] } }],
  })
  const CLOSED_TO_SESSIONS = 'identity.via != "session"'

  test.each<readonly [string, Settings, boolean]>([
    [
      'and callers may bring their own',
      { jwt, oidc: { ...oidc, passThroughAuthHeader: true } },
      true,
    ],
    [
      'and a token of another issuer would do as well',
      {
        jwt: { providers: [...jwt.providers, provider('partners', 'https://p.example.org')] },
        oidc: { ...oidc, passThroughAuthHeader: true },
      },
      true,
    ],
    [
      'and it is forwarded',
      { jwt: { ...jwt, optional: true }, oidc: { ...oidc, forwardAccessToken: true } },
      true,
    ],
    ['and it is optional and stays away', { jwt: { ...jwt, optional: true }, oidc }, false],
    [
      'in the cookie of the access token',
      { jwt: fromCookie('access'), oidc: { ...oidc, cookieNames: { accessToken: 'access' } } },
      true,
    ],
    [
      'in the cookie of the ID token',
      { jwt: fromCookie('id'), oidc: { ...oidc, cookieNames: { idToken: 'id' } } },
      false,
    ],
  ])(
    'is nobody with a session where its token is asked for, or not: %s',
    async (_, spec, isShut) => {
      const authorize = (await authorizeOf(spec)) ?? []
      expect(
        JSON.stringify(authorize).includes(JSON.stringify(CLOSED_TO_SESSIONS).slice(1, -1)),
      ).toBe(isShut)
    },
  )

  it('holds for the paths of the route that the policy is attached to', async () => {
    const rules = [{ name: 'api', matches: [{ path: { type: 'PathPrefix', value: '/api' } }] }]
    const route = { ...ROUTE, spec: { ...ROUTE.spec, rules } }
    const spec = specOf(await migratedSpec({ jwt }, route), 'ProtectedRoute')
    expect(isClosed(spec)).toBe(true)
    expect(spec.rules?.map(({ match }) => match)).toEqual([[{ path: { prefix: '/api' } }]])
  })
})
