import {
  createServer as createPlainServer,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { followTlsFiles, readTlsFiles, type TlsFiles } from './tls-files.ts'

/** Where connections come from, how old they may get, and who takes them. */
export interface ListenerOptions {
  /** `host:port`, where port 0 takes a free one, or `unix:` and a path. */
  readonly listen: string
  readonly tls?: TlsFiles
  /** After this long a peer is asked to leave a plain-text connection. */
  readonly maxAgeMs: number
  /** What a peer that was asked may then take. */
  readonly graceMs: number
  readonly accept: (socket: Socket) => void
}

/** The port and its connections. */
export interface Listener {
  /** @throws Error if the address cannot be bound or a TLS file cannot be used. */
  readonly open: () => Promise<{ readonly port: number }>
  /** Asks every peer to begin no more calls here. Calls that are on their way are still taken. */
  readonly announceEnd: () => void
  /** Takes no more connections. */
  readonly close: () => void
  /** Resolves when all connections have ended, or after `timeoutMs`. */
  readonly emptied: (timeoutMs: number) => Promise<void>
  /** Breaks every connection. */
  readonly destroy: () => void
}

/**
 * A GOAWAY frame with the highest stream id (RFC 9113 section 6.8): "begin no more calls, I refuse
 * none that you have sent". `node:http2` cannot send it: after any GOAWAY of its own it ignores new
 * streams, so that under load some calls of every peer cross it and fail. On a plain-text socket
 * the frame is written past it, which is safe because its own writes hold whole frames and a socket
 * keeps the order of writes. A TLS socket cannot take two writers, and gets none.
 */
const SHUTDOWN_NOTICE = Buffer.from('0000080700000000007fffffff00000000', 'hex')

const EMPTIED_POLL_MS = 20

/**
 * The notice must not come before the first frame of the server, which a connection without any
 * traffic has not had.
 */
const announce = (socket: Socket): void => {
  if (socket instanceof TLSSocket || !socket.writable || socket.bytesWritten === 0) return
  socket.write(SHUTDOWN_NOTICE)
}

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
  if (tls === undefined) return createPlainServer({ noDelay: true }, onConnection)
  const mutual = tls.clientCaFile !== undefined
  const server = createTlsServer({
    ...(await readTlsFiles(tls)),
    ALPNProtocols: ['h2'],
    requestCert: mutual,
    rejectUnauthorized: mutual,
    noDelay: true,
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
  const sockets = new Set<Socket>()
  let server: Server | undefined

  const retire = (socket: Socket): NodeJS.Timeout => {
    announce(socket)
    return setTimeout(() => socket.destroy(), options.graceMs).unref()
  }

  const onConnection = (socket: Socket): void => {
    let ageing: NodeJS.Timeout | undefined
    if (!(socket instanceof TLSSocket)) {
      ageing = setTimeout(() => {
        ageing = retire(socket)
      }, options.maxAgeMs).unref()
    }
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      clearTimeout(ageing)
      sockets.delete(socket)
    })
    options.accept(socket)
  }

  return {
    open: async () => {
      server = await serverFor(options.tls, onConnection)
      return bind(server, options.listen)
    },
    announceEnd: () => {
      for (const socket of sockets) announce(socket)
    },
    close: () => void server?.close(),
    emptied: (timeoutMs) =>
      new Promise((resolve) => {
        const untilMs = performance.now() + timeoutMs
        const poll = (): void => {
          if (sockets.size === 0 || performance.now() >= untilMs) resolve()
          else setTimeout(poll, EMPTIED_POLL_MS)
        }
        poll()
      }),
    destroy: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}
