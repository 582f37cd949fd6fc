import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { discover } from '../../support/e2e/discovering-client.ts'
import { signInAtKeycloak } from '../../support/e2e/keycloak-fapi.ts'
import { followRecipe } from '../../support/e2e/keycloak-recipe.ts'
import {
  aliceTokenFor,
  issuerOfRealm,
  makeAlice,
  makeFreshRealm,
} from '../../support/e2e/keycloak-shop.ts'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useMcpServer } from '../../support/e2e/use-mcp-server.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { keycloakAdmin } from '../../support/parts/keycloak-admin.ts'
import type { StackFacts } from '../../support/parts/stack.ts'

const HOST = 'mcp.localhost'
const CLIENT = 'desk'

const resourceAt = (port: number): string => `https://${HOST}:${port}/mcp`

const resources = (facts: StackFacts) =>
  shop({
    provider: () => ({ issuer: issuerOfRealm(facts, 'shop') }),
    more: [
      ours('ProtectedRoute', 'mcp', {
        hosts: [HOST],
        authenticate: [{ bearer: { providerRef: { name: 'idp' } } }],
        protectedResource: { paths: ['/mcp'], port: facts.port, scopes: ['mcp'] },
        upstream: { headers: [{ name: 'x-told-audience', claim: 'aud' }] },
      }),
    ],
  })(facts)

describe('Keycloak that is set up as documented for clients that discover', () => {
  const server = useMcpServer()
  const stack = useStack(async () => ({
    port: await freePort(),
    hosts: [HOST],
    sessions: 'memory' as const,
    provider: 'keycloak' as const,
    resources: shop(),
    envoy: { extraHosts: [{ domain: HOST, upstreamPort: await server(), isProtected: true }] },
  }))
  const url = (): string => resourceAt(stack().port)
  const ask = (token?: string) =>
    newHttpBrowser(stack()).send(url(), {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })

  beforeAll(async () => {
    const { keycloak, sallyport } = stack()
    for (const realm of ['fresh', 'shop']) await makeFreshRealm(keycloak, realm)
    await makeAlice(keycloak, 'shop')
    await followRecipe(keycloak, ['keycloak', 'keycloak-client'], {
      REALM: 'shop',
      RESOURCE: url(),
      CLIENT,
    })
    for (const [name, text] of Object.entries(resources(stack())))
      await sallyport.writeResource(name, text)
  })
  beforeEach(() => vi.waitFor(async () => expect((await ask()).status).toBe(401)))

  /** Registers a client by itself (RFC 7591), for these scopes. */
  const register = (realm: string, scope: string) =>
    newHttpBrowser(stack()).send(
      `${issuerOfRealm(stack(), realm)}/clients-registrations/openid-connect`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          redirect_uris: ['http://127.0.0.1:3000/callback'],
          token_endpoint_auth_method: 'none',
          scope,
        }),
      },
    )

  it.each([
    { library: 'sdk' },
    { library: 'client' },
    { library: 'sdk', clientId: CLIENT },
    { library: 'client', clientId: CLIENT },
  ] as const)('lets $library in, registered as $clientId', async (client) => {
    const { asked, opened, told, failed } = await discover(
      stack(),
      { ...client, signIn: signInAtKeycloak },
      url(),
    )
    expect(failed).toBeUndefined()
    expect(asked[0]).toBe('POST /mcp 401')
    const registers = asked.filter((one) => one.includes('/clients-registrations/'))
    expect(registers).toHaveLength('clientId' in client ? 0 : 1)
    expect(opened).toHaveLength(1)
    expect(opened[0]?.searchParams.get('resource')).toBe(url())
    expect(told['/mcp']).toMatchObject({ authorization: null })
    expect(told['/mcp']?.['x-told-audience']).toContain(url())
  })

  describe('and a token of hers', () => {
    const tokenFor = (scope: string): Promise<string> =>
      aliceTokenFor(stack(), { realm: 'shop', clientId: CLIENT, scope })
    const reasonFor = async (scope: string): Promise<unknown> => {
      const answer = await ask(await tokenFor(scope))
      return { status: answer.status, ...(answer.json() as object) }
    }

    beforeAll(async () => {
      const admin = keycloakAdmin(stack().keycloak, 'shop')
      await admin.changeClient(CLIENT, { directAccessGrantsEnabled: true })
      const client = await admin.client(CLIENT)
      const [bare] = await admin.call('POST', '/client-scopes', {
        name: 'for-the-resource',
        protocol: 'openid-connect',
        protocolMappers: [
          {
            name: 'audience',
            protocol: 'openid-connect',
            protocolMapper: 'oidc-audience-mapper',
            config: { 'included.custom.audience': url(), 'access.token.claim': 'true' },
          },
        ],
      })
      await admin.call('PUT', `/clients/${client.id}/optional-client-scopes/${bare?.id}`, {})
    })

    it('is for nobody here without the client scope', async () => {
      expect(await reasonFor('email')).toMatchObject({
        status: 401,
        reason: 'token_audience_mismatch',
      })
    })

    it('is not enough with the audience alone', async () => {
      expect(await reasonFor('for-the-resource')).toMatchObject({
        status: 403,
        reason: 'insufficient_scope',
      })
    })

    it('is let through with the client scope', async () => {
      expect((await ask(await tokenFor('mcp'))).headers['x-sallyport-reason']).toBeUndefined()
    })
  })

  it('nobody registers where Trusted Hosts still stands', async () => {
    const refused = await register('fresh', 'email')
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('Trusted Hosts')])
  })

  it('a client does not register for a scope that is no client scope', async () => {
    expect((await register('shop', 'mcp')).status).toBe(201)
    const refused = await register('shop', 'openid mcp')
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining('Allowed Client Scopes'),
    ])
  })
})
