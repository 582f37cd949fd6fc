import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Document, parseDocument } from 'yaml'
import { startChildProcess, waitUntilReady } from './child-process.ts'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * A host that the example does not have: another upstream, another road, or facts about the route.
 */
export interface ExtraHost {
  readonly domain: string
  readonly upstreamPort: number
  /** False: the host is served without a check, as a provider must be. */
  readonly isProtected: boolean
  /** `context_extensions` of the route, such as `sallyport.dev/route`. */
  readonly contextExtensions?: Readonly<Record<string, string>>
  /** Sends as much of each body along with the check; absent: none of it. */
  readonly bodyMaxBytes?: number
}

/** What the example configuration is filled with. */
export interface EnvoyOptions {
  readonly sallyportPort: number
  /** More replicas of Sallyport; absent: the one. */
  readonly moreSallyportPorts?: readonly number[]
  /** Sallyport is asked by TLS, and its certificate has to be of this authority and name. */
  readonly sallyportTls?: { readonly caFile: string; readonly name: string }
  readonly upstreamPort: number
  readonly certFile: string
  readonly keyFile: string
  /** The port of the TLS listener; absent: a free one. */
  readonly port?: number
  readonly extraHosts?: readonly ExtraHost[]
  /**
   * `ALLOW` takes out the rule that refuses headers with underscores, to show what Sallyport does
   * with them by itself.
   */
  readonly headersWithUnderscores?: 'REJECT_REQUEST' | 'ALLOW'
  /** Whatever else is to be different from the example. */
  readonly change?: (configuration: Document) => void
}

/** An Envoy with the configuration of `deploy/examples/envoy`. */
export interface RunningEnvoy {
  /** Of the TLS listener on 127.0.0.1. */
  readonly port: number
  readonly adminUrl: string
  /** One counter or gauge of Envoy, such as `http.https.ext_authz.denied`; 0 if there is none. */
  readonly stat: (name: string) => Promise<number>
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const EXAMPLE = fileURLToPath(new URL('../../../deploy/examples/envoy/envoy.yaml', import.meta.url))

const TYPES = 'type.googleapis.com/envoy.extensions'

const fillIn = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\$\{([A-Z_]+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`Nothing to fill in for ${placeholder}`)
    return String(value)
  })

const clusterName = (host: ExtraHost): string => `port-${host.upstreamPort}`

const endpoint = (port: number) => ({
  endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
})

const cluster = (host: ExtraHost) => ({
  name: clusterName(host),
  type: 'STATIC',
  load_assignment: {
    cluster_name: clusterName(host),
    endpoints: [{ lb_endpoints: [endpoint(host.upstreamPort)] }],
  },
})

const tlsTo = ({ caFile, name }: { readonly caFile: string; readonly name: string }) => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': `${TYPES}.transport_sockets.tls.v3.UpstreamTlsContext`,
    sni: name,
    common_tls_context: {
      alpn_protocols: ['h2'],
      validation_context: {
        trusted_ca: { filename: caFile },
        match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: name } }],
      },
    },
  },
})

const perRoute = (host: ExtraHost) => ({
  '@type': `${TYPES}.filters.http.ext_authz.v3.ExtAuthzPerRoute`,
  ...(host.isProtected
    ? {
        check_settings: {
          context_extensions: host.contextExtensions ?? {},
          ...(host.bodyMaxBytes === undefined
            ? {}
            : {
                with_request_body: {
                  max_request_bytes: host.bodyMaxBytes,
                  allow_partial_message: true,
                },
              }),
        },
      }
    : { disabled: true }),
})

const virtualHost = (host: ExtraHost) => ({
  name: host.domain,
  domains: [host.domain],
  routes: [
    {
      match: { prefix: '/' },
      // Event streams have no end, as in the example.
      route: { cluster: clusterName(host), ...(host.isProtected ? { timeout: '0s' } : {}) },
    },
  ],
  typed_per_filter_config: { 'envoy.filters.http.ext_authz': perRoute(host) },
})

