import { describe, expect, it } from 'vitest'
import { resourceWarnings } from '../../../../../src/policy/compile/applications/resource-warnings.ts'
import type { ProtectedRouteSpec } from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { compiled } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

type Rule = ProtectedRouteSpec['rules'][number]
type Match = Rule['match'][number]

const bearer = {
  bearer: { providerRef: { name: 'keycloak' }, audiences: ['x'], maxBytes: 65_536 },
}

const aRule = (name: string, match: Match, changes: Partial<Rule> = {}): Rule => ({
  name,
  match: [match],
  public: false,
  ...changes,
})

const open = (name: string, match: Match): Rule => aRule(name, match, { public: true })

const warned = (spec: Partial<ProtectedRouteSpec>) =>
  compiled([
    anIdentityProvider(),
    anOidcClient(),
    aSecret(),
    aProtectedRoute('shop/shop', { authenticate: [bearer], ...spec }),
  ]).warnings.map(({ field, message }) => [field.join('.'), message])

const resource = (changes: Partial<NonNullable<ProtectedRouteSpec['protectedResource']>> = {}) => ({
  protectedResource: { paths: ['/mcp'], port: 443, scopes: ['mcp'], ...changes },
})

describe('a protected resource without scopes', () => {
  it('is told of, as some clients ask for everything then', () => {
    expect(warned({ protectedResource: { paths: ['/mcp', '/api'], port: 443 } })).toEqual([
      [
        'spec.protectedResource.scopes',
        'Clients are told no scope for "/mcp", "/api": some then ask for everything that the authorization server lists, which it may refuse. Name in `scopes` what they are to ask for',
      ],
    ])
  })

  it('is not, where a rule asks for one, or there is no resource', () => {
    const rules = [aRule('mcp', { path: { prefix: '/mcp' } }, { authorize: [{ scopes: ['a'] }] })]
    const paths = ['/mcp', '/api']
    expect(warned({ protectedResource: { paths, port: 443 }, rules })[0]?.[1]).toContain('"/api":')
    expect(warned({ protectedResource: { paths: ['/mcp'], port: 443 }, rules })).toEqual([])
    expect(warned(resource())).toEqual([])
    expect(warned({})).toEqual([])
  })
})

describe('a public rule beside a protected resource', () => {
  it.each<[string, Match]>([
    ['everything', { path: { prefix: '/' } }],
    ['a pattern', { path: { pattern: '^/(?:register|token|authorize)$' } }],
    ['methods', { methods: ['GET', 'POST'] }],
  ])('is told of where clients go that find no endpoint: %s', (_, match) => {
    const rules = [aRule('mcp', { path: { prefix: '/mcp' } }), open('open', match)]
    expect(warned({ ...resource(), rules })).toEqual([
      [
        'spec.rules.1.match',
        'The rule is public for /register, /authorize, /token, and some clients go there where the authorization server of the resource lets nobody register: whatever the upstream answers is an authorization server to them. Put a rule before it that is not public',
      ],
    ])
  })

  it.each<[Match, string]>([
    [{ path: { exact: '/register' } }, '/register'],
    [{ path: { prefix: '/authorize' } }, '/authorize'],
    [{ path: { prefix: '/' }, methods: ['POST'] }, '/register, /token'],
    [{ path: { exact: '/token' }, headers: [{ name: 'x', value: 'y' }] }, '/token'],
  ])('names what it covers: %j', (match, paths) => {
    expect(warned({ ...resource(), rules: [open('open', match)] })[0]?.[1]).toContain(
      `public for ${paths}, and`,
    )
  })

  it.each<[string, readonly Rule[]]>([
    ['another path', [open('open', { path: { prefix: '/assets' } })]],
    ['below one of them', [open('open', { path: { prefix: '/register/help' } })]],
    ['another method', [open('open', { path: { prefix: '/' }, methods: ['OPTIONS'] })]],
    [
      'behind rules that are not public',
      [
        aRule('register', { path: { exact: '/register' } }),
        aRule('others', { path: { pattern: '^/(?:token|authorize)$' } }),
        open('open', { path: { prefix: '/' } }),
      ],
    ],
  ])('is not told of for %s', (_, rules) => {
    expect(warned({ ...resource(), rules: [...rules] })).toEqual([])
  })

  it('is told of behind a rule that only some requests fall under', () => {
    const rules = [
      aRule('some', { path: { prefix: '/' }, headers: [{ name: 'x', value: 'y' }] }),
      open('open', { path: { prefix: '/' } }),
    ]
    expect(warned({ ...resource(), rules }).map(([field]) => field)).toEqual(['spec.rules.1.match'])
  })

  it('is not told of where the host is the authorization server', () => {
    const rule = { matches: [{}], public: true, authorize: [] }
    const written = {
      ...resource().protectedResource,
      authorizationServer: { clientRef: { name: 'x' } },
    }
    const fallback = { ...rule, matches: [], public: false }
    const warnings = (of: object) => resourceWarnings(of as typeof written, [rule], fallback)
    expect(warnings(resource().protectedResource)).toHaveLength(1)
    expect(warnings(written)).toEqual([])
  })

  it('is nobody’s business without a resource', () => {
    expect(warned({ rules: [open('open', { path: { prefix: '/' } })] })).toEqual([])
  })
})

describe('a rule of a protected resource that goes by what its clients say of the body', () => {
  const path = { prefix: '/mcp' }
  const tool = { name: 'mcp-name', value: 'search' }
  const revision = { name: 'mcp-protocol-version', value: '2026-07-28' }

  it('is told of where it takes any revision, as servers compare in the newer ones alone', () => {
    const method = { name: 'mcp-method', pattern: 'tools/.*' }
    const rules = [
      aRule('told', { path, headers: [tool, revision] }),
      aRule('search', { path, headers: [method, tool] }),
    ]
    expect(warned({ ...resource(), rules })).toEqual([
      [
        'spec.rules.1.match.0.headers',
        'The rule goes by mcp-method and mcp-name whatever the revision of the protocol: in a request of an older one, servers serve what the body says beside any such header. Ask for the revision too: { name: mcp-protocol-version, value: "2026-07-28" }',
      ],
    ])
  })

  it('is not, where it asks for the revision, by any other header, or without a resource', () => {
    const told = [aRule('told', { path, headers: [revision, tool] })]
    const other = [aRule('other', { path, headers: [{ name: 'x-client', value: 'v2' }] })]
    expect(warned({ ...resource(), rules: told })).toEqual([])
    expect(warned({ ...resource(), rules: other })).toEqual([])
    expect(warned({ rules: [aRule('search', { path, headers: [tool] })] })).toEqual([])
  })
})
