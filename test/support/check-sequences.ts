import fc from 'fast-check'
import { sessionTenant } from '../../src/check/session/session-tenant.ts'
import type { CheckPorts } from '../../src/core/check-ports.ts'
import type { Claims } from '../../src/core/identity/identity.ts'
import type { Verification } from '../../src/core/provider/token-verifier.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Request } from '../../src/core/request/request.ts'
import { finish } from '../../src/core/time/steps.ts'
import { type Compilation, createCompiler } from '../../src/policy/compile.ts'
import type { ProtectedRoute, Resource } from '../../src/policy/resource/resource.ts'
import { aRequest, aSession, FETCH, NAVIGATION, someTokens } from './builders.ts'
import { fakePorts } from './check-ports.ts'
import { clientOf, compiled, sha256 } from './compiled.ts'
import { anIdentityProvider, anOidcClient, aProtectedRoute, aSecret } from './resources.ts'

/** The hosts of the world: two routes of one namespace and client, and one of another. */
const HOSTS = ['shop.example.com', 'orders.example.com', 'wiki.example.com'] as const

type RouteSpec = Partial<ProtectedRoute['spec']>

const ORDERS = { name: 'orders', match: [{ path: { prefix: '/orders' } }], public: false }
const ASSETS = { name: 'assets', match: [{ path: { prefix: '/assets' } }], public: true }
const GROUPS = { name: 'x-user-groups', claim: 'groups' }
const TEAM = { name: 'x-team', claim: 'team' }

const bearerOf = (namespace: string) => ({
  bearer: {
    providerRef: { name: `${namespace}-idp` },
    audiences: ['https://api.example.com'],
    maxBytes: 100,
    audienceClaim: 'aud',
  },
})

const TEAM_ANSWER = { name: 'x-site', value: 'north' }

/** What a route may say; rules of one name ask for different things in them. */
const VARIANTS: readonly ((namespace: string) => RouteSpec)[] = [
  () => ({}),
  () => ({ rules: [{ ...ORDERS, authorize: [{ claim: 'groups', anyOf: ['staff'] }] }, ASSETS] }),
  () => ({
    rules: [
      ASSETS,
      { ...ORDERS, upstream: { accessToken: 'Forward', headers: [GROUPS] } },
      {
        ...ORDERS,
        name: 'team',
        match: [{ path: { prefix: '/team' } }],
        upstream: { headers: [TEAM] },
      },
    ],
  }),
  (namespace) => ({
    authenticate: [bearerOf(namespace), { session: {} }],
    authorize: [{ scopes: ['orders:read'] }],
    rules: [{ ...ORDERS, upstream: { accessToken: 'None', headers: [GROUPS, TEAM] } }],
  }),
  (namespace) => ({
    onUnauthenticated: 'Challenge',
    authenticate: [{ session: {} }, bearerOf(namespace)],
    rules: [{ ...ORDERS, authorize: [{ claim: 'team', noneOf: ['red'] }] }],
  }),
  (namespace) => ({ rules: [ASSETS, { ...ORDERS, authenticate: [bearerOf(namespace)] }] }),
  (namespace) => ({
    authenticate: [bearerOf(namespace), { session: {} }],
    upstream: { headers: [], authorization: 'IDToken', passHeaders: ['remote-user'] },
    response: { headers: [{ name: 'x-team', claim: 'team' }, TEAM_ANSWER] },
    rules: [
      ASSETS,
      { ...ORDERS, upstream: { authorization: 'Keep', compatibility: 'OAuth2Proxy' } },
      {
        ...ORDERS,
        name: 'team',
        match: [{ path: { prefix: '/team' } }],
        upstream: { compatibility: 'ModAuthOpenIDC' },
        response: { headers: [] },
      },
    ],
  }),
]

const CLAIMS: readonly Claims[] = [
  { sub: 'alice', email: 'alice@example.com', groups: ['staff', 'zoë'] },
  { sub: 'alice', email: 'alice@example.com', groups: [], team: 'red' },
  { sub: 'alice', groups: ['x'.repeat(700)], team: { name: 'blue', size: 3 } },
  { sub: 'alice', email: ' ', groups: ['y'.repeat(9_000)], team: 'blue' },
]

const SCOPES: readonly (readonly string[])[] = [['openid', 'orders:read'], ['openid']]

/** One check, as plain data. */
interface Asked {
  readonly kind: 'check'
  readonly host: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The session or the cookie that is none; absent: no cookie of ours. */
  readonly session?: number | 'unknown' | 'twice'
  readonly otherCookies: string
  readonly bearer?: number | 'malformed' | 'long'
  readonly encoding: Request['encoding']
  readonly room: Request['room']
}

/** What happens in a world, as plain data. */
export type Step =
  | Asked
  | { readonly kind: 'edit'; readonly route: number; readonly variant: number }
  | { readonly kind: 'refreshed' | 'touched' | 'ended'; readonly session: number }
  | { readonly kind: 'verified anew'; readonly token: number; readonly claims: number }
  | { readonly kind: 'time'; readonly ms: number }

