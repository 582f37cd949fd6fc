import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** How to reach the admin API, and how to prove who asks. */
export interface AdminConnection {
  readonly server: URL
  readonly token?: string
  /** Instead of the authorities that come with Node.js. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly timeoutMs: number
}

/** What came back: JSON with its status, or a sentence about why nothing did. */
export type AdminReply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: object }
  | { readonly kind: 'failed'; readonly message: string }

/** A thousand sessions with long names are a few of these. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

const UNKNOWN_AUTHORITY =
  'nobody known vouches for its certificate: name its authority by --ca-file'

/** What to do about the errors that say little by themselves, by protocol and code. */
const ADVICE: Readonly<Record<string, string>> = {
  'http: ECONNRESET': 'it ended the connection: write https:// if it speaks TLS',
  'https: EPROTO': 'the TLS handshake failed: write http:// if it speaks no TLS',
  'https: DEPTH_ZERO_SELF_SIGNED_CERT': UNKNOWN_AUTHORITY,
  'https: SELF_SIGNED_CERT_IN_CHAIN': UNKNOWN_AUTHORITY,
  'https: UNABLE_TO_GET_ISSUER_CERT_LOCALLY': UNKNOWN_AUTHORITY,
  'https: UNABLE_TO_VERIFY_LEAF_SIGNATURE': UNKNOWN_AUTHORITY,
}

const reasonOf = (thrown: unknown, protocol: string): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  const isMany = thrown instanceof AggregateError && thrown.errors[0] instanceof Error
  const error: Error = isMany ? thrown.errors[0] : thrown
  const code = 'code' in error ? String(error.code) : ''
  return ADVICE[`${protocol} ${code}`] ?? (error.message || error.name)
}

const textOf = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const objectOf = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const send = (
  connection: AdminConnection,
  method: string,
  path: string,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { server, token, ca, cert, key, timeoutMs } = connection
    const options: RequestOptions & { ca?: string; cert?: string; key?: string } = {
      method,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    }
    const make = server.protocol === 'https:' ? httpsRequest : httpRequest
    make(new URL(path, server), options, resolve).on('error', reject).end()
  })

/** Asks once; redirects are not followed. Never rejects. */
export const callAdmin = async (
  connection: AdminConnection,
  method: 'GET' | 'DELETE',
  path: string,
): Promise<AdminReply> => {
  const { origin, protocol } = connection.server
  try {
    const response = await send(connection, method, path)
    const body = objectOf(await textOf(response))
    return body === undefined
      ? { kind: 'failed', message: `${origin} does not answer as the admin API of Sallyport does.` }
      : { kind: 'answered', status: response.statusCode ?? 0, body }
  } catch (error) {
    return { kind: 'failed', message: `${origin} does not answer: ${reasonOf(error, protocol)}` }
  }
}
