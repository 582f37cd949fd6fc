import { describe, expect, it } from 'vitest'
import type { ProtectedRouteSpec } from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

type Rule = ProtectedRouteSpec['rules'][number]

const NOBODY = { clientRef: undefined } as unknown as Partial<ProtectedRouteSpec>

const OTHER = 'https://login.example.com'

const compile = (spec: Partial<ProtectedRouteSpec>) =>
  compiled([
    anIdentityProvider(),
    anIdentityProvider('shop/other', { issuer: OTHER }),
    anOidcClient(),
    aSecret(),
    aProtectedRoute('shop/shop', spec),
  ])

const bearer = (name = 'keycloak', audiences?: string[]) => ({
  bearer: {
    providerRef: { name },
    ...(audiences === undefined ? {} : { audiences }),
    maxBytes: 65_536,
  },
})

const aRule = (name: string, path: string, changes: Partial<Rule> = {}): Rule => ({
  name,
  match: [{ path: { prefix: path } }],
  public: false,
  ...changes,
})

const told = (spec: Partial<ProtectedRouteSpec>) =>
  compile(spec).problems.map(({ field, message }) => [
    field.join('.'),
    message.replace('; its hosts answer 503 until it is mended.', ''),
  ])

const resource = (changes: Partial<NonNullable<ProtectedRouteSpec['protectedResource']>> = {}) => ({
  protectedResource: { paths: ['/'], port: 443, ...changes },
})

