import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOn, stopServer, TIME_LIMITS } from './listening.ts'

/** Whether the process should get requests, and what is missing, in sentences. */
export interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly string[]
}

/** What the admin server is made of. */
export interface AdminServerOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string
  readonly readiness: () => Readiness
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>
}

/**
 * `/livez`, `/readyz` and `/metrics`, for kubelets and Prometheus. Never reachable through the
 * gateway.
 */
export interface AdminServer {
  /** @throws Error if the address cannot be bound. */
  readonly start: () => Promise<{ readonly port: number }>
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
}

interface Reply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

const TEXT = 'text/plain; charset=utf-8'

const LIMITS = {
  ...TIME_LIMITS,
  maxHeaderSize: 8 * 1024,
} as const

const text = (status: number, ...lines: readonly string[]): Reply => ({
  status,
  contentType: TEXT,
  body: lines.map((line) => `${line}\n`).join(''),
})

const readyReply = ({ ready, reasons }: Readiness, verbose: boolean): Reply =>
  ready ? text(200, 'ready', ...(verbose ? reasons : [])) : text(503, 'not ready', ...reasons)

const replyTo = async (url: URL, options: AdminServerOptions): Promise<Reply> => {
  switch (url.pathname) {
    case '/livez':
      return text(200, 'alive')
    case '/readyz':
      return readyReply(options.readiness(), url.searchParams.has('verbose'))
    case '/metrics':
      return { status: 200, ...(await options.metrics()) }
    default:
      return text(404, 'not found')
  }
}

const send = (response: ServerResponse, reply: Reply): void => {
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(reply.body)
}

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminServerOptions,
): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return send(response, text(405, 'method not allowed'))
  }
  const url = URL.parse(request.url ?? '', 'http://admin')
  send(response, url === null ? text(400, 'bad request') : await replyTo(url, options))
}

/**
 * Makes the server; nothing is opened before `start`. Whatever fails inside is a 500 without
 * details.
 */
export const createAdminServer = (options: AdminServerOptions): AdminServer => {
  const server = createServer(LIMITS, (request, response) => {
    handle(request, response, options).catch(() => send(response, text(500, 'failed')))
  })
  return {
    start: async () => ({ port: await listenOn(server, options.listen, 'The admin server') }),
    stop: () => stopServer(server),
  }
}