const SESSIONS = 6
const TOKENS = 3

const index = (length: number) => fc.nat({ max: length - 1 })

const SPELLINGS: Readonly<Record<string, string>> = {
  'x-auth-subject': 'root',
  x_auth_subject: 'root',
  'X-Auth-Email': 'root',
  'x-user-groups': 'admins',
  x_user_groups: 'admins',
  'x-team': 'red',
  X_TEAM: 'red',
  'x-sallyport-truncated': 'x',
  x_sallyport_any: 'x',
  'x-forwarded-user': 'root',
  X_Forwarded_Groups: 'admins',
  oidc_claim_sub: 'root',
  'remote-user': 'root',
  'x-other': 'kept',
}

const headers = fc
  .tuple(
    fc.constantFrom<Readonly<Record<string, string>>>({}, NAVIGATION, FETCH),
    fc.subarray(Object.entries(SPELLINGS), { maxLength: 4 }),
  )
  .map(([kind, odd]) => ({ ...kind, ...Object.fromEntries(odd) }))

const otherCookies = fc.constantFrom(
  ...['', '', 'theme=dark', 'a=1; b="2"; =x', 'n\u00e4me=\u00ff; b=2', 'a=1,\n__Host-sallyport=x'],
  ...['__Host-sallyport-login-x=1', '__Secure-sallyport-y=1;; c', ' ;', 'theme=caf\u00c3\u00a9'],
)

const room = fc.constantFrom(
  ...[
    { bytes: 61_440, count: 100 },
    { bytes: 61_440, count: 100 },
    { bytes: 61_440, count: 4 },
  ],
  ...[
    { bytes: 400, count: 100 },
    { bytes: 160, count: 9 },
    { bytes: 20, count: 100 },
  ],
)

const asked: fc.Arbitrary<Asked> = fc.record(
  {
    kind: fc.constant('check' as const),
    host: index(HOSTS.length + 1),
    path: fc.constantFrom('/', '/orders', '/orders/7?x=1', '/assets/a.css', '/team', '//orders'),
    headers,
    session: fc.oneof(
      { weight: 6, arbitrary: index(SESSIONS) },
      { weight: 1, arbitrary: fc.constantFrom('unknown' as const, 'twice' as const) },
    ),
    otherCookies,
    bearer: fc.oneof(
      { weight: 4, arbitrary: index(TOKENS) },
      { weight: 1, arbitrary: fc.constantFrom('malformed' as const, 'long' as const) },
    ),
    encoding: fc.constantFrom('text' as const, 'bytes' as const),
    room,
  },
  { requiredKeys: ['kind', 'host', 'path', 'headers', 'otherCookies', 'encoding', 'room'] },
)

const session = index(SESSIONS)

const event: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('edit' as const),
    route: index(HOSTS.length),
    variant: index(VARIANTS.length),
  }),
  fc.record({ kind: fc.constantFrom('refreshed' as const, 'touched' as const), session }),
  fc.record({ kind: fc.constantFrom('ended' as const, 'touched' as const), session }),
  fc.record({
    kind: fc.constant('verified anew' as const),
    token: index(TOKENS),
    claims: index(CLAIMS.length),
  }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1_000, 120_000, 400_000) }),
)

/** From 30 to 60 steps, most of them checks. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: asked }, { weight: 1, arbitrary: event }),
  { minLength: 30, maxLength: 60, size: 'max' },
)

const namespaceOf = (route: number): string => (route === 2 ? 'wiki' : 'shop')

const ofNamespace = (namespace: string): readonly Resource[] => [
  anIdentityProvider(`${namespace}/${namespace}-idp`, {
    issuer: `https://sso.example.com/realms/${namespace}`,
  }),
  anOidcClient(`${namespace}/client`, { providerRef: { name: `${namespace}-idp` } }),
  aSecret(`${namespace}/shop-oidc`),
]

const routeOf = (route: number, variant: number): Resource =>
  aProtectedRoute(`${namespaceOf(route)}/route-${route}`, {
    hosts: [HOSTS[route] ?? ''],
    clientRef: { name: 'client' },
    ...VARIANTS[variant]?.(namespaceOf(route)),
  })

/** Compiles a set of variants; what is the same as before is the same object. */
type Compile = (variants: readonly number[]) => Compilation

const createCompile = (): Compile => {
  const { steps } = createCompiler({ hash: sha256, options: { allowInsecureIssuers: false } })
  const common = [...ofNamespace('shop'), ...ofNamespace('wiki')]
  const routes = new Map<string, Resource>()
  let before: Compilation | undefined
  const known = (variant: number, route: number): Resource => {
    const name = `${route} ${variant}`
    const resource = routes.get(name) ?? routeOf(route, variant)
    routes.set(name, resource)
    return resource
  }
  return (variants) => {
    const resources = [...common, ...variants.map(known)]
    const previous = before === undefined ? {} : { previous: before.lastGood }
    before = finish(steps({ resources, invalid: [], ...previous }))
    return before
  }
}