describe('protectedResource', () => {
  it('has of the rules that cover it whose tokens they take, and the scopes that they ask for', () => {
    const spec = {
      ...resource({ paths: ['/api', '/mcp'], scopes: ['mcp'], name: 'Orders' }),
      authenticate: [{ session: {} }],
      rules: [
        aRule('tools', '/mcp/tools', {
          authenticate: [bearer()],
          authorize: [{ any: [{ scopes: ['write'] }, { scopes: ['admin'] }] }],
        }),
        aRule('mcp', '/mcp', { authenticate: [bearer(), bearer('other', ['x'])] }),
        aRule('api', '/api', {
          authenticate: [bearer('other')],
          authorize: [{ scopes: ['read'] }],
        }),
        aRule('open', '/mcp/open', { public: true }),
      ],
    }
    expect(told(spec)).toEqual([])
    const { resources } = policyOf(compile(spec))
    expect(resources).toEqual({
      port: 443,
      list: [
        {
          path: '/api',
          authorizationServers: [OTHER],
          scopes: ['mcp', 'read'],
          neededScopes: ['mcp'],
          name: 'Orders',
        },
        {
          path: '/mcp',
          authorizationServers: ['https://sso.example.com/realms/shop', OTHER],
          scopes: ['mcp', 'write', 'admin'],
          neededScopes: ['mcp'],
          name: 'Orders',
        },
      ],
    })
  })

  it('says nothing of rules that requests for it never fall under', () => {
    const spec = {
      ...resource({ paths: ['/mcp'] }),
      authenticate: [bearer('other', ['internal'])],
      authorize: [{ scopes: ['admin'] }],
      rules: [
        aRule('few', '/mcp', {
          match: [{ path: { prefix: '/mcp' }, methods: ['DELETE'] }],
          authorize: [{ scopes: ['delete'] }],
          authenticate: [bearer()],
        }),
        aRule('all', '/mcp', { authenticate: [bearer()], authorize: [{ scopes: ['mcp'] }] }),
      ],
    }
    expect(told(spec)).toEqual([])
    expect(policyOf(compile(spec)).resources?.list).toEqual([
      {
        path: '/mcp',
        authorizationServers: ['https://sso.example.com/realms/shop'],
        scopes: ['delete', 'mcp'],
        neededScopes: [],
      },
    ])
  })

  it('is covered by a rule whose prefix ends with a slash, as requests are', () => {
    const rules = [aRule('api', '/api/', { authenticate: [bearer()] })]
    const spec = { ...resource({ paths: ['/api/v1'] }), authenticate: [{ session: {} }], rules }
    expect(told(spec)).toEqual([])
    expect(policyOf(compile(spec)).resources?.list[0]?.authorizationServers).toEqual([
      'https://sso.example.com/realms/shop',
    ])
  })

  it('names the issuer of each tenant, and wants tenants to be named', () => {
    const tenantsOf = (...tenants: string[]) =>
      compiled([
        anIdentityProvider('shop/keycloak', { issuer: `${OTHER}/{tenantid}/v2.0`, tenants }),
        aProtectedRoute('shop/shop', { ...resource(), ...NOBODY, authenticate: [bearer()] }),
      ])
    const { resources } = policyOf(tenantsOf('one', 'two'))
    expect(resources?.list[0]?.authorizationServers).toEqual(
      ['one', 'two'].map((tenant) => `${OTHER}/${tenant}/v2.0`),
    )
    expect(tenantsOf('one', '*').problems.map(({ message }) => message)).toEqual([
      'Tokens of every tenant are taken, so that no issuer tells clients where to sign in: name in `tenants` of IdentityProvider shop/keycloak those that may; its hosts answer 503 until it is mended.',
    ])
  })

  it('puts the longest path first', () => {
    const spec = { ...resource({ paths: ['/', '/a', '/a/b'] }), authenticate: [bearer()] }
    const { resources } = policyOf(compile(spec))
    expect(resources?.list.map(({ path }) => path)).toEqual(['/a/b', '/a', '/'])
  })

  it('leaves the token of the caller from the upstream, unless something else is said', () => {
    const authorizationOf = (spec: Partial<ProtectedRouteSpec>) =>
      policyOf(compile({ authenticate: [bearer()], ...spec })).fallback.upstream.authorization
    expect(authorizationOf(resource())).toBe('Remove')
    const upstream = { authorization: 'Keep', headers: [] } as const
    expect(authorizationOf({ ...resource(), upstream })).toBe('Keep')
    expect(authorizationOf({ authenticate: [bearer('keycloak', ['x'])] })).toBe('AccessToken')
  })

  it('of a wildcard lists its hosts, and none that is not of the route', () => {
    const spec = {
      authenticate: [bearer('keycloak', ['x'])],
      hosts: ['*.example.com', 'api.example.org'],
    }
    expect(told({ ...spec, ...resource() })).toEqual([
      [
        'spec.protectedResource',
        'Whoever asks chooses the host below "*.example.com", and with it the URL that tokens are for: list in `hosts` here those that have the resource',
      ],
    ])
    const hosts = ['a.example.com', 'api.example.org', 'example.com', 'b.example.org']
    expect(told({ ...spec, ...resource({ hosts }) }).map(([field]) => field)).toEqual([
      'spec.protectedResource.hosts.2',
      'spec.protectedResource.hosts.3',
    ])
    const { resources } = policyOf(
      compile({ ...spec, ...resource({ hosts: ['a.example.com'] }) }),
      'a.example.com',
    )
    expect(resources?.hosts).toEqual(new Set(['a.example.com']))
  })

  it('is for a rule that takes tokens', () => {
    const rules = [
      aRule('pages', '/pages', { authenticate: [{ session: {} }] }),
      aRule('open', '/open', { public: true }),
    ]
    const spec = { ...resource({ paths: ['/pages', '/open', '/api'] }), rules }
    expect(told({ ...spec, authenticate: [{ session: {} }] })).toEqual(
      ['/pages', '/open', '/api'].map((path, index) => [
        `spec.protectedResource.paths.${index}`,
        `No rule for "${path}" takes tokens, so that whoever gets one there has no use for it: add \`bearer\` to \`authenticate\`, or remove the path`,
      ]),
    )
  })

  it('R23: what a provider is asked about is for it too, and else for somebody', () => {
    const introspection = (audiences?: string[]) => ({
      introspection: {
        clientRef: { name: 'shop' },
        ...(audiences === undefined ? {} : { audiences }),
        signed: 'Auto' as const,
        maxBytes: 65_536,
        cache: { ttl: '30s' },
      },
    })
    expect(told({ ...resource(), authenticate: [introspection()] })).toEqual([])
    expect(told({ authenticate: [introspection(['x'])] })).toEqual([])
    expect(told({ authenticate: [introspection()] })).toEqual([
      [
        'spec.authenticate.0.introspection.audiences',
        'Tokens for nobody in particular would be taken: list the audiences, or set `protectedResource`, whose URL is one',
      ],
    ])
    const rules = [aRule('api', '/api', { authenticate: [introspection()] })]
    const spec = { ...resource({ paths: ['/mcp'] }), rules, authenticate: [introspection()] }
    expect(told(spec)).toEqual([
      [
        'spec.rules.0.authenticate.0.introspection.audiences',
        'The rule is for none of `protectedResource.paths`, so that nothing says whom its tokens have to be for: list the audiences',
      ],
    ])
  })

  it('R23: without it, and beside it, tokens are for somebody', () => {
    expect(told({ authenticate: [bearer()] })).toEqual([
      [
        'spec.authenticate.0.bearer.audiences',
        'Tokens for nobody in particular would be taken: list the audiences, or set `protectedResource`, whose URL is one',
      ],
    ])
    const hosts = ['shop.example.com', 'other.example.com']
    const some = resource({ hosts: ['shop.example.com'] })
    expect(told({ authenticate: [bearer()], hosts, ...some })).toEqual([
      [
        'spec.authenticate.0.bearer.audiences',
        'The route has hosts that are not among `protectedResource.hosts`, and nothing says whom tokens have to be for there: list the audiences',
      ],
    ])
    const rules = [aRule('api', '/api', { authenticate: [bearer()] })]
    const spec = { ...resource({ paths: ['/mcp'] }), rules, authenticate: [bearer()] }
    expect(told(spec)).toEqual([
      [
        'spec.rules.0.authenticate.0.bearer.audiences',
        'The rule is for none of `protectedResource.paths`, so that nothing says whom its tokens have to be for: list the audiences',
      ],
    ])
  })
})
