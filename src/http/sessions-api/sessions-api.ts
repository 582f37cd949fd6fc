import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type SecureContextOptions, TLSSocket, type Server as TlsServer } from 'node:tls'
import { createFailureLimit } from '../../core/request/failure-limit.ts'
import type { AdminUse } from '../../core/session/admin-use.ts'
import type { Clock } from '../../core/time/clock.ts'
import { listenOn, stopServer, TIME_LIMITS } from '../listening.ts'
import { type AdminToken, findAdminToken } from './admin-tokens.ts'
import { type Answer, type AnswerDependencies, answer, refusal } from './answer.ts'

/** How connections are secured. */
export interface ApiTls {
  /** @throws Error if the files cannot be used. */
  readonly read: () => Promise<SecureContextOptions>
  /** Keeps the files fresh until the server closes. */
  readonly follow: (server: TlsServer) => void
  /** Every request needs a certificate of the client authority. */
  readonly demandsCertificate: boolean
}

/** What the admin API is made of. */
export interface SessionsApiOptions extends AnswerDependencies {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string
  /** The tokens of the moment; absent: none is demanded. */
  readonly tokens?: () => readonly AdminToken[]
  readonly tls?: ApiTls
  readonly clock: Clock
  /** Takes note of each use. Never throws. */
  readonly audit: (use: AdminUse) => void
}

/** Lists and ends sessions for administrators. */
export interface SessionsApi {
  /** @throws Error if the address cannot be bound or the TLS files cannot be used. */
  readonly start: () => Promise<{ readonly port: number }>
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
}

const LIMITS = {
  ...TIME_LIMITS,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
} as const

/** A TLS handshake that takes longer has failed. */
const HANDSHAKE_TIMEOUT_MS = 5_000

const MAX_CONNECTIONS = 64

/** More requests at a time than that are told to come again. */
const MAX_IN_FLIGHT = 16

const CHALLENGE = { 'www-authenticate': 'Bearer realm="sallyport admin api"' }

/** The name of the certificate that was shown; `undefined` without one that can be trusted. */
const certificateName = (socket: IncomingMessage['socket']): string | undefined => {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { subject, fingerprint256 } = socket.getPeerCertificate()
  if (fingerprint256 === undefined) return undefined
  const name = [subject?.CN].flat()[0]
  return name === undefined || name === '' ? `certificate ${fingerprint256}` : name
}

/** Who sends a request, by everything that is demanded; `undefined` if anything is missing. */
const whoIs = (
  request: IncomingMessage,
  { tokens, tls }: Pick<SessionsApiOptions, 'tokens' | 'tls'>,
): string | undefined => {
  const names: string[] = []
  if (tls?.demandsCertificate === true) {
    const name = certificateName(request.socket)
    if (name === undefined) return undefined
    names.push(name)
  }
  if (tokens !== undefined) {
    const name = findAdminToken(tokens(), request.headers.authorization)
    if (name === undefined) return undefined
    names.push(name)
  }
  return names.length === 0 ? undefined : names.join(' with token ')
}

const UNKNOWN = 'The credentials are missing, or are not among those that count.'

const unauthorized = (): Answer =>
  refusal(401, 'Unauthorized', UNKNOWN, { outcome: 'unauthorized' }, { headers: CHALLENGE })

const limited = (seconds: number): Answer =>
  refusal(
    429,
    'Too many failures',
    `Too many wrong credentials came from here. Wait ${seconds} seconds.`,
    { outcome: 'limited' },
    { headers: { 'retry-after': String(seconds) } },
  )

const busy = (): Answer =>
  refusal(
    503,
    'Busy',
    'Too many requests at a time. Try again.',
    { outcome: 'failed' },
    { headers: { 'retry-after': '1' } },
  )

/**
 * A body is nobody's: whatever of it has not arrived is not waited for, and the connection ends.
 */
const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
): void => {
  if (response.destroyed) return
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  })
  response.end(text)
}

/**
 * Makes the server; nothing is opened before `start`. Nobody is answered anything but 401 without
 * every credential that is demanded, whatever the path; one line of audit for each request.
 */
export const createSessionsApi = (options: SessionsApiOptions): SessionsApi => {
  const { clock, tls } = options
  const failures = createFailureLimit(clock)
  let inFlight = 0
  let server: Server | undefined

  const respond = async (
    request: IncomingMessage,
    address: string,
  ): Promise<{ readonly who?: string; readonly answered: Answer }> => {
    const untilMs = failures.blockedUntilMs(address)
    if (untilMs !== undefined) {
      return { answered: limited(Math.ceil((untilMs - clock.nowMs()) / 1_000)) }
    }
    const who = whoIs(request, options)
    if (who === undefined) {
      failures.note(address)
      return { answered: unauthorized() }
    }
    if (inFlight > MAX_IN_FLIGHT) return { who, answered: busy() }
    return { who, answered: await answer(request.method ?? '', request.url ?? '', options) }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const remoteAddress = request.socket.remoteAddress ?? 'unknown'
    inFlight += 1
    try {
      const { who, answered } = await respond(request, remoteAddress)
      const { status, use } = answered
      options.audit({ ...(who === undefined ? {} : { who }), remoteAddress, status, ...use })
      send(request, response, answered)
    } finally {
      inFlight -= 1
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => response.destroy())
  }

  const open = async (): Promise<Server> => {
    if (tls === undefined) return createServer(LIMITS, listener)
    const secured = {
      ...LIMITS,
      ...(await tls.read()),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      requestCert: tls.demandsCertificate,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    } as const
    const opened = createTlsServer(secured, listener)
    tls.follow(opened)
    return opened
  }

  return {
    start: async () => {
      server = await open()
      server.maxConnections = MAX_CONNECTIONS
      return { port: await listenOn(server, options.listen, 'The admin API') }
    },
    stop: async () => {
      if (server !== undefined) await stopServer(server)
    },
  }
}
