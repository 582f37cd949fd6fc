import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { BearerMethod, Policy } from '../../../src/core/policy/policy.ts'
import type { ProtectedResource } from '../../../src/core/policy/protected-resource.ts'
import type { Verification } from '../../../src/core/provider/token-verifier.ts'
import {
  aBearerMethod,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  NAVIGATION,
  type RequestSketch,
} from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { denied, headerOf, headersOf } from '../../support/verdicts.ts'

const ISSUER = 'https://sso.example.com/realms/shop'
const METADATA = '/.well-known/oauth-protected-resource'

const aResource = (changes: Partial<ProtectedResource> = {}): ProtectedResource => ({
  path: '/mcp',
  authorizationServers: [ISSUER],
  scopes: ['mcp', 'write'],
  neededScopes: ['mcp'],
  ...changes,
})

const under = (path: string, changes: Parameters<typeof aRule>[0]) =>
  aRule({ name: path.slice(1), matches: [{ path: { kind: 'prefix', path } }], ...changes })

const withResources = (
  list: readonly ProtectedResource[],
  changes: Partial<Policy> & { readonly hosts?: ReadonlySet<string> } = {},
): Policy => {
  const { hosts, ...others } = changes
  return aPolicy({
    pathSensitive: true,
    rules: [
      under('/mcp/write', {
        authenticate: [{ kind: 'session' }, aBearerMethod()],
        authorize: [{ kind: 'scopes', scopes: ['write'] }],
      }),
      under('/pages', {}),
    ],
    fallback: aRule({ authenticate: [{ kind: 'session' }, aBearerMethod()] }),
    resources: { list, port: 443, ...(hosts === undefined ? {} : { hosts }) },
    ...others,
  })
}

const policy = withResources([aResource()])

const ask = async (sketch: RequestSketch, of: Policy = policy, verification?: Verification) => {
  const seen: (readonly BearerMethod[])[] = []
  const ports = fakePorts(of)
  if (verification !== undefined) ports.verification = verification
  const verifier: typeof ports.verifier = {
    verify: (token, methods, budget) => {
      seen.push(methods)
      return ports.verifier.verify(token, methods, budget)
    },
  }
  const verdict = await createCheck({ ...ports, verifier })(aRequest(sketch), unlimited)
  return { verdict, audiences: seen.flat().flatMap((one) => one.audiences) }
}

const challengeOf = async (sketch: RequestSketch, of?: Policy, verification?: Verification) => {
  const verdict = denied((await ask(sketch, of, verification)).verdict)
  return { verdict, challenges: headersOf(verdict, 'www-authenticate') }
}

const verified = (...scopes: readonly string[]): Verification => ({
  kind: 'verified',
  bearer: 'access_token',
  issuer: ISSUER,
  subject: 'alice',
  claims: { sub: 'alice' },
  scopes,
})

const SHOWN = { headers: { authorization: 'Bearer token' } }

