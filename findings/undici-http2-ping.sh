#!/usr/bin/env bash
# undici's PING finds no dead HTTP/2 connection, and a request that its caller gives up on does not either.
#
# Version: undici 8.12.4, Node.js 24.21.0.
# Behaviour: with `pingInterval` the HTTP/2 client of undici sends PING frames, as one would to find a connection that died
#   without a word. Nothing minds that they are not answered. What does look is a time limit of undici's own: after a
#   `headersTimeout` the connection is probed and given up. After an `AbortSignal.timeout` of the same length it is not:
#   while it is in use, each request is put on the dead connection, although a new one would work at once.
# Seen:
#   headersTimeout: 200, then silence: HeadersTimeoutError, 200; connections made: 2
#   AbortSignal.timeout: 200, then silence: TimeoutError, TimeoutError; connections made: 1
#   PING frames swallowed: at least 5
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" undici@8.12.4
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http2'
import { connect, createServer as createProxy } from 'node:net'
import { H2CClient } from 'undici'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const server = createServer((_request, response) => response.end('here'))
await once(server.listen(0, '127.0.0.1'), 'listening')

const LIMIT_MS = 2000
const PING_FRAME = Buffer.from('0000080600', 'hex')
const sockets = []
let swallowed = 0

// Between client and server: the first connection goes silent when it is told to, later ones pass.
const startProxy = async () => {
  const state = { isSilent: false, connections: 0 }
  const proxy = createProxy((client) => {
    state.connections += 1
    const isFirst = state.connections === 1
    const upstream = connect(server.address().port, '127.0.0.1')
    client.on('data', (bytes) => {
      if (!isFirst || !state.isSilent) return upstream.write(bytes)
      if (bytes.includes(PING_FRAME)) swallowed += 1
    })
    upstream.on('data', (bytes) => client.write(bytes))
    for (const socket of [client, upstream]) socket.on('error', () => {})
    sockets.push(client, upstream)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  return { state, port: proxy.address().port, close: () => proxy.close() }
}

const startClient = async (optionsOf) => {
  const { state, port, close } = await startProxy()
  const client = new H2CClient(`http://127.0.0.1:${port}`, { pingInterval: 100 })
  const ask = async () => {
    const options = { path: '/', method: 'GET', ...optionsOf() }
    try {
      const { statusCode, body } = await client.request(options)
      await body.dump()
      return statusCode
    } catch (error) {
      return error.name
    }
  }
  const end = async () => {
    await client.destroy()
    close()
  }
  return { state, ask, end }
}

const observe = async (name, optionsOf, expected) => {
  const { state, ask, end } = await startClient(optionsOf)
  const first = await ask()
  state.isSilent = true
  const later = [await ask(), await ask()]
  console.log(
    `${name}: ${first}, then silence: ${later.join(', ')}; connections made: ${state.connections}`,
  )
  assert.deepEqual([first, ...later, state.connections], expected)
  await end()
}

const own = () => ({ headersTimeout: LIMIT_MS })
await observe('headersTimeout', own, [200, 'HeadersTimeoutError', 200, 2])
const given = () => ({ signal: AbortSignal.timeout(LIMIT_MS) })
await observe('AbortSignal.timeout', given, [200, 'TimeoutError', 'TimeoutError', 1])
console.log(`PING frames swallowed: ${swallowed >= 5 ? 'at least 5' : swallowed}`)
assert.ok(swallowed >= 5)

for (const socket of sockets) socket.destroy()
server.close()
PROGRAM
node finding.mjs &
wait $!
