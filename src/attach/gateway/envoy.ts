import type {
  AttachFile,
  AttachInputs,
  NetworkAddress,
  ServiceAddress,
} from '../manifest/attachment.ts'
import { envoyCallbackRoutes } from '../manifest/envoy-callback-routes.ts'
import { serviceHost } from '../manifest/service-name.ts'
import { yamlList } from '../manifest/yaml-text.ts'

interface Endpoint {
  readonly address: string
  readonly port: string
}

/** Where something is; what nobody named stays a name to be filled in. */
const endpoint = (
  { service, address }: { readonly service?: ServiceAddress; readonly address?: NetworkAddress },
  placeholder: string,
  inputs: AttachInputs,
): Endpoint => {
  if (address !== undefined) return { address: address.host, port: String(address.port) }
  return service === undefined
    ? { address: `\${${placeholder}_ADDRESS}`, port: `\${${placeholder}_PORT}` }
    : { address: serviceHost(service, inputs), port: String(service.port) }
}

/** The certificates of both sides; empty where Sallyport is asked in plain HTTP/2. */
const transportSocket = ({ serviceTls }: AttachInputs): string => {
  if (serviceTls === undefined) return ''
  const { secret: folder, serverName, isMutual } = serviceTls
  const isAddress = /^[0-9.]+$|:/.test(serverName)
  const sni = isAddress
    ? ''
    : `
          sni: "${serverName}"`
  const own = isMutual
    ? `
            tls_certificates:
              - certificate_chain: { filename: "${folder}/tls.crt" }
                private_key: { filename: "${folder}/tls.key" }`
    : ''
  return `
      # Envoy reads these files at its start: restart it, or use SDS, when they change.
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext${sni}
          common_tls_context:
            alpn_protocols: [h2]
            tls_params: { tls_minimum_protocol_version: TLSv1_2 }
            validation_context:
              trusted_ca: { filename: "${folder}/ca.crt" }
              match_typed_subject_alt_names:
                - san_type: ${isAddress ? 'IP_ADDRESS' : 'DNS'}
                  matcher: { exact: "${serverName}" }${own}`
}

const domains = ({ hosts }: AttachInputs): readonly string[] => (hosts.length === 0 ? ['*'] : hosts)

const hostsComment = ({ hosts }: AttachInputs): string =>
  hosts.length === 0
    ? `\
                    # Every host is asked about; Sallyport answers 404 for one that no ProtectedRoute names.`
    : `\
                    # Envoy answers 404 for every other host.`

