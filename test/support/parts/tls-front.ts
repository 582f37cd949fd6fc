import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** HTTPS in front of an HTTP server of this machine. */
export interface TlsFront {
  readonly port: number
  readonly stop: () => Promise<void>
}

/** Listens on a free port of 127.0.0.1 and hands every request on, with the host that was asked. */
export const startTlsFront = async (
  certificate: { readonly cert: string; readonly key: string },
  portBehind: () => number,
): Promise<TlsFront> => {
  const handOn = (request: IncomingMessage, response: ServerResponse): void => {
    const headers = { ...request.headers, 'x-forwarded-proto': 'https' }
    const { method, url: path } = request
    const onward = forward(
      { host: '127.0.0.1', port: portBehind(), method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  }
  const server = createServer(certificate, handOn)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
