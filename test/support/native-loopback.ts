import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { NativeConnection } from '../../src/grpc/native/connection.ts'
import { createNativeEngine } from '../../src/grpc/native/engine.ts'
import {
  CHECK_PATH,
  type NativeBench,
  type NativeEngineOptions,
  nativeBench,
  prefixed,
} from './native-peer.ts'

/** The engine behind a port of the loopback interface. */
export interface NativeLoopback extends NativeBench {
  readonly port: number
  /** The connections so far. */
  readonly connections: readonly NativeConnection[]
}

/** Starts an engine that takes every connection. It ends with the test. */
export const nativeLoopback = async (
  options: NativeEngineOptions = {},
  tls?: TlsOptions,
): Promise<NativeLoopback> => {
  const bench = nativeBench(options)
  const engine = createNativeEngine(bench.deps)
  const connections: NativeConnection[] = []
  const take = (socket: Socket): void => {
    connections.push(engine.take(socket, { bytes: Buffer.alloc(0), acknowledged: 0 }))
  }
  const server =
    tls === undefined
      ? createServer({ noDelay: true }, take)
      : createTlsServer({ ...tls, ALPNProtocols: ['h2'] }).on('secureConnection', take)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const connection of connections) connection.destroy()
  })
  return { ...bench, port: (server.address() as AddressInfo).port, connections }
}

/** A client of Node's own implementation. It ends with the test. */
export const http2Client = (
  port: number,
  options: SecureClientSessionOptions & { readonly scheme?: 'http' | 'https' } = {},
): ClientHttp2Session => {
  const { scheme = 'http', ...rest } = options
  const session = connect(`${scheme}://127.0.0.1:${port}`, rest)
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  return session
}

/** What a call has come to. */
export interface CallOutcome {
  readonly headers: IncomingHttpHeaders
  readonly trailers: IncomingHttpHeaders
  /** The payload of all DATA frames. */
  readonly body: Buffer
  /** The code of RST_STREAM, 0 without one. */
  readonly resetCode: number
}

/** Begins a call, whose request is not ended. */
export const beginCall = (
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>> = {},
): ClientHttp2Stream =>
  session.request({
    ':method': 'POST',
    ':path': CHECK_PATH,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  })

/** Waits for the end of a call. */
export const outcomeOf = async (stream: ClientHttp2Stream): Promise<CallOutcome> => {
  const pieces: Buffer[] = []
  let headers: IncomingHttpHeaders = {}
  let trailers: IncomingHttpHeaders = {}
  stream.on('response', (fields) => {
    headers = fields
  })
  stream.on('trailers', (fields) => {
    trailers = fields
  })
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  stream.on('error', () => undefined)
  const { promise, resolve } = Promise.withResolvers<void>()
  stream.once('close', resolve)
  await promise
  return { headers, trailers, body: Buffer.concat(pieces), resetCode: stream.rstCode }
}

/** Sends a message in one piece and waits for the answer. */
export const callWith = (
  session: ClientHttp2Session,
  message: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<CallOutcome> => {
  const stream = beginCall(session, headers)
  const outcome = outcomeOf(stream)
  stream.end(prefixed(message))
  return outcome
}
