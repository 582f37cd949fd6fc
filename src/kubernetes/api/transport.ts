import { createHash } from 'node:crypto'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import type { Agent } from 'undici'

/** One request, with everything that the kubeconfig says about reaching the server. */
export interface Sent {
  readonly url: URL
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** As client-node gives them: certificates, keys, and an agent that knows about proxies. */
  readonly options: RequestOptions
  /** Whether the agent leads through a proxy, so that nothing else will do. */
  readonly hasProxy: boolean
}

/** An answer whose body is still to be read. */
export interface Received {
  readonly status: number
  readonly retryAfter: string | undefined
  /** Ends when the answer is complete. Throws if the connection breaks before. */
  readonly body: AsyncIterable<Buffer>
}

/** Sends requests, many at a time over each connection. */
export interface Transport {
  /**
   * @throws Error if there is no answer. Nothing that the server may have begun with is sent twice.
   */
  readonly send: (sent: Sent) => Promise<Received>
  /** Breaks every connection, and opens new ones for what comes. */
  readonly reconnect: () => void
  /** Breaks every connection. */
  readonly close: () => Promise<void>
}

/** As many as kube-apiserver grants to one connection; what it grants less is less. */
const STREAMS = 1_000
const CONNECT_TIMEOUT_MS = 10_000

const TLS_OPTIONS = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'rejectUnauthorized',
  'servername',
] as const

type TlsOptions = Pick<RequestOptions, (typeof TLS_OPTIONS)[number]>

const tlsOf = (options: RequestOptions): TlsOptions =>
  Object.fromEntries(
    TLS_OPTIONS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  )

/** Equal for equal certificates and keys, which it does not show. */
const markOf = (tls: TlsOptions): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(tls).map(([name, value]) => [name, String(value)])))
    .digest('base64')

/** Loaded with the first request: where files are the source, there is none. */
const library = () => import('undici')

type Library = Awaited<ReturnType<typeof library>>

const agentFor = ({ Agent: MadeAgent }: Library, tls: TlsOptions): Agent =>
  new MadeAgent({
    allowH2: true,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    connect: tls,
    h2Options: { maxConcurrentStreams: STREAMS },
  })

const textOf = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

/** One connection for each request, as the kubeconfig's proxy wants it. */
const sendByProxy = async (sent: Sent): Promise<Received> => {
  const { url, method, headers, signal, body } = sent
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const start = url.protocol === 'http:' ? requestHttp : requestHttps
    const options = { ...sent.options, method, headers: { ...headers }, signal }
    start(url, options, resolve).on('error', reject).end(body)
  })
  const retryAfter = answer.headers['retry-after']
  return { status: answer.statusCode ?? 0, retryAfter, body: answer }
}

/**
 * HTTP/2 wherever the server speaks it: each Secret that is named is a watch of its own, and
 * thousands of them share a few connections. Elsewhere HTTP/1.1.
 */
export const createTransport = (): Transport => {
  let current: { readonly mark: string; readonly agent: Agent } | undefined

  const agentOf = (undici: Library, options: RequestOptions): Agent => {
    const tls = tlsOf(options)
    const mark = markOf(tls)
    if (current?.mark === mark) return current.agent
    // Other certificates: what is under way ends on the old connections.
    void current?.agent.close()
    current = { mark, agent: agentFor(undici, tls) }
    return current.agent
  }
  const send = async (sent: Sent): Promise<Received> => {
    if (sent.hasProxy) return await sendByProxy(sent)
    const { url, method, headers, signal, body = null } = sent
    const undici = await library()
    const dispatcher = agentOf(undici, sent.options)
    const answer = await undici.request(url, { method, headers, body, signal, dispatcher })
    const retryAfter = textOf(answer.headers['retry-after'])
    return { status: answer.statusCode, retryAfter, body: answer.body }
  }
  return {
    send,
    reconnect: () => {
      void current?.agent.destroy()
      current = undefined
    },
    close: async () => {
      await current?.agent.destroy()
    },
  }
}
