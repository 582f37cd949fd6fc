import { once } from 'node:events'
import { connect } from 'node:tls'
import { FLAG, FRAME, frame, literal, preface, resetFrame } from '../http2-frames.ts'
import type { Stack } from '../parts/stack.ts'

const PAYLOAD = Buffer.from('are here')
const PONG = frame(FRAME.ping, FLAG.ack, 0, PAYLOAD)

const opening = (stream: number, authority: string): Buffer => {
  const headers = [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', `/gone/${stream}`],
    [':authority', authority],
  ] as const
  const block = Buffer.concat(headers.map(literal))
  return frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, stream, block)
}

/**
 * One downstream that opens streams to a host by HTTP/2 and resets each while its check is under
 * way. Resolves when Envoy has dealt with all of them: it answers the ping that follows.
 */
export const resetStreams = async (
  stack: Pick<Stack, 'port' | 'caPem'>,
  host: string,
  count: number,
): Promise<void> => {
  const socket = connect({
    host: '127.0.0.1',
    port: stack.port,
    servername: 'app.localhost',
    ca: stack.caPem,
    ALPNProtocols: ['h2'],
  })
  socket.on('error', () => undefined)
  const pong = new Promise<void>((resolve) => {
    let received = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      if (received.includes(PONG)) resolve()
    })
    socket.once('close', () => resolve())
  })
  await once(socket, 'secureConnect')
  socket.write(preface())
  const authority = `${host}:${stack.port}`
  for (let index = 0; index < count; index += 1) {
    const stream = index * 2 + 1
    socket.write(Buffer.concat([opening(stream, authority), resetFrame(stream)]))
    if (index % 50 === 49) await new Promise((resolve) => setImmediate(resolve))
  }
  socket.write(frame(FRAME.ping, 0, 0, PAYLOAD))
  await pong
  socket.destroy()
}
