import { startHttpListener } from '../parts/http-listener.ts'
import { createCertificates } from '../parts/tls.ts'
import { startTlsFront } from '../parts/tls-front.ts'

const HOST = 'desk.localhost'

/** What a client says of itself at the URL that is its client id, by a server with TLS. */
export interface ClientDocument {
  readonly url: string
  /** Its host, with the port. */
  readonly host: string
  /** The authority of that server's certificate. */
  readonly caFile: string
  /** How often it was asked for. */
  readonly fetched: () => number
  readonly stop: () => Promise<void>
}

const documentAt = (url: string): string =>
  JSON.stringify({
    client_id: url,
    client_name: 'Desk',
    redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  })

/** Serves the document of a program that opens a port of loopback as it comes. */
export const startClientDocument = async (): Promise<ClientDocument> => {
  const certificates = await createCertificates([HOST])
  const { certPem: cert, keyPem: key, caFile } = certificates
  const listener = await startHttpListener((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(documentAt(`https://${request.headers.host}${request.url}`))
  })
  const front = await startTlsFront({ cert, key }, () => listener.port)
  const host = `${HOST}:${front.port}`
  return {
    url: `https://${host}/client.json`,
    host,
    caFile,
    fetched: () => front.shown().length,
    stop: async () => {
      await front.stop()
      await listener.takeDown()
      await certificates.remove()
    },
  }
}
