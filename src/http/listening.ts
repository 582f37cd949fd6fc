import type { Server } from 'node:http'

/** How long senders may take over a request, and connections may rest, in milliseconds. */
export const TIME_LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 15_000,
} as const

const portOf = (server: Server): number => {
  const address = server.address()
  return address === null || typeof address === 'string' ? 0 : address.port
}

/**
 * Opens a server's port and answers with it. An error after that is a connection that could not be
 * accepted, for want of descriptors: it passes.
 * @throws Error that names `what` if the address cannot be bound.
 */
export const listenOn = (server: Server, listen: string, what: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const colon = listen.lastIndexOf(':')
    const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
    server.on('error', (error) =>
      reject(
        new Error(
          `${what} cannot listen on ${listen} (${error.message}): choose another address, or end what listens there.`,
        ),
      ),
    )
    server.listen({ host, port: Number(listen.slice(colon + 1)) }, () => resolve(portOf(server)))
  })

/** Closes a server's port and every connection to it. */
export const stopServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** An address as it was configured, with the port that it came to. */
export const withPort = (listen: string, port: number): string =>
  `${listen.slice(0, listen.lastIndexOf(':'))}:${port}`
