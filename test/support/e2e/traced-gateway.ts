import type { Document } from 'yaml'
import { CONNECTION_MANAGER } from '../parts/envoy.ts'

const COLLECTOR = 'otel-collector'

const cluster = (port: number) => ({
  name: COLLECTOR,
  type: 'STATIC',
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
  load_assignment: {
    cluster_name: COLLECTOR,
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

const tracing = (percent: number) => ({
  random_sampling: { value: percent },
  provider: {
    name: 'envoy.tracers.opentelemetry',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig',
      grpc_service: { envoy_grpc: { cluster_name: COLLECTOR }, timeout: '1s' },
      service_name: 'envoy',
    },
  },
})

/**
 * Has an Envoy trace so many of a hundred requests, and send its spans to a collector by gRPC. The
 * configuration is that of docs/tracing.md.
 */
export const tracedGateway =
  (collectorPort: number, percent = 100) =>
  (configuration: Document): void => {
    configuration.setIn([...CONNECTION_MANAGER, 'tracing'], tracing(percent))
    configuration.addIn(['static_resources', 'clusters'], cluster(collectorPort))
  }
