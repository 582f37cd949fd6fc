import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server of a test that can go away and come back. */
export interface HttpListener {
  readonly port: number
  /** Stops listening and drops every connection. */
  readonly takeDown: () => Promise<void>
  /** Listens again on the same port. */
  readonly bringUp: () => Promise<void>
}

/**
 * Kept connections stay open until their clients close them: Node.js would do so after five seconds
 * by the machine's clock, which a busy test takes to make its tokens alone.
 */
const IDLE = { keepAliveTimeout: 0 } as const

/** Listens on 127.0.0.1, on a free port where none is given. @throws Error if the port is taken */
export const startHttpListener = async (
  serve: RequestListener,
  wantedPort = 0,
): Promise<HttpListener> => {
  const server = createServer(IDLE, serve)
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listen(wantedPort)
  const { port } = server.address() as AddressInfo
  return {
    port,
    takeDown: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
    bringUp: () => listen(port),
  }
}
