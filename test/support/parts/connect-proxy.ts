import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'

/** One tunnel that was asked for. */
export interface Tunnel {
  /** `host:port`. */
  readonly target: string
  readonly userAgent: string | undefined
  readonly authorization: string | undefined
  /** Whether a certificate came with the connection; a proxy that speaks TLS asks everybody. */
  readonly hasCertificate: boolean
}

/** An HTTP proxy that grants tunnels (RFC 9110 section 9.3.6), and resolves names by itself. */
export interface ConnectProxy {
  readonly port: number
  readonly tunnels: readonly Tunnel[]
  readonly stop: () => Promise<void>
}

/** How the proxy is to behave. */
export interface ConnectProxyOptions {
  /** Where names lead: `host:port` → a port of 127.0.0.1. Anything else is answered with 502. */
  readonly leads: Readonly<Record<string, number>>
  /** The `Proxy-Authorization` that it wants; others get 407. Absent: everybody may pass. */
  readonly wants?: () => string
  /** Takes requests and says nothing, as long as this holds. */
  readonly isSilent?: () => boolean
  /** Speaks TLS itself. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

const ASKING = { requestCert: true, rejectUnauthorized: false }

const hasCertificate = ({ socket }: IncomingMessage): boolean =>
  socket instanceof TLSSocket && socket.getPeerCertificate().raw !== undefined

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`)
}

const join = (client: Duplex, port: number, sockets: Set<Duplex>): void => {
  const target: Socket = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    target.pipe(client)
    client.pipe(target)
  })
  sockets.add(target)
  const end = (): void => {
    client.destroy()
    target.destroy()
  }
  for (const one of [client, target]) one.on('error', end).on('close', end)
}

/** Starts on a free port of 127.0.0.1. */
export const startConnectProxy = async (options: ConnectProxyOptions): Promise<ConnectProxy> => {
  const { leads, wants, isSilent, tls } = options
  const tunnels: Tunnel[] = []
  const sockets = new Set<Duplex>()
  const server = tls === undefined ? createServer() : createTlsServer({ ...tls, ...ASKING })

  const onConnect = (request: IncomingMessage, client: Duplex): void => {
    const { url: target = '', headers } = request
    sockets.add(client)
    const authorization = headers['proxy-authorization']
    const told = { target, userAgent: headers['user-agent'], authorization }
    tunnels.push({ ...told, hasCertificate: hasCertificate(request) })
    if (isSilent?.() === true) return
    const port = leads[target]
    if (wants !== undefined && wants() !== authorization) {
      refuse(client, '407 Proxy Authentication Required')
    } else if (port === undefined) refuse(client, '502 Bad Gateway')
    else join(client, port, sockets)
  }

  server.on('connect', onConnect)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
