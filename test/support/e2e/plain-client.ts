import { request } from 'node:https'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Stack } from '../parts/stack.ts'

/** A request exactly as it is written: no header is added, no path is tidied up. */
export interface PlainRequest {
  readonly method?: string
  /** The request target, in any form (RFC 9112 section 3.2). */
  readonly target?: string
  /** The value of the `Host` line. */
  readonly host: string
  /** Header lines in their order, spelling and duplicates kept. */
  readonly lines?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
  /** The address of this machine that it comes from; absent: 127.0.0.1. */
  readonly localAddress?: string
  /** The address that a load balancer names by the PROXY protocol; absent: it speaks none. */
  readonly proxiedFrom?: string
}

/** A response, read to its end. */
export interface PlainResponse {
  readonly status: number
  /** Every value of a header, in order. */
  readonly all: (name: string) => readonly string[]
  /** The first value of a header. */
  readonly header: (name: string) => string | undefined
  readonly text: string
}

/** A connection by TLS behind a line of the PROXY protocol, version 1. */
const connectProxied = ({ port, caPem }: Pick<Stack, 'port' | 'caPem'>, from: string) => {
  const socket = connect(port, '127.0.0.1')
  const family = from.includes(':') ? 'TCP6' : 'TCP4'
  const to = from.includes(':') ? '::1' : '127.0.0.1'
  socket.write(`PROXY ${family} ${from} ${to} 51234 ${port}\r\n`)
  return connectTls({ socket, servername: 'app.localhost', ca: caPem })
}

/** Sends one request to Envoy over a connection of its own, by HTTP/1.1. */
export const sendPlain = (
  stack: Pick<Stack, 'port' | 'caPem'>,
  plain: PlainRequest,
): Promise<PlainResponse> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', target = '/', host, lines = [], body, localAddress } = plain
    const { proxiedFrom } = plain
    const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))]
    const outgoing = request({
      host: '127.0.0.1',
      localAddress: localAddress ?? '127.0.0.1',
      port: stack.port,
      servername: 'app.localhost',
      ca: stack.caPem,
      method,
      path: target,
      ...(proxiedFrom === undefined
        ? { agent: false }
        : { createConnection: () => connectProxied(stack, proxiedFrom) }),
      headers: ['Host', host, 'Connection', 'close', ...length, ...lines.flat()],
    })
    outgoing.on('error', reject)
    outgoing.on('response', async (incoming) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      const raw = incoming.rawHeaders
      const all = (name: string): readonly string[] =>
        raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name)
      resolve({
        status: incoming.statusCode ?? 0,
        all,
        header: (name) => all(name)[0],
        text: Buffer.concat(chunks).toString(),
      })
    })
    outgoing.end(body)
  })
