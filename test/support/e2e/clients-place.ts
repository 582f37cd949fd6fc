import { startChildProcess } from '../parts/child-process.ts'
import { freePort, freePorts } from '../parts/free-port.ts'
import { installed } from '../parts/installed.ts'
import type { Stack, StackOptions } from '../parts/stack.ts'
import { until } from '../parts/until.ts'
import type { SignIn } from './discovering-client.ts'
import { type Manifest, ours, shop } from './manifests.ts'

/** The host whose path `/mcp` is the resource. */
export const MCP_HOST = 'mcp.localhost'

/** How a client comes to be known to the provider. */
export interface Way {
  readonly title: 'registers itself' | 'registered by hand'
  /** What it is registered as; absent: it registers itself. */
  readonly clientId?: string
}

/** Where clients are to find their way to: a provider, and the route that leads there. */
export interface ClientsPlace {
  /** As people call the provider. The results are in a file of this name. */
  readonly name: string
  readonly ways: readonly [Way, ...Way[]]
  /** The scope that is needed everywhere, and the one that is needed below `/mcp/refunds` besides. */
  readonly scopes: readonly [read: string, write: string]
  /** What is started, of the URL of the resource. */
  readonly options: (resource: string) => Partial<StackOptions>
  /** Fields of the IdentityProvider's `spec`. */
  readonly provider?: Manifest
  /** Fields of the route's `spec`. */
  readonly route?: Manifest
  /** Absent: by the form of `oidc-provider`. */
  readonly signIn?: SignIn
  /** Has the gateway refuse every access token that was issued so far; absent: it cannot. */
  readonly killTokens?: (stack: Stack) => Promise<void>
}

/** An MCP server behind a gateway, whose address clients are told, and nothing else. */
export interface McpServer {
  readonly port: number
  /** Ends the streams of all clients. */
  readonly hangUp: () => Promise<void>
  readonly stop: () => Promise<unknown>
}

/** Starts the server of the SDK, with the tools of `tools/clients/npm/server.mjs`. */
export const startMcpServer = async (): Promise<McpServer> => {
  const port = await freePort()
  const script = installed('clients/npm/server.mjs', 'clients-npm')
  const server = await startChildProcess({
    name: 'the MCP server',
    command: process.execPath,
    args: [script, String(port)],
  })
  await until('the MCP server listens', async () => server.output().includes('listening'))
  return {
    port,
    hangUp: async () => void (await fetch(`http://127.0.0.1:${port}/hang-up`)),
    stop: () => server.stop(),
  }
}

/** The address that clients are told, or the one of a part of it. */
export const mcpUrl = (stack: Stack, part = ''): string => stack.url(MCP_HOST, `/mcp${part}`)

const routeOf = ({ scopes: [read, write], route }: ClientsPlace, port: number): Manifest =>
  ours('ProtectedRoute', 'mcp', {
    hosts: [MCP_HOST],
    authenticate: [{ bearer: { providerRef: { name: 'idp' } } }],
    protectedResource: { paths: ['/mcp'], port, scopes: [read], name: 'Orders' },
    upstream: { headers: [{ name: 'x-token-expires', claim: 'exp' }] },
    rules: [
      {
        name: 'refunds',
        match: [{ path: { prefix: '/mcp/refunds' } }],
        authorize: [{ scopes: [read, write] }],
      },
    ],
    authorize: [{ scopes: [read] }],
    ...route,
  })

/** Everything between clients and an MCP server. */
export const stackOptionsOf = async (
  place: ClientsPlace,
  server: McpServer,
): Promise<StackOptions> => {
  const [port = 0] = await freePorts(1)
  return {
    port,
    hosts: [MCP_HOST],
    resources: shop({
      ...(place.provider === undefined ? {} : { provider: () => place.provider ?? {} }),
      more: [routeOf(place, port)],
    }),
    envoy: { extraHosts: [{ domain: MCP_HOST, upstreamPort: server.port, isProtected: true }] },
    ...place.options(`https://${MCP_HOST}:${port}/mcp`),
  }
}
