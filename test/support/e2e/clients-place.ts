import { startChildProcess } from '../parts/child-process.ts'
import { freePort, freePorts } from '../parts/free-port.ts'
import { createHttpBrowser } from '../parts/http-browser.ts'
import { installed } from '../parts/installed.ts'
import type { Stack, StackFacts, StackOptions } from '../parts/stack.ts'
import { until } from '../parts/until.ts'
import type { ClientDocument } from './client-document.ts'
import type { PlaceName } from './clients-report.ts'
import { BODY_MAX_BYTES, gatewayManifests, standingIn } from './clients-standing-in.ts'
import type { SignIn } from './discovering-client.ts'
import { type Manifest, ours, shop } from './manifests.ts'

/** The host whose path `/mcp` is the resource. */
export const MCP_HOST = 'mcp.localhost'

/** How a client comes to be known to the provider. */
export interface Way {
  readonly title: 'registers itself' | 'registered by hand' | 'named by its document'
  /** What it is registered as; absent: nothing. */
  readonly clientId?: string
  /** Whether it is told the URL of its document, which is its client id. */
  readonly hasDocument?: boolean
}

/** How clients come to be known where the gateway stands in. */
export const STANDING_IN_WAYS: ClientsPlace['ways'] = [
  { title: 'registers itself' },
  { title: 'named by its document', hasDocument: true },
]

/** Where clients are to find their way to: a provider, and the route that leads there. */
export interface ClientsPlace {
  /** The results are in a file of this name. */
  readonly name: PlaceName
  readonly ways: readonly [Way, ...Way[]]
  /** The scope that is needed everywhere, and the one that is needed below `/mcp/refunds` besides. */
  readonly scopes: readonly [read: string, write: string]
  /** What is started, of the URL of the resource. */
  readonly options: (resource: string) => Partial<StackOptions>
  /** Fields of the IdentityProvider's `spec`. */
  readonly provider?: (facts: StackFacts) => Manifest
  /** Whether the gateway stands in as authorization server, by `GATEWAY`; absent: the provider is it. */
  readonly standsIn?: boolean
  /** Sets the provider up once it runs, before the gateway hears of it; absent: there is no need. */
  readonly prepare?: (stack: Stack) => Promise<void>
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

const resourceAt = (port: number): string => `https://${MCP_HOST}:${port}/mcp`

/** The address that clients are told, or the one of a part of it. */
export const mcpUrl = (stack: Stack, part = ''): string => stack.url(MCP_HOST, `/mcp${part}`)

const routeOf = (
  { scopes: [read, write], standsIn }: ClientsPlace,
  port: number,
  document: ClientDocument | undefined,
): Manifest =>
  ours('ProtectedRoute', 'mcp', {
    hosts: [MCP_HOST],
    authenticate: [{ bearer: { providerRef: { name: 'idp' } } }],
    protectedResource: {
      paths: ['/mcp'],
      port,
      scopes: [read],
      name: 'Orders',
      ...(standsIn === true ? { authorizationServer: standingIn(document) } : {}),
    },
    upstream: {
      headers: [
        { name: 'x-token-expires', claim: 'exp' },
        { name: 'x-told-issued', claim: 'iat' },
      ],
    },
    rules: [
      {
        name: 'refunds',
        match: [{ path: { prefix: '/mcp/refunds' } }],
        authorize: [{ scopes: [read, write] }],
      },
    ],
    authorize: [{ scopes: [read] }],
  })

const resourcesOf = (
  place: ClientsPlace,
  port: number,
  document: ClientDocument | undefined,
): StackOptions['resources'] => {
  const { provider, standsIn } = place
  return shop({
    ...(provider === undefined ? {} : { provider }),
    more: [
      ...(standsIn === true ? gatewayManifests(resourceAt(port)) : []),
      routeOf(place, port, document),
    ],
  })
}

/** Where documents of clients are reached, whose host is this machine. */
const reaching = ({ caFile }: ClientDocument): Pick<StackOptions, 'sallyport'> => ({
  sallyport: {
    configuration: { outbound: { allowNetworks: ['127.0.0.0/8', '::1/128'], caFile } },
  },
})

/** Everything between clients and an MCP server. */
export const stackOptionsOf = async (
  place: ClientsPlace,
  server: McpServer,
  document?: ClientDocument,
): Promise<StackOptions> => {
  const [port = 0] = await freePorts(1)
  const bodies = place.standsIn === true ? { bodyMaxBytes: BODY_MAX_BYTES } : {}
  const host = { domain: MCP_HOST, upstreamPort: server.port, isProtected: true, ...bodies }
  return {
    port,
    hosts: [MCP_HOST],
    resources: place.prepare === undefined ? resourcesOf(place, port, document) : shop(),
    envoy: { extraHosts: [host] },
    ...(document === undefined ? {} : reaching(document)),
    ...place.options(resourceAt(port)),
  }
}

/** Sets the provider up where it has to be, and waits until the gateway knows the resource. */
export const prepare = async (
  place: ClientsPlace,
  stack: Stack,
  document?: ClientDocument,
): Promise<void> => {
  if (place.prepare === undefined) return
  await place.prepare(stack)
  const resources = resourcesOf(place, stack.port, document)(stack)
  for (const [name, text] of Object.entries(resources)) {
    await stack.sallyport.writeResource(name, text)
  }
  const browser = createHttpBrowser({ caPem: stack.caPem })
  await until('the gateway knows the resource', async () => {
    const { status } = await browser.send(mcpUrl(stack), { method: 'POST' })
    return status === 401
  })
  await browser.close()
}