const configuration = (inputs: AttachInputs, sallyport: Endpoint, upstream: Endpoint): string => `\
# A plain Envoy (1.38.4 or newer) with Sallyport in front of one upstream. See deploy/examples/envoy/README.md.
# Names in \${...} are yours to fill in, for example with envsubst.

admin:
  address:
    socket_address:
      address: 127.0.0.1
      port_value: \${ADMIN_PORT}

static_resources:
  listeners:
    - name: https
      address:
        socket_address:
          address: "\${LISTEN_ADDRESS}"
          port_value: \${LISTEN_PORT}
      per_connection_buffer_limit_bytes: 32768
      listener_filters:
        - name: envoy.filters.listener.tls_inspector
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector
      listener_filters_timeout: 5s
      filter_chains:
        - transport_socket_connect_timeout: 10s
          transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              common_tls_context:
                alpn_protocols: [h2, http/1.1]
                tls_params: { tls_minimum_protocol_version: TLSv1_2 }
                tls_certificates:
                  - certificate_chain: { filename: "\${CERT_FILE}" }
                    private_key: { filename: "\${KEY_FILE}" }
          filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: https
                # The path that Sallyport decides on is the path that Envoy routes on and the upstream receives.
                normalize_path: true
                merge_slashes: true
                # \`%2F\` stays what it is, as applications use it within a segment. Sallyport refuses such a path where its
                # readings fall under rules that ask for different things.
                path_with_escaped_slashes_action: KEEP_UNCHANGED
                # \`app.example.com.\` is the same host as \`app.example.com\`. The port stays: Sallyport needs it for the
                # redirect URI of a host that is not served on 443, and leaves it out of every comparison by itself.
                strip_trailing_host_dot: true
                # Envoy is the edge: the peer is the downstream, and what it says about itself is overwritten.
                use_remote_address: true
                xff_num_trusted_hops: 0
                # Nobody is internal, whatever address they come from: all headers of Envoy's own are taken off.
                internal_address_config:
                  unix_sockets: false
                  cidr_ranges: [{ address_prefix: 255.255.255.255, prefix_len: 32 }]
                server_header_transformation: OVERWRITE
                # Bounds on what one connection may take. Tell Sallyport of the headers, so that what it adds fits:
                # \`check.forwardedHeaderBytes: 98304\` and \`check.forwardedHeaderCount: 150\`.
                max_request_headers_kb: 96
                request_headers_timeout: 10s
                request_timeout: 0s
                stream_idle_timeout: 300s
                common_http_protocol_options:
                  idle_timeout: 900s
                  max_headers_count: 150
                  # \`x_auth_subject\` reads like \`x-auth-subject\` to many upstreams.
                  headers_with_underscores_action: REJECT_REQUEST
                http2_protocol_options:
                  max_concurrent_streams: 100
                  initial_stream_window_size: 65536
                  initial_connection_window_size: 1048576
                upgrade_configs:
                  - upgrade_type: websocket
                access_log:
                  - name: envoy.access_loggers.stdout
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
                      log_format:
                        # Without query and cookies: an authorization code or a ticket must not reach a log.
                        json_format:
                          time: "%START_TIME%"
                          request_id: "%REQ(X-REQUEST-ID)%"
                          method: "%REQ(:METHOD)%"
                          host: "%REQ(:AUTHORITY)%"
                          path: "%PATH(NQ:PATH)%"
                          status: "%RESPONSE_CODE%"
                          details: "%RESPONSE_CODE_DETAILS%"
                          reason: "%DYNAMIC_METADATA(envoy.filters.http.ext_authz:reason)%"
                          protected_route: "%DYNAMIC_METADATA(envoy.filters.http.ext_authz:route)%"
                          rule: "%DYNAMIC_METADATA(envoy.filters.http.ext_authz:rule)%"
                          duration_ms: "%DURATION%"
                http_filters:
                  # First of all filters, so that none of them acts on a request that is not allowed.
                  - name: envoy.filters.http.ext_authz
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
                      transport_api_version: V3
                      grpc_service:
                        envoy_grpc: { cluster_name: sallyport }
                        # The default of 200 ms is shorter than a code exchange. Sallyport answers within its budget of 4s.
                        timeout: 5s
                        # Only where the check cannot have been looked at yet.
                        retry_policy: { num_retries: 1, retry_on: "connect-failure,refused-stream" }
                      # Nothing goes through while Sallyport cannot be asked.
                      failure_mode_allow: false
                      status_on_error: { code: ServiceUnavailable }
                      # The decision was made for the route that was chosen.
                      clear_route_cache: false
                      # All headers are sent (\`allowed_headers\` is unset), so that Sallyport can take off every spelling of an
                      # identity header; line by line and byte by byte, so that several \`Cookie\` lines are told apart and
                      # cookies of others stay what they are.
                      encode_raw_headers: true
                      include_peer_certificate: false
                      # A header change that is not well formed fails the request instead of reaching the upstream.
                      validate_mutations: true
                      decoder_header_mutation_rules:
                        allow_all_routing: { value: false }
                        allow_envoy: { value: false }
                        # A token that came in the query is taken out of \`:path\`. Host, method and scheme stay as they are.
                        disallow_system: { value: false }
                        disallow_is_error: { value: true }
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                route_config:
                  name: protected
                  ignore_port_in_host_matching: true
                  virtual_hosts:
${hostsComment(inputs)}
                    # The callback and sign-out paths need no route of their own: Sallyport answers them itself.
                    - name: protected
                      domains: ${yamlList(domains(inputs))}
                      routes:${envoyCallbackRoutes(inputs)}
                        - match: { prefix: "/" }
                          # No limit on the whole answer, which would cut event streams and long downloads. One on which
                          # nothing moves ends by \`stream_idle_timeout\`.
                          route: { cluster: upstream, timeout: 0s }

  clusters:
    - name: sallyport
      type: STRICT_DNS
      connect_timeout: 1s${transportSocket(inputs)}
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config:
            http2_protocol_options:
              connection_keepalive: { interval: 30s, timeout: 5s }
      circuit_breakers:
        thresholds:
          - { max_connections: 64, max_pending_requests: 1024, max_requests: 4096, max_retries: 64 }
      # A replica that drains says so here before it goes.
      health_checks:
        - timeout: 1s
          interval: 2s
          no_traffic_interval: 2s
          unhealthy_interval: 1s
          unhealthy_threshold: 2
          healthy_threshold: 1
          grpc_health_check: { service_name: envoy.service.auth.v3.Authorization }
      load_assignment:
        cluster_name: sallyport
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address:
                    socket_address:
                      address: "${sallyport.address}"
                      port_value: ${sallyport.port}

    - name: upstream
      type: STRICT_DNS
      connect_timeout: 2s
      per_connection_buffer_limit_bytes: 32768
      load_assignment:
        cluster_name: upstream
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address:
                    socket_address:
                      address: "${upstream.address}"
                      port_value: ${upstream.port}

overload_manager:
  refresh_interval: 0.25s
  resource_monitors:
    - name: envoy.resource_monitors.fixed_heap
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig
        max_heap_size_bytes: 1073741824
    - name: envoy.resource_monitors.global_downstream_max_connections
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
        max_active_downstream_connections: 10000
  actions:
    - name: envoy.overload_actions.shrink_heap
      triggers:
        - name: envoy.resource_monitors.fixed_heap
          threshold: { value: 0.9 }
    - name: envoy.overload_actions.stop_accepting_requests
      triggers:
        - name: envoy.resource_monitors.fixed_heap
          threshold: { value: 0.95 }
`

/** A whole configuration for a plain Envoy: TLS, Sallyport, one upstream. */
export const envoyFiles = (inputs: AttachInputs): readonly AttachFile[] => {
  const { service, isServiceNamed, serviceAddress, upstream, upstreamAddress } = inputs
  const asked = {
    ...(isServiceNamed ? { service } : {}),
    ...(serviceAddress === undefined ? {} : { address: serviceAddress }),
  }
  const protectedBy = {
    ...(upstream === undefined ? {} : { service: upstream }),
    ...(upstreamAddress === undefined ? {} : { address: upstreamAddress }),
  }
  const sallyport = endpoint(asked, 'EXT_AUTHZ', inputs)
  const leadsTo = endpoint(protectedBy, 'UPSTREAM', inputs)
  return [{ name: 'envoy.yaml', text: configuration(inputs, sallyport, leadsTo) }]
}
