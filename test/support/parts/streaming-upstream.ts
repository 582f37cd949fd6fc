import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** A request for a stream as the protected service received it. */
export interface SeenStream {
  readonly kind: 'websocket' | 'events'
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** A protected service that speaks by WebSocket and by server-sent events. */
export interface StreamingUpstream {
  readonly port: number
  /** Everything it received so far, the oldest first. */
  readonly seen: () => readonly SeenStream[]
  readonly stop: () => Promise<void>
}

const SHORT_PAYLOAD = 125
const LONG_PAYLOAD = 126

/** One unfragmented text frame, unmasked as servers send it (RFC 6455 section 5.2). */
const textFrame = (text: string): Buffer => {
  const payload = Buffer.from(text)
  const { length } = payload
  const size =
    length <= SHORT_PAYLOAD ? [length] : [LONG_PAYLOAD, Math.floor(length / 256), length % 256]
  return Buffer.concat([Buffer.from([0x81, ...size]), payload])
}

/** The text of a short masked frame of a client. */
const textIn = (frame: Buffer): string => {
  const length = (frame[1] ?? 0) & 0x7f
  const mask = frame.subarray(2, 6)
  const payload = frame.subarray(6, 6 + length)
  return Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))).toString()
}

const TEXT_FRAME = 0x81
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Greets with the path that arrived, then echoes every short text, and ends with anything else. */
const converse = (request: IncomingMessage, socket: Duplex): void => {
  const key = request.headers['sec-websocket-key'] ?? ''
  const accept = createHash('sha1').update(`${key}${KEY_SUFFIX}`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  socket.write(textFrame(`path ${request.url}`))
  socket.on('error', () => socket.destroy())
  socket.on('data', (frame: Buffer) => {
    if (frame[0] === TEXT_FRAME) socket.write(textFrame(`echo ${textIn(frame)}`))
    else socket.end()
  })
}

/** Starts one on a free port of 127.0.0.1. */
export const startStreamingUpstream = async (): Promise<StreamingUpstream> => {
  const seen: SeenStream[] = []
  const sockets = new Set<Duplex>()
  const note = (kind: SeenStream['kind'], { url = '', headers }: IncomingMessage): void => {
    seen.push({ kind, path: url, headers })
  }
  const server = createServer((request, response) => {
    note('events', request)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(`data: path ${request.url}\n\n`)
  })
  server.on('upgrade', (request, socket) => {
    sockets.add(socket)
    note('websocket', request)
    converse(request, socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    seen: () => seen,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
