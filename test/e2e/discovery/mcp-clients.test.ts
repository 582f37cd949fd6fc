import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { discover } from '../../support/e2e/discovering-client.ts'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { type ChildProcess, startChildProcess } from '../../support/parts/child-process.ts'
import { freePort, freePorts } from '../../support/parts/free-port.ts'
import { installed } from '../../support/parts/installed.ts'
import type { StackOptions } from '../../support/parts/stack.ts'

const HOST = 'mcp.localhost'
const METADATA = '/.well-known/oauth-protected-resource'

const KNOWN = { library: 'client', clientId: 'desk' } as const

/** A provider may hold a client that registered itself to the scopes that it was told of first. */
const registered = {
  client_id: KNOWN.clientId,
  application_type: 'native' as const,
  token_endpoint_auth_method: 'none' as const,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['http://127.0.0.1/callback'],
}

/** A route that says where a resource begins, and what a part of it needs besides. */
const routeAt = (port: number) =>
  ours('ProtectedRoute', 'mcp', {
    hosts: [HOST],
    authenticate: [{ bearer: { providerRef: { name: 'idp' } } }],
    protectedResource: { paths: ['/mcp'], port, scopes: ['orders:read'], name: 'Orders' },
    rules: [
      {
        name: 'refunds',
        match: [{ path: { prefix: '/mcp/refunds' } }],
        authorize: [{ scopes: ['orders:read', 'orders:write'] }],
      },
    ],
    authorize: [{ scopes: ['orders:read'] }],
  })

let server: ChildProcess | undefined

const discoverable = async (): Promise<StackOptions> => {
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
    resources: shop({ more: [routeAt(port)] }),
    oidcProvider: { registersFor: `https://${HOST}:${port}/mcp`, extraClients: [registered] },
    envoy: { extraHosts: [{ domain: HOST, upstreamPort, isProtected: true }] },
  }
}

describe('clients of the Model Context Protocol that are given a URL and nothing else', () => {
  const stack = useStack(discoverable)
  beforeAll(() => vi.waitFor(() => expect(server?.output()).toContain('listening')))
  afterAll(() => server?.stop())

  it.each(['sdk', 'client'] as const)(
    '%s: find the provider, register, sign the person in and call a tool',
    async (library) => {
      const { asked, opened, told, failed } = await discover(
        stack(),
        { library },
        stack().url(HOST, '/mcp'),
      )
      expect(failed).toBeUndefined()
      expect(asked[0]).toBe('POST /mcp 401')
      expect(asked).toContain(`GET ${METADATA}/mcp 200`)
      expect(asked).toContain('POST /reg 201')
      expect(opened).toHaveLength(1)
      expect(opened[0]?.searchParams.get('scope')).toContain('orders:read')
      expect(opened[0]?.searchParams.get('resource')).toBe(stack().url(HOST, '/mcp'))
      expect(told['/mcp']).toEqual({ authorization: null, 'x-auth-subject': 'alice' })
    },
  )

  it('client: asks for more where more is needed, and keeps what it had', async () => {
    const urls = ['/mcp', '/mcp/refunds'].map((path) => stack().url(HOST, path))
    const { asked, opened, told, failed } = await discover(stack(), KNOWN, ...urls)
    expect(failed).toBeUndefined()
    expect(asked).toContain('POST /mcp/refunds 403')
    expect(opened).toHaveLength(2)
    const scopes = opened[1]?.searchParams.get('scope')?.split(' ')
    expect(scopes).toEqual(expect.arrayContaining(['orders:read', 'orders:write']))
    expect(told['/mcp/refunds']).toMatchObject({ authorization: null })
  })
})
