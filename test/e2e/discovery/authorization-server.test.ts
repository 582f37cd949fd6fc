import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { discover } from '../../support/e2e/discovering-client.ts'
import { type Manifest, ours, shop } from '../../support/e2e/manifests.ts'
import { signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { type ChildProcess, startChildProcess } from '../../support/parts/child-process.ts'
import { freePort, freePorts } from '../../support/parts/free-port.ts'
import { createHttpBrowser } from '../../support/parts/http-browser.ts'
import { installed } from '../../support/parts/installed.ts'
import { API_AUDIENCE } from '../../support/parts/oidc-provider-settings.ts'
import type { Stack, StackOptions } from '../../support/parts/stack.ts'

const HOST = 'mcp.localhost'

const GATEWAY = { clientId: 'mcp-gateway', clientSecret: 'mcp-gateway-secret' } as const

/** The one registration that the provider has: nobody can make another. */
const registered = (port: number) => ({
  client_id: GATEWAY.clientId,
  client_secret: GATEWAY.clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [`https://${HOST}:${port}/oauth2/return`],
})

const manifests = (port: number): readonly Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'mcp-gateway', namespace: 'shop' },
    stringData: { 'client-secret': GATEWAY.clientSecret },
  },
  ours('OIDCClient', 'mcp-gateway', {
    providerRef: { name: 'idp' },
    clientId: GATEWAY.clientId,
    authentication: { secretRef: { name: 'mcp-gateway' } },
    scopes: ['openid', 'offline_access'],
    resources: [`https://${HOST}:${port}/mcp`, API_AUDIENCE],
  }),
  ours('ProtectedRoute', 'mcp', {
    hosts: [HOST],
    authenticate: [{ bearer: { providerRef: { name: 'idp' } } }],
    protectedResource: {
      paths: ['/mcp'],
      port,
      scopes: ['orders:read'],
      name: 'Orders',
      authorizationServer: { clientRef: { name: 'mcp-gateway' } },
    },
    rules: [
      {
        name: 'refunds',
        match: [{ path: { prefix: '/mcp/refunds' } }],
        authorize: [{ scopes: ['orders:read', 'orders:write'] }],
      },
    ],
  }),
]

let server: ChildProcess | undefined

const standingIn = async (): Promise<StackOptions> => {
  const [port = 0] = await freePorts(1)
  const upstreamPort = await freePort()
  const script = installed('clients/npm/server.mjs', 'clients-npm')
  server = await startChildProcess({
    name: 'the MCP server',
    command: process.execPath,
    args: [script, String(upstreamPort)],
  })
  return {
    port,
    hosts: [HOST],
    resources: shop({ more: manifests(port) }),
    oidcProvider: {
      extraClients: [registered(port)],
      moreAudience: `https://${HOST}:${port}/mcp`,
    },
    envoy: {
      extraHosts: [{ domain: HOST, upstreamPort, isProtected: true, bodyMaxBytes: 32_768 }],
    },
  }
}

/** What a client that registers itself is told. */
const registeredAt = async (stack: Stack, body: object): Promise<Record<string, unknown>> => {
  const browser = createHttpBrowser({ caPem: stack.caPem })
  const url = stack.url(HOST, '/oauth2/register')
  const headers = { 'content-type': 'application/json' }
  const answer = await browser.send(url, { method: 'POST', headers, body: JSON.stringify(body) })
  await browser.close()
  return answer.json() as Record<string, unknown>
}

describe('clients of the Model Context Protocol, and a provider where nobody can register', () => {
  const stack = useStack(standingIn)
  beforeAll(() => vi.waitFor(() => expect(server?.output()).toContain('listening')))
  afterAll(() => server?.stop())

  it.each(['sdk', 'client'] as const)(
    '%s: registers here, has the person agree and sign in, and calls a tool',
    async (library) => {
      const url = stack().url(HOST, '/mcp')
      const { asked, opened, told, failed } = await discover(stack(), { library }, url)
      expect(failed).toBeUndefined()
      expect(asked).toContain('GET /.well-known/oauth-authorization-server 200')
      expect(asked).toContain('POST /oauth2/register 201')
      expect(asked).toContain('POST /oauth2/token 200')
      expect(opened).toHaveLength(1)
      expect(opened[0]?.origin).toBe(new URL(url).origin)
      expect(told['/mcp']).toMatchObject({ authorization: null, 'x-auth-subject': 'alice' })
    },
  )

  it('client: asks for more where more is needed, and keeps what it had', async () => {
    const urls = ['/mcp', '/mcp/refunds'].map((path) => stack().url(HOST, path))
    const { opened, told, failed } = await discover(stack(), { library: 'client' }, ...urls)
    expect(failed).toBeUndefined()
    expect(opened).toHaveLength(2)
    expect(told['/mcp/refunds']).toMatchObject({ authorization: null })
  })

  const browsers = useChromium(stack)

  it.each([
    ['Allow', 'code'],
    ['Cancel', 'error'],
  ])('in Chromium, %s on the page leads on', async (label, told) => {
    const redirectUri = 'http://127.0.0.1:9/callback'
    const answer = await registeredAt(stack(), {
      redirect_uris: [redirectUri],
      client_name: '<b>Desk</b>',
    })
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: String(answer.client_id),
      redirect_uri: redirectUri,
      state: 's',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const tab = await browsers.newTab()
    const arrived = tab.waitForRequest((request) => request.url().startsWith(redirectUri))
    await tab.goto(stack().url(HOST, `/oauth2/authorize?${query}`))
    expect(await tab.locator('.asked').textContent()).toContain('<b>Desk</b>')
    await tab.click(`text=${label}`)
    if (label === 'Allow') {
      await tab.waitForSelector('input[name=login]')
      await signInAt(tab, 'alice').catch(() => undefined)
    }
    const { searchParams } = new URL((await arrived).url())
    expect(searchParams.has(told)).toBe(true)
    expect(searchParams.get('state')).toBe('s')
  })
})
