import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { SecureContextOptions, Server as TlsServer } from 'node:tls'
import type { AdminUse } from '../../core/console/admin-use.ts'
import type { Administrator, ShownToken } from '../../core/console/administrator.ts'
import type { ConsoleSite } from '../../core/console/console-site.ts'
import { createFailureLimit } from '../../core/request/failure-limit.ts'
import type { Clock } from '../../core/time/clock.ts'
import { listenOn, stopServer, TIME_LIMITS } from '../listening.ts'
import { bearerOf } from './admin-tokens.ts'
import { type AdmissionRules, admit } from './admit.ts'
import { type Answer, type AnswerDependencies, answer, refusal } from './answer.ts'
import { hangUpLater } from './hang-up.ts'
import { type After, createBodyReader } from './read-body.ts'
import { BUSY, isForConsole, sendSite, siteRequestOf } from './serve-site.ts'
import { shownCertificate } from './shown-certificate.ts'

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
export interface SessionsApiOptions
  extends AnswerDependencies,
    Omit<AdmissionRules, 'demandsCertificate'> {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string
  readonly tls?: ApiTls
  /** Loads what answers below `/console`; absent: nothing does. */
  readonly console?: () => Promise<ConsoleSite>
  readonly clock: Clock
  /** Takes note of each use. Never throws. */
  readonly audit: (use: AdminUse) => void
  /** Is told what nobody expected. */
  readonly onError: (error: unknown) => void
  readonly after: After
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

/** Who sends a request, by all that it shows besides a token that is given. */
const admitted = (request: IncomingMessage, options: SessionsApiOptions, token?: ShownToken) => {
  const { tls, assertion: rule } = options
  const certificate = shownCertificate(request.socket)
  const assertion = rule && [request.headers[rule.header]].flat()[0]
  return admit(
    { ...options, demandsCertificate: tls?.demandsCertificate === true },
    {
      ...(certificate === undefined ? {} : { certificate }),
      ...(assertion === undefined ? {} : { assertion }),
      ...(token === undefined ? {} : { token }),
    },
  )
}

const UNKNOWN = 'The credentials are missing, or are not among those that count.'

const unauthorized = (): Answer =>
  refusal(401, 'Unauthorized', UNKNOWN, { outcome: 'unauthorized' }, { headers: CHALLENGE })

const forbidden = (detail: string): Answer =>
  refusal(403, 'Forbidden', detail, { outcome: 'forbidden' })

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

const broken = (): Answer => {
  const detail = 'Something went wrong here; the log of the process says what.'
  return refusal(500, 'Failed', detail, { outcome: 'failed' })
}

/**
 * A body is nobody's: whatever of it has not arrived is not waited for, and the connection ends. It
 * ends as well for whoever does not read.
 */
const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  after: After,
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
  hangUpLater(response, after)
}

/** An answer, and whose it is. */
interface Responded extends Pick<AdminUse, 'who' | 'way'> {
  readonly answered: Answer
}

const askedOf = (
  request: IncomingMessage,
  { administrator }: { readonly administrator: Administrator },
) => ({
  method: request.method ?? '',
  target: request.url ?? '',
  administrator,
  fetchSite: [request.headers['sec-fetch-site']].flat()[0],
})

/**
 * Makes the server; nothing is opened before `start`. Nobody is answered anything but 401 without
 * every credential that is demanded, whatever the path; one line of audit for each request.
 */
export const createSessionsApi = (options: SessionsApiOptions): SessionsApi => {
  const { clock, tls, after } = options
  const failures = createFailureLimit(clock)
  const bodies = createBodyReader(after)
  let inFlight = 0
  let server: Server | undefined
  let site: ConsoleSite | undefined

  const waitSeconds = (address: string): number | undefined => {
    const untilMs = failures.blockedUntilMs(address)
    return untilMs === undefined ? undefined : Math.ceil((untilMs - clock.nowMs()) / 1_000)
  }

  const respond = async (request: IncomingMessage, address: string): Promise<Responded> => {
    const seconds = waitSeconds(address)
    if (seconds !== undefined) return { answered: limited(seconds) }
    const admission = admitted(request, options, bearerOf(request.headers.authorization))
    if (admission.kind === 'forbidden') {
      const { who, sentence } = admission
      return { ...(who === undefined ? {} : { who }), answered: forbidden(sentence) }
    }
    if (admission.kind === 'unknown') {
      if (request.headers.authorization !== undefined) failures.note(address)
      return { answered: unauthorized() }
    }
    const { name: who, way } = admission.administrator
    if (inFlight > MAX_IN_FLIGHT) return { who, way, answered: busy() }
    return { who, way, answered: await answer(askedOf(request, admission), options) }
  }

  const aside = async <T>(run: () => Promise<T>): Promise<T> => {
    inFlight -= 1
    return run().finally(() => {
      inFlight += 1
    })
  }

  const respondBySite = async (one: ConsoleSite, request: IncomingMessage, address: string) =>
    inFlight > MAX_IN_FLIGHT
      ? BUSY
      : one.handle(
          siteRequestOf(request, {
            admit: (token) => admitted(request, options, token),
            waitSeconds: () => waitSeconds(address),
            noteFailure: () => failures.note(address),
            aside,
            bodies,
          }),
        )

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const remoteAddress = request.socket.remoteAddress ?? 'unknown'
    if (site !== undefined && isForConsole(request.url)) {
      const answered = await respondBySite(site, request, remoteAddress)
      const { status, use } = answered
      if (use !== undefined) options.audit({ remoteAddress, status, ...use })
      return sendSite(request, response, answered, after)
    }
    const { answered, ...who } = await respond(request, remoteAddress)
    const { status, use } = answered
    options.audit({ ...who, remoteAddress, status, ...use })
    send(request, response, answered, after)
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    inFlight += 1
    handle(request, response)
      .catch((error: unknown) => {
        options.onError(error)
        if (response.headersSent) response.destroy()
        else send(request, response, broken(), after)
      })
      .finally(() => {
        inFlight -= 1
      })
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
      site = await options.console?.()
      server = await open()
      server.maxConnections = MAX_CONNECTIONS
      return { port: await listenOn(server, options.listen, 'The admin API') }
    },
    stop: async () => {
      if (server !== undefined) await stopServer(server)
    },
  }
}
