#!/usr/bin/env bash
# A grpc-js server tells the handler of every call that it was cancelled, of those that were answered too.
#
# Version: @grpc/grpc-js 1.14.7, Node.js 24.21.0.
# Behaviour: the `cancelled` event of a server call is emitted after each call: after one that was answered with OK and
#   after one that was answered with an error, not only when the client gave up; and `call.cancelled` is true by then. So
#   neither can count cancellations, nor undo what a call has done.
# Seen:
#   answered with OK: client saw 0, server emitted cancelled 1 time, call.cancelled true
#   answered with NOT_FOUND: client saw 5, server emitted cancelled 1 time, call.cancelled true
#   given up by the client: client saw 1, server emitted cancelled 1 time, call.cancelled true
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" @grpc/grpc-js@1.14.7
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import grpc from '@grpc/grpc-js'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const bytes = (value) => value
const method = {
  path: '/finding.Finding/Ask',
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
}
const answers = {
  ok: (reply) => reply(null, Buffer.from('yes')),
  'not found': (reply) => reply({ code: grpc.status.NOT_FOUND, details: 'nothing' }),
  silence: () => arrived.resolve(),
}
const arrived = Promise.withResolvers()
const calls = []
const server = new grpc.Server()
server.addService({ ask: method }, {
  ask: (call, reply) => {
    const seen = { emitted: 0, call, first: Promise.withResolvers() }
    calls.push(seen)
    call.on('cancelled', () => {
      seen.emitted += 1
      seen.first.resolve()
    })
    answers[`${call.request}`](reply)
  },
})
const port = await new Promise((resolve, reject) =>
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  ),
)
const Client = grpc.makeClientConstructor({ ask: method }, 'finding.Finding')
const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
const ask = (what) => {
  const { promise, resolve } = Promise.withResolvers()
  const call = client.ask(Buffer.from(what), (error) => resolve(error?.code ?? 0))
  return { code: promise, cancel: () => call.cancel() }
}

const report = async (title, asked, expected) => {
  const code = await asked.code
  const seen = calls.at(-1)
  await Promise.race([
    seen.first.promise,
    new Promise((resolve) => setTimeout(resolve, 5000).unref()),
  ])
  const { cancelled } = seen.call
  const times = seen.emitted === 1 ? '1 time' : `${seen.emitted} times`
  console.log(
    `${title}: client saw ${code}, server emitted cancelled ${times}, call.cancelled ${cancelled}`,
  )
  assert.deepEqual([code, seen.emitted, cancelled], expected)
}

await report('answered with OK', ask('ok'), [0, 1, true])
await report('answered with NOT_FOUND', ask('not found'), [5, 1, true])
const given = ask('silence')
await arrived.promise
given.cancel()
await report('given up by the client', given, [1, 1, true])
client.close()
server.forceShutdown()
PROGRAM
node finding.mjs &
wait $!
