import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** HTTPS in front of an HTTP server of this machine. */
export interface TlsFront {
  readonly port: number
  /** The certificate of each request so far, as PEM; empty where it came without one. */
  readonly shown: () => readonly string[]
  /** From now on certificates of these authorities are right; connections of before stay. */
  readonly trust: (caPem: string) => void
  readonly stop: () => Promise<void>
}

/** Whether and how callers are asked for a certificate. */
export interface FrontClients {
  /** Authorities of certificates that are right; every other one is handed on as it is. */
  readonly caPem: string
  /** Whether a connection without a right one is refused. */
  readonly refusesOthers?: boolean
}

/** What a proxy tells of the certificate of a caller. */
export const CERTIFICATE_HEADER = 'x-client-certificate'
/** Whether an authority of `FrontClients` vouches for it: `yes` or `no`. */
export const VERIFIED_HEADER = 'x-client-verified'

const pemOf = ({ raw }: { readonly raw?: Buffer }): string =>
  raw === undefined
    ? ''
    : `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`

/**
 * Listens on a free port of 127.0.0.1 and hands every request on, with the host that was asked, and
 * with the certificate of the caller where one is asked for.
 */
export const startTlsFront = async (
  certificate: { readonly cert: string; readonly key: string },
  portBehind: () => number,
  clients?: FrontClients,
): Promise<TlsFront> => {
  const shown: string[] = []
  const handOn = (request: IncomingMessage, response: ServerResponse): void => {
    const socket = request.socket as TLSSocket
    const pem = clients === undefined ? '' : pemOf(socket.getPeerCertificate())
    shown.push(pem)
    const headers = {
      ...request.headers,
      'x-forwarded-proto': 'https',
      [CERTIFICATE_HEADER]: encodeURIComponent(pem),
      [VERIFIED_HEADER]: clients !== undefined && socket.authorized ? 'yes' : 'no',
    }
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
  const asking =
    clients === undefined
      ? {}
      : {
          requestCert: true,
          rejectUnauthorized: clients.refusesOthers ?? false,
          ca: clients.caPem,
        }
  const server = createServer({ ...certificate, ...asking }, handOn)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    shown: () => [...shown],
    trust: (caPem) => server.setSecureContext({ ...certificate, ca: caPem }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
