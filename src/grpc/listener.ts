import {
  createServer as createPlainServer,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Connection } from './opening/door.ts'
import { followTlsFiles, readTlsFiles, type TlsFiles } from './tls-files.ts'

/** Where connections come from, how old they may get, and who takes them. */
export interface ListenerOptions {
  /** `host:port`, where port 0 takes a free one, or `unix:` and a path. */
  readonly listen: string
  readonly tls?: TlsFiles
  /** After this long a peer is asked to leave. */
  readonly maxAgeMs: number
  /** What a peer that was asked may then take. */
  readonly graceMs: number
  readonly accept: (socket: Socket) => Connection
}

/** The port and its connections. */
export interface Listener {
  /** @throws Error if the address cannot be bound or a TLS file cannot be used. */
  readonly open: () => Promise<{ readonly port: number }>
  /**
   * Asks every peer to begin no more calls here, and those that connect from now on as well. Calls
   * that are on their way are still taken.
   */
  readonly announceEnd: () => void
  /** Takes no more connections. */
  readonly close: () => void
  /** Resolves when all connections have ended, or after `timeoutMs`. */
  readonly emptied: (timeoutMs: number) => Promise<void>
  /** Breaks every connection. */
  readonly destroy: () => void
}

const EMPTIED_POLL_MS = 20

/** A peer that is gone without a word is noticed by the machine, whatever is spoken. */
const SOCKETS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const

const HANDSHAKE_MS = 10_000

const addressOf = (listen: string): ListenOptions => {
  if (listen.startsWith('unix:')) return { path: listen.slice('unix:'.length) }
  const colon = listen.lastIndexOf(':')
  const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return { host, port: Number(listen.slice(colon + 1)) }
}

const portOf = (server: Server): number => {
  const address = server.address()
  return address === null || typeof address === 'string' ? 0 : address.port
}

const serverFor = async (
  tls: TlsFiles | undefined,
  onConnection: (socket: Socket) => void,
): Promise<Server> => {
  if (tls === undefined) return createPlainServer({ ...SOCKETS }, onConnection)
  const mutual = tls.clientCaFile !== undefined
  const server = createTlsServer({
    ...(await readTlsFiles(tls)),
    ALPNProtocols: ['h2'],
    requestCert: mutual,
    rejectUnauthorized: mutual,
    ...SOCKETS,
    handshakeTimeout: HANDSHAKE_MS,
  })
  followTlsFiles(server, tls)
  return server.on('secureConnection', onConnection)
}

/**
 * An error after the port is open is a connection that could not be accepted, for want of
 * descriptors: it passes.
 */
const bind = (server: Server, listen: string): Promise<{ readonly port: number }> =>
  new Promise((resolve, reject) => {
    server.on('error', (error) => {
      if (server.listening) return
      server.close()
      reject(
        new Error(
          `The gRPC server cannot listen on ${listen} (${error.message}): choose another address, or end what listens there.`,
        ),
      )
    })
    server.listen(addressOf(listen), () => resolve({ port: portOf(server) }))
  })

/** Makes the listener; nothing is opened before `open`. */
export const createListener = (options: ListenerOptions): Listener => {
  const connections = new Map<Socket, Connection>()
  let server: Server | undefined
  let isEndAnnounced = false

  const onConnection = (socket: Socket): void => {
    socket.on('error', () => undefined)
    const connection = options.accept(socket)
    const retire = (): void => {
      connection.announceEnd()
      ageing = setTimeout(() => socket.destroy(), options.graceMs).unref()
    }
    let ageing = setTimeout(retire, options.maxAgeMs).unref()
    connections.set(socket, connection)
    if (isEndAnnounced) connection.announceEnd()
    socket.once('close', () => {
      clearTimeout(ageing)
      connections.delete(socket)
    })
  }

  return {
    open: async () => {
      server = await serverFor(options.tls, onConnection)
      return bind(server, options.listen)
    },
    announceEnd: () => {
      isEndAnnounced = true
      for (const { announceEnd } of connections.values()) announceEnd()
    },
    close: () => void server?.close(),
    emptied: (timeoutMs) =>
      new Promise((resolve) => {
        const untilMs = performance.now() + timeoutMs
        const poll = (): void => {
          if (connections.size === 0 || performance.now() >= untilMs) resolve()
          else setTimeout(poll, EMPTIED_POLL_MS)
        }
        poll()
      }),
    destroy: () => {
      for (const socket of connections.keys()) socket.destroy()
    },
  }
}
