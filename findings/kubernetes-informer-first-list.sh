#!/usr/bin/env bash
# An informer of the official Kubernetes client whose first list fails starts successfully, and does nothing ever after.
#
# Version: @kubernetes/client-node 2.0.1, Node.js 24.21.0.
# Behaviour: when the first list is answered with 503, `start()` resolves. `connect` has been emitted before the list was
#   asked for, `error` once, and no retry is planned: no timer and no socket is left that could bring one. Informers in Go
#   retry with a backoff until they are stopped.
# Seen:
#   events: connect, error 503; start() resolved
#   no timer and no socket is left: lists asked for: 1; objects known: 0
#   start() once more: lists asked for: 2; objects known: 1
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" @kubernetes/client-node@2.0.1
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const PATH = '/api/v1/namespaces/default/secrets'
const secret = { metadata: { name: 'here', namespace: 'default', resourceVersion: '1' } }
let isHealthy = false
let lists = 0
const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url, 'http://server')
  response.setHeader('content-type', 'application/json')
  if (searchParams.get('watch') === 'true') return response.flushHeaders()
  lists += 1
  if (isHealthy) {
    const list = { kind: 'SecretList', apiVersion: 'v1', metadata: { resourceVersion: '1' } }
    return response.end(JSON.stringify({ ...list, items: [secret] }))
  }
  response.statusCode = 503
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 503 }
  response.end(JSON.stringify({ ...status, reason: 'ServiceUnavailable', message: 'starting' }))
})
await once(server.listen(0, '127.0.0.1'), 'listening')

const config = new KubeConfig()
config.loadFromClusterAndUser(
  { name: 'c', server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true },
  { name: 'u' },
)
const api = config.makeApiClient(CoreV1Api)
const informer = makeInformer(config, PATH, () =>
  api.listNamespacedSecret({ namespace: 'default' }),
)
const events = []
informer.on('connect', () => events.push('connect'))
informer.on('error', (error) => events.push(`error ${error.code ?? error.statusCode}`))

await informer.start()
console.log(`events: ${events.join(', ')}; start() resolved`)
assert.deepEqual(events, ['connect', 'error 503'])

isHealthy = true
server.unref()
server.closeAllConnections()
// `beforeExit` comes when no timer and no socket is left: a retry that was planned would keep it away.
await new Promise((resolve) => process.once('beforeExit', resolve))
const state = () => `lists asked for: ${lists}; objects known: ${informer.list().length}`
console.log(`no timer and no socket is left: ${state()}`)
assert.equal(state(), 'lists asked for: 1; objects known: 0')

server.ref()
await informer.start()
console.log(`start() once more: ${state()}`)
assert.equal(state(), 'lists asked for: 2; objects known: 1')
await informer.stop()
server.closeAllConnections()
server.close()
PROGRAM
node finding.mjs &
wait $!
