import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:https'
import type { RunningKubeApiserver } from './kube-apiserver.ts'
import { type Certificates, createCertificates } from './tls.ts'

/** Stands before the API server with a certificate of its own, as load balancers do. */
export interface ApiProxy {
  /** Such as `https://127.0.0.1:6443`. */
  readonly server: string
  /** Who vouches for its certificate now. */
  readonly caPem: () => string
  /**
   * Answers the next watch of each kind with 410 Gone, then forwards again. @param kinds plurals
   */
  readonly answerGone: (kinds: readonly string[]) => void
  /** The plurals that are still to be answered so. */
  readonly stillGone: () => readonly string[]
  /** Another authority and another certificate; connections that are open go on. */
  readonly renewCertificates: () => Promise<void>
  readonly drop: () => void
  readonly stop: () => Promise<void>
}

const GONE = JSON.stringify({
  type: 'ERROR',
  object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' },
})

const isWatch = ({ url = '' }: IncomingMessage): boolean => url.includes('watch=true')

/** Speaks HTTP/1.1 on a free port of 127.0.0.1. */
export const startApiProxy = async (apiserver: RunningKubeApiserver): Promise<ApiProxy> => {
  let certificates: Certificates = await createCertificates(['127.0.0.1'])
  const made: Certificates[] = [certificates]
  const gone = new Set<string>()

  const forward = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method, url = '/', headers } = incoming
    const { host: _, ...rest } = headers
    const options = { method, headers: rest, ca: apiserver.caPem }
    const forwarded = request(`${apiserver.server}${url}`, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      response.flushHeaders()
      answer.pipe(response).on('error', () => answer.destroy())
    })
    forwarded.on('error', () => response.destroy())
    response.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  }
  const server = createServer(
    { cert: certificates.certPem, key: certificates.keyPem },
    (incoming, response) => {
      const plural = incoming.url?.split('?')[0]?.split('/').at(-1) ?? ''
      if (!isWatch(incoming) || !gone.delete(plural)) return forward(incoming, response)
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(`${GONE}\n`)
    },
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    server: `https://127.0.0.1:${port}`,
    caPem: () => certificates.caPem,
    answerGone: (kinds) => {
      for (const kind of kinds) gone.add(kind)
    },
    stillGone: () => [...gone],
    renewCertificates: async () => {
      certificates = await createCertificates(['127.0.0.1'])
      made.push(certificates)
      server.setSecureContext({ cert: certificates.certPem, key: certificates.keyPem })
    },
    drop: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await Promise.all(made.map((one) => one.remove()))
    },
  }
}
