import { expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { CredentialMethod, Policy } from '../../../src/core/policy/policy.ts'
import type { IntrospectionMethod } from '../../../src/core/provider/token-inquiry.ts'
import { aClient, aPolicy, aProvider, aRequest, aRule, NAVIGATION } from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { denied, headersOf } from '../../support/verdicts.ts'

const introspection: CredentialMethod = {
  kind: 'credential',
  way: 'introspection',
  provider: aProvider(),
  client: aClient(),
  settings: {
    audiences: ['https://api.example.com'],
    audienceClaim: 'aud',
    signed: 'Auto',
    maxBytes: 1_024,
    ttlMs: 0,
  },
}

const userinfo: CredentialMethod = {
  kind: 'credential',
  way: 'userinfo',
  provider: aProvider(),
  settings: { maxBytes: 1_024, ttlMs: 0 },
}

const withResource = (...authenticate: Policy['fallback']['authenticate']): Policy =>
  aPolicy({
    pathSensitive: true,
    fallback: aRule({ authenticate }),
    resources: {
      list: [
        {
          path: '/mcp',
          authorizationServers: ['https://sso.example.com/realms/shop'],
          scopes: [],
          neededScopes: [],
        },
      ],
      port: 443,
    },
  })

const aWorld = (policy: Policy) => {
  const seen: (readonly IntrospectionMethod[])[] = []
  const ports = fakePorts(policy)
  const inquiry: typeof ports.inquiry = {
    ...ports.inquiry,
    introspect: (token, methods, budget) => {
      seen.push(methods)
      return ports.inquiry.introspect(token, methods, budget)
    },
  }
  const check = createCheck({ ...ports, inquiry })
  const audiencesAt = async (path: string, authority = 'shop.example.com') => {
    const headers = { authorization: 'Bearer opaque' }
    await check(aRequest({ path, authority, headers }), unlimited)
    return seen.at(-1)?.flatMap(({ settings }) => settings.audiences)
  }
  return { seen, check, audiencesAt }
}

it('R23: a token that its provider is asked about may be for the URL of the resource', async () => {
  const { audiencesAt } = aWorld(withResource(introspection))
  expect(await audiencesAt('/mcp/x')).toEqual([
    'https://api.example.com',
    'https://shop.example.com/mcp',
    'https://shop.example.com/mcp/',
  ])
})

it.each([
  ['/pages', undefined],
  ['//mcp/x', undefined],
  ['/mcp', 'shop.example.com:8443'],
])('R23: and for no other: %s on %s', async (path, authority) => {
  const { audiencesAt } = aWorld(withResource(introspection))
  await audiencesAt('/mcp')
  for (const one of (await audiencesAt(path, authority)) ?? []) {
    expect(one).toBe('https://api.example.com')
  }
})

it('what is known of a token is found again, as its members are the same each time', async () => {
  const { seen, audiencesAt } = aWorld(withResource(introspection))
  await audiencesAt('/mcp')
  await audiencesAt('/mcp/x')
  expect(seen[0]?.[0]).toBe(seen[1]?.[0])
})

it('a rule that takes userinfo alone leads nobody to metadata that do not name its provider', async () => {
  const { check } = aWorld(withResource(userinfo))
  const verdict = denied(await check(aRequest({ path: '/mcp' }), unlimited))
  expect(headersOf(verdict, 'www-authenticate')).toEqual(['Bearer realm="shop.example.com"'])
  const beside = aWorld(withResource(userinfo, introspection))
  const both = denied(await beside.check(aRequest({ path: '/mcp' }), unlimited))
  expect(headersOf(both, 'www-authenticate')[0]).toContain('resource_metadata=')
})

it('and one that takes sessions beside it signs in whoever looks like a browser', async () => {
  const { check } = aWorld(withResource({ kind: 'session' }, userinfo))
  const page = await check(aRequest({ path: '/mcp', headers: NAVIGATION }), unlimited)
  expect(page).toMatchObject({ reason: 'login_required', status: 302 })
})