const compileAnew: Compile = (variants) =>
  compiled([
    ...ofNamespace('shop'),
    ...ofNamespace('wiki'),
    ...variants.map((variant, route) => routeOf(route, variant)),
  ])

const tokensOf = (nowMs: number, nth: number): Tokens =>
  someTokens(nowMs, {
    accessToken: `access-${nth}`,
    refreshToken: `refresh-${nth}`,
    claims: CLAIMS[nth % CLAIMS.length] ?? {},
    scopes: SCOPES[nth % SCOPES.length] ?? [],
  })

/** A world that steps happen in: the same steps make the same of each. */
export interface World {
  readonly ports: CheckPorts
  readonly happen: (step: Exclude<Step, Asked>) => void
  readonly requestOf: (asked: Asked) => Request
}

/**
 * A fresh one, with six sessions of two tenants, all of one subject, and three tokens. Where it is
 * edited in place, an edit makes again only what it changes.
 */
export const aWorld = ({ inPlace }: { readonly inPlace: boolean }): World => {
  const fake = fakePorts()
  const compilationOf = inPlace ? createCompile() : compileAnew
  const variants = [1, 2, 1]
  let compilation = compilationOf(variants)
  let received = 0
  const nextTokens = (): Tokens => {
    received += 1
    return tokensOf(fake.nowMs, received)
  }
  const tickets = Array.from({ length: SESSIONS }, (_, nth) => {
    const host = HOSTS[nth % HOSTS.length] ?? ''
    const client = clientOf(compilation, host)
    const tenant = sessionTenant(client, { host })
    const issuer = client.provider.issuer
    return fake.keep(
      aSession(fake.nowMs, { tenant, client: client.name, issuer, host, tokens: nextTokens() }),
    )
  })
  const verifications = new Map<string, Verification>()
  const verify = (token: number, claims: number): void => {
    const issuer = `https://sso.example.com/realms/${namespaceOf(token)}`
    verifications.set(`token-${token}`, {
      kind: 'verified',
      bearer: token % 2 === 0 ? 'access_token' : 'id_token',
      issuer,
      subject: 'alice',
      claims: CLAIMS[claims] ?? {},
      scopes: SCOPES[token % SCOPES.length] ?? [],
    })
  }
  for (let token = 0; token < TOKENS; token += 1) verify(token, token)
  fake.refreshOutcome = async () =>
    received % 5 === 4
      ? { kind: 'refused', detail: 'invalid_grant' }
      : { kind: 'tokens', tokens: nextTokens() }

  const change = (nth: number, tokens?: Tokens): void => {
    const stored = fake.stored.get(tickets[nth] ?? '')
    if (stored === undefined) return
    const { session: old } = stored
    stored.version += 1
    stored.session = { ...old, lastSeenAtMs: fake.nowMs, ...(tokens && { tokens }) }
  }

  /** Most often one of the host's own. */
  const ticketOf = (nth: number, host: number): string | undefined =>
    tickets[nth < SESSIONS - 1 ? (host % 3) + 3 * (nth % 2) : nth]

  const cookieOf = (step: Asked): string | undefined => {
    const { session: nth, otherCookies: others } = step
    const own = '__Host-sallyport'
    const ticket = typeof nth === 'number' ? ticketOf(nth, step.host) : 'none'
    const ours = nth === 'twice' ? [`${own}=a`, `${own}=b`] : [`${own}=${ticket}`]
    const all = [...(nth === undefined ? [] : ours), ...(others === '' ? [] : [others])]
    return all.length === 0 ? undefined : all.join('; ')
  }

  const bearerHeader = ({ bearer }: Asked): string | undefined => {
    if (bearer === undefined) return undefined
    if (bearer === 'malformed') return 'Bearer not one'
    return `Bearer ${bearer === 'long' ? 'x'.repeat(101) : `token-${bearer}`}`
  }

  return {
    ports: {
      ...fake,
      policies: { find: (request) => compilation.table.find(request) },
      verifier: {
        verify: (token) =>
          verifications.get(token) ?? { kind: 'rejected', reason: 'token_malformed', detail: 'no' },
      },
    },
    happen: (step) => {
      switch (step.kind) {
        case 'edit':
          variants[step.route] = step.variant
          compilation = compilationOf(variants)
          return
        case 'refreshed':
          change(step.session, nextTokens())
          return
        case 'touched':
          change(step.session)
          return
        case 'ended':
          fake.stored.delete(tickets[step.session] ?? '')
          return
        case 'verified anew':
          verify(step.token, step.claims)
          return
        case 'time':
          fake.nowMs += step.ms
      }
    },
    requestOf: (step) => {
      const cookie = cookieOf(step)
      const authorization = bearerHeader(step)
      return aRequest({
        authority: HOSTS[step.host] ?? 'nobody.example.com',
        path: step.path,
        encoding: step.encoding,
        room: step.room,
        headers: {
          ...step.headers,
          ...(cookie === undefined ? {} : { cookie }),
          ...(authorization === undefined ? {} : { authorization }),
        },
      })
    },
  }
}