/** Where the settings of HTTP connections stand in it. */
export const CONNECTION_MANAGER = [
  'static_resources',
  'listeners',
  0,
  'filter_chains',
  0,
  'filters',
  0,
  'typed_config',
] as const

const SALLYPORT = ['static_resources', 'clusters', 0] as const
const REPLICAS = [...SALLYPORT, 'load_assignment', 'endpoints', 0, 'lb_endpoints']
const TLS = [...SALLYPORT, 'transport_socket']

const UNDERSCORES = [
  ...CONNECTION_MANAGER,
  'common_http_protocol_options',
  'headers_with_underscores_action',
]
const VIRTUAL_HOSTS = [...CONNECTION_MANAGER, 'route_config', 'virtual_hosts']

const render = async (options: EnvoyOptions, port: number, adminPort: number): Promise<string> => {
  const text = fillIn(await readFile(EXAMPLE, 'utf8'), {
    ADMIN_PORT: adminPort,
    LISTEN_ADDRESS: '127.0.0.1',
    LISTEN_PORT: port,
    CERT_FILE: options.certFile,
    KEY_FILE: options.keyFile,
    EXT_AUTHZ_ADDRESS: '127.0.0.1',
    EXT_AUTHZ_PORT: options.sallyportPort,
    UPSTREAM_ADDRESS: '127.0.0.1',
    UPSTREAM_PORT: options.upstreamPort,
  })
  const document = parseDocument(text)
  const hosts = options.extraHosts ?? []
  const clusters = new Map(hosts.map((host) => [clusterName(host), cluster(host)]))
  for (const host of hosts) document.addIn(VIRTUAL_HOSTS, virtualHost(host))
  for (const each of clusters.values()) document.addIn(['static_resources', 'clusters'], each)
  for (const more of options.moreSallyportPorts ?? []) document.addIn(REPLICAS, endpoint(more))
  if (options.sallyportTls !== undefined) document.setIn(TLS, tlsTo(options.sallyportTls))
  document.setIn(UNDERSCORES, options.headersWithUnderscores ?? 'REJECT_REQUEST')
  options.change?.(document)
  return document.toString({ lineWidth: 0 })
}

/** One counter or gauge of the Envoy behind an admin address; 0 if there is none. */
export const readStat = async (adminUrl: string, name: string): Promise<number> => {
  const filter = `^${name.replaceAll('.', '\\.')}$`
  const response = await fetch(`${adminUrl}/stats?filter=${encodeURIComponent(filter)}`)
  return Number((await response.text()).match(/: (\d+)/)?.[1] ?? 0)
}

/** Starts Envoy on 127.0.0.1. @throws Error if it is not installed or refuses its configuration */
export const startEnvoy = async (options: EnvoyOptions): Promise<RunningEnvoy> => {
  const command = installed('envoy/envoy', 'envoy')
  const folder = await temporaryFolder('envoy')
  const port = options.port ?? (await freePort())
  const adminPort = await freePort()
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const file = `${folder.path}/envoy.yaml`
  await writeFile(file, await render(options, port, adminPort))

  const quietly = ['--log-level', 'warning', '--concurrency', '1', '--disable-hot-restart']
  const soon = ['--drain-time-s', '1', '--parent-shutdown-time-s', '2']
  const logged = ['--file-flush-interval-msec', '50']
  const args = ['--config-path', file, ...quietly, ...soon, ...logged]
  const child = await startChildProcess({ name: 'Envoy', command, args })
  const isReady = async () => (await fetch(`${adminUrl}/ready`)).status === 200
  await waitUntilReady('Envoy', child, isReady)
  return {
    port,
    adminUrl,
    stat: (name) => readStat(adminUrl, name),
    output: () => child.output(),
    stop: async () => {
      await child.stop()
      await folder.remove()
    },
  }
}