describe('the metadata of a protected resource', () => {
  it('are answered to anybody, by the host and path that callers know', async () => {
    const resource = aResource({ name: 'Orders', documentationURL: 'https://docs.example.com/' })
    const { verdict } = await challengeOf({ path: `${METADATA}/mcp` }, withResources([resource]))
    expect(verdict).toMatchObject({ reason: 'resource_metadata', status: 200, content: 'json' })
    expect(verdict.members).toEqual({
      resource: 'https://shop.example.com/mcp',
      authorization_servers: [ISSUER],
      scopes_supported: ['mcp', 'write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Orders',
      resource_documentation: 'https://docs.example.com/',
    })
  })

  it.each(['GET', 'HEAD', 'OPTIONS'])(
    'are read by %s, from pages of any origin',
    async (method) => {
      const headers = { origin: 'https://inspector.example' }
      const { verdict } = await challengeOf({ path: `${METADATA}/mcp`, method, headers })
      expect(verdict.status).toBe(200)
      expect(headerOf(verdict, 'access-control-allow-origin')).toBe('*')
    },
  )

  it('are preceded by a preflight that says so', async () => {
    const headers = {
      origin: 'https://inspector.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'mcp-protocol-version',
    }
    const { verdict } = await challengeOf({ path: `${METADATA}/mcp`, method: 'OPTIONS', headers })
    expect(verdict).toMatchObject({ reason: 'cors_preflight', status: 204 })
    expect(headerOf(verdict, 'access-control-allow-headers')).toContain('mcp-protocol-version')
  })

  it('are not written', async () => {
    const { verdict } = await challengeOf({ path: `${METADATA}/mcp`, method: 'POST' })
    expect(verdict).toMatchObject({ reason: 'resource_method_not_allowed', status: 405 })
    expect(headerOf(verdict, 'allow')).toBe('GET, HEAD, OPTIONS')
  })

  it('lie at the root as well, where there is one resource', async () => {
    const { verdict } = await challengeOf({ path: METADATA })
    expect(verdict.members).toMatchObject({ resource: 'https://shop.example.com/mcp' })
  })

  it('lie at the root for the whole host alone, where there are several', async () => {
    const whole = aResource({ path: '/', scopes: [] })
    const both = withResources([aResource(), whole])
    const { verdict } = await challengeOf({ path: METADATA }, both)
    expect(verdict.members).toEqual({
      resource: 'https://shop.example.com',
      authorization_servers: [ISSUER],
      bearer_methods_supported: ['header'],
    })
    const two = withResources([aResource(), aResource({ path: '/api' })])
    expect((await challengeOf({ path: METADATA }, two)).verdict.reason).toBe('resource_unknown')
  })

  it.each(['/mcp/', '/mcp/x', '/other', '/MCP'])(
    'are not there for another path: %s, in JSON',
    async (path) => {
      const { verdict } = await challengeOf({ path: METADATA + path, headers: NAVIGATION })
      expect(verdict).toMatchObject({ reason: 'resource_unknown', status: 404, content: 'problem' })
    },
  )

  it('are of a host that has them, and of a route that says so', async () => {
    const elsewhere = withResources([aResource()], { hosts: new Set(['api.example.com']) })
    for (const of of [elsewhere, aPolicy()]) {
      const { verdict } = await challengeOf({ path: `${METADATA}/mcp` }, of)
      expect(verdict.reason).toBe('login_required')
    }
  })

  it('win over a rule that would be public', async () => {
    const rules = [under('/', { public: true })]
    const { verdict } = await challengeOf(
      { path: `${METADATA}/mcp` },
      withResources([aResource()], { rules }),
    )
    expect(verdict.reason).toBe('resource_metadata')
  })
})

describe('a protected resource', () => {
  it.each([
    ['a page', { headers: NAVIGATION }],
    ['a stream of events', { headers: { accept: 'text/event-stream' } }],
    ['a call', { method: 'POST', headers: { 'content-type': 'application/json' } }],
  ])('answers %s without a token with one challenge that leads on', async (_, sketch) => {
    const { verdict, challenges } = await challengeOf({ path: '/mcp', ...sketch })
    expect(verdict).toMatchObject({ status: 401, content: 'problem', reason: 'login_required' })
    expect(challenges).toEqual([
      `Bearer realm="shop.example.com", scope="mcp", resource_metadata="https://shop.example.com${METADATA}/mcp"`,
    ])
  })

  it('tells what its rule asks for with what is needed for all of it', async () => {
    const { challenges } = await challengeOf({ path: '/mcp/write' })
    expect(challenges[0]).toContain('scope="write mcp"')
  })

  it('tells what it lists where nothing is needed for all of it', async () => {
    const of = withResources([aResource({ neededScopes: [] })])
    expect((await challengeOf({ path: '/mcp' }, of)).challenges[0]).toContain('scope="mcp write"')
    const none = withResources([aResource({ neededScopes: [], scopes: [] })])
    expect((await challengeOf({ path: '/mcp' }, none)).challenges[0]).not.toContain('scope=')
  })

  it('says what is wrong with a token, and where another is to be had', async () => {
    const rejected: Verification = { kind: 'rejected', reason: 'token_expired', detail: 'Over.' }
    const { challenges } = await challengeOf({ path: '/mcp', ...SHOWN }, policy, rejected)
    expect(challenges).toHaveLength(1)
    expect(challenges[0]).toMatch(/error="invalid_token".*scope="mcp", resource_metadata="https:/)
  })

  it('tells of a missing scope all that are needed, with those that the token has', async () => {
    const token = verified('mcp', 'other', 'read')
    const of = withResources([aResource({ scopes: ['mcp', 'read', 'write'] })])
    const { verdict, challenges } = await challengeOf({ path: '/mcp/write', ...SHOWN }, of, token)
    expect(verdict).toMatchObject({ status: 403, content: 'problem' })
    expect(challenges).toEqual([
      `Bearer realm="shop.example.com", error="insufficient_scope", scope="write mcp read", resource_metadata="https://shop.example.com${METADATA}/mcp"`,
    ])
  })

  it('takes tokens for its own URL, with or without a slash at the end', async () => {
    const { audiences } = await ask({ path: '/mcp/x', ...SHOWN }, policy, verified('mcp'))
    expect(audiences).toEqual([
      'https://api.example.com',
      'https://shop.example.com/mcp',
      'https://shop.example.com/mcp/',
    ])
  })

  it.each(['/pages', '/mcpx', '//mcp/x'])(
    'R23: takes none for its URL on another path: %s',
    async (path) => {
      const { audiences } = await ask({ path, ...SHOWN }, policy, verified('mcp'))
      for (const one of audiences) expect(one).toBe('https://api.example.com')
    },
  )

  it('R23: is on the port that callers know, and on no other', async () => {
    const sketch = { path: '/mcp', authority: 'shop.example.com:8443' }
    const elsewhere = await ask({ ...sketch, ...SHOWN }, policy, verified('mcp'))
    expect(elsewhere.audiences).toEqual(['https://api.example.com'])
    const metadata = { ...sketch, path: `${METADATA}/mcp` }
    expect((await challengeOf(metadata)).verdict.reason).toBe('login_required')
    const there = { ...policy, resources: { list: [aResource()], port: 8443 } }
    const { audiences } = await ask({ ...sketch, ...SHOWN }, there, verified('mcp'))
    expect(audiences).toContain('https://shop.example.com:8443/mcp')
    expect((await challengeOf(metadata, there)).verdict.members).toMatchObject({
      resource: 'https://shop.example.com:8443/mcp',
    })
  })

  it('is closed to a token that lacks a scope for all of it, and not to a session', async () => {
    const { verdict, challenges } = await challengeOf(
      { path: '/mcp', ...SHOWN },
      policy,
      verified('write'),
    )
    expect(verdict).toMatchObject({ reason: 'insufficient_scope', status: 403 })
    expect(challenges[0]).toContain('error="insufficient_scope", scope="mcp write"')
    const token = await ask({ path: '/mcp', ...SHOWN }, policy, verified('mcp'))
    expect(token.verdict.kind).toBe('allow')
    const elsewhere = await ask({ path: '/other', ...SHOWN }, policy, verified())
    expect(elsewhere.verdict.kind).toBe('allow')
    const ports = fakePorts(policy)
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const signedIn = aRequest({ path: '/mcp', headers: { cookie } })
    expect((await createCheck(ports)(signedIn, unlimited)).kind).toBe('allow')
  })

  it('R23: is the one with the longest path', async () => {
    const both = withResources([aResource({ path: '/mcp/write' }), aResource()])
    const { audiences } = await ask({ path: '/mcp/write', ...SHOWN }, both, verified('write'))
    expect(audiences).toContain('https://shop.example.com/mcp/write')
    expect(audiences).not.toContain('https://shop.example.com/mcp')
  })

  it('leaves the rest of its host to sessions and logins', async () => {
    const page = await ask({ path: '/pages', headers: NAVIGATION })
    expect(page.verdict).toMatchObject({ kind: 'deny', reason: 'login_required', status: 302 })
    const { challenges } = await challengeOf({ path: '/pages' })
    expect(challenges[0]).not.toContain('resource_metadata')
  })
})
