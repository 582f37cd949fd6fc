import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { startChildProcess, waitUntilReady } from './child-process.ts'
import { type RunningEnvoy, readStat } from './envoy.ts'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Who tells an Envoy everything, and who it says it is. */
export interface AdsEnvoyOptions {
  /** Of the control plane on 127.0.0.1, which speaks xDS without TLS. */
  readonly xdsPort: number
  /** The bearer token that the control plane knows this Envoy by. */
  readonly token: string
  /** The `node` of the bootstrap configuration. */
  readonly node: Readonly<Record<string, unknown>>
  /** Of the listener that the control plane is to give it. */
  readonly port: number
}

const H2 = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

const xdsCluster = (port: number) => ({
  name: 'xds',
  type: 'STATIC',
  typed_extension_protocol_options: {
    [H2]: {
      '@type': `type.googleapis.com/${H2}`,
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
  load_assignment: {
    cluster_name: 'xds',
    endpoints: [
      {
        lb_endpoints: [
          {
            endpoint: {
              address: { socket_address: { address: '127.0.0.1', port_value: port } },
            },
          },
        ],
      },
    ],
  },
})

const bootstrap = ({ node, xdsPort, token }: AdsEnvoyOptions, adminPort: number) => ({
  node,
  admin: { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } },
  dynamic_resources: {
    lds_config: { ads: {}, resource_api_version: 'V3' },
    cds_config: { ads: {}, resource_api_version: 'V3' },
    ads_config: {
      api_type: 'GRPC',
      transport_api_version: 'V3',
      grpc_services: [
        {
          envoy_grpc: { cluster_name: 'xds' },
          initial_metadata: [{ key: 'authorization', value: `Bearer ${token}` }],
        },
      ],
    },
  },
  static_resources: { clusters: [xdsCluster(xdsPort)] },
})

/**
 * Starts an Envoy that knows nothing but its control plane, and waits until it listens where that
 * tells it to. @throws Error with what it said if it does not
 */
export const startAdsEnvoy = async (options: AdsEnvoyOptions): Promise<RunningEnvoy> => {
  const command = installed('envoy/envoy', 'envoy')
  const folder = await temporaryFolder('ads-envoy')
  const adminPort = await freePort()
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const file = `${folder.path}/envoy.yaml`
  await writeFile(file, stringify(bootstrap(options, adminPort)), { mode: 0o600 })
  const quietly = ['--log-level', 'warning', '--concurrency', '1', '--disable-hot-restart']
  const args = ['--config-path', file, ...quietly, '--drain-time-s', '1']
  const child = await startChildProcess({ name: 'Envoy', command, args })
  const listens = async (): Promise<boolean> => {
    const listeners = await (await fetch(`${adminUrl}/listeners`)).text()
    return listeners.includes(`127.0.0.1:${options.port}`)
  }
  await waitUntilReady('Envoy', child, listens)
  return {
    port: options.port,
    adminUrl,
    stat: (name) => readStat(adminUrl, name),
    output: () => child.output(),
    stop: async () => {
      await child.stop()
      await folder.remove()
    },
  }
}
