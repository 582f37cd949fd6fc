import type { Document } from 'yaml'
import { type RunningEnvoy, startEnvoy } from '../../test/support/parts/envoy.ts'
import type { Certificates } from '../../test/support/parts/tls.ts'

const CONNECTION_MANAGER = [
  'static_resources',
  'listeners',
  0,
  'filter_chains',
  0,
  'filters',
  0,
  'typed_config',
] as const
const ROUTES = [...CONNECTION_MANAGER, 'route_config', 'virtual_hosts', 0, 'routes'] as const
const ASKED = ['static_resources', 'clusters', 0] as const
const TLS = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'

/** Who is asked. */
interface Asked {
  readonly port: number
  /** Whether it is asked over TLS. */
  readonly tls?: unknown
}

/**
 * The Envoy of the example, which asks about every request, and answers what is let through by
 * itself: an upstream and a log would only cost the machine what is being measured.
 */
export const startAnsweringEnvoy = (
  { certFile, keyFile, caFile }: Certificates,
  { port, tls }: Asked,
): Promise<RunningEnvoy> => {
  const change = (configuration: Document): void => {
    configuration.deleteIn([...CONNECTION_MANAGER, 'access_log'])
    const answer = [{ match: { prefix: '/' }, direct_response: { status: 200 } }]
    configuration.setIn(ROUTES, configuration.createNode(answer))
    if (tls === undefined) return
    const socket = {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': TLS,
        sni: 'app.localhost',
        common_tls_context: { validation_context: { trusted_ca: { filename: caFile } } },
      },
    }
    configuration.setIn([...ASKED, 'transport_socket'], configuration.createNode(socket))
  }
  return startEnvoy({ sallyportPort: port, upstreamPort: port, certFile, keyFile, change })
}
