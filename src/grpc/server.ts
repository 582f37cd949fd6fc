import { setTimeout } from 'node:timers/promises'
import { Server, type ServerCredentials, type ServerOptions } from '@grpc/grpc-js'
import type { Check, Clock, Observe, Present, Random } from '../core/ports.ts'
import { createCheckHandler } from './check-handler.ts'
import { serverCredentials, type TlsFiles } from './credentials.ts'
import { createHealth } from './health.ts'
import { createObservations } from './observations.ts'
import { createAnswering } from './response.ts'
import { loadServices } from './services.ts'

/** What the gRPC server is made of. */
export interface GrpcServerOptions {
  /** `host:port`, where port 0 takes a free one, or `unix:` and a path. */
  readonly listen: string
  readonly tls?: TlsFiles
  readonly check: Check
  readonly present: Present
  /** Whether denials carry `x-sallyport-reason`. Default: yes. */
  readonly reasonHeader?: boolean
  readonly observe: Observe
  readonly clock: Clock
  readonly random: Random
  /** The most that one check may take; a shorter gRPC deadline shortens it. */
  readonly budgetMs: number
  readonly maxHeaderBytes: number
  /** After about this long a connection is asked to make way for a new one. Default: half an hour. */
  readonly maxConnectionAgeMs?: number
}

/** `envoy.service.auth.v3.Authorization` and `grpc.health.v1.Health` on one port. */
export interface GrpcServer {
  /** @throws Error if the address cannot be bound or a TLS file cannot be used. */
  readonly start: () => Promise<{ readonly port: number }>
  /** What health checks say; false until told otherwise. */
  readonly setServing: (serving: boolean) => void
  /**
   * Says "not serving", takes no more calls, answers those in flight, and closes. What is left after `graceMs` is broken off
   * (R33). A call that crosses this on the wire is refused as not begun, so it can be sent again elsewhere without harm (RFC
   * 9113 section 8.7): Envoy does so with `retry_on: refused-stream`.
   */
  readonly drain: (graceMs: number) => Promise<void>
  /** Closes at once. */
  readonly stop: () => void
}

/** New replicas get their share of the load when old connections end; seldom enough that a refused call is rare. */
const DEFAULT_CONNECTION_AGE_MS = 30 * 60_000

/** What a call in flight may take beyond its budget before the end of its connection breaks it off. */
const ANSWER_MARGIN_MS = 1_000

/**
 * Twice the largest header block that Envoy can be configured to take (8 MiB, and its path comes twice), and a margin. A
 * larger message would be a gRPC error, so whatever a downstream can cause must fit, and is then denied for its size.
 */
const MAX_MESSAGE_BYTES = 20 * 1024 * 1024

const CHANNEL_OPTIONS: ServerOptions = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_concurrent_streams': 4096,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_channelz': 0,
}

const bind = (server: Server, listen: string, credentials: ServerCredentials): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(listen, credentials, (error, port) => {
      if (error === null) resolve(port)
      else reject(new Error(`The gRPC server cannot listen on ${listen}: ${error.message}`))
    })
  })

const shutDown = (server: Server): Promise<void> =>
  new Promise((resolve) => server.tryShutdown(() => resolve()))

/** The address that grpc-js knows the port by once it is bound: with the port that was taken. */
const boundAddress = (listen: string, port: number): string =>
  listen.startsWith('unix:') ? listen : `${listen.slice(0, listen.lastIndexOf(':'))}:${port}`

/** Makes the server; nothing is opened before `start`. */
export const createGrpcServer = (options: GrpcServerOptions): GrpcServer => {
  const services = loadServices()
  const server = new Server({
    ...CHANNEL_OPTIONS,
    'grpc.max_connection_age_ms': options.maxConnectionAgeMs ?? DEFAULT_CONNECTION_AGE_MS,
    'grpc.max_connection_age_grace_ms': options.budgetMs + ANSWER_MARGIN_MS,
  })
  const health = createHealth()
  const observations = createObservations(options.observe)
  const answer = createAnswering(options)
  let address: string | undefined

  server.addService(services.authorization, {
    Check: createCheckHandler({ ...options, answer, observations }),
  })
  server.addService(services.health, { Check: health.check, Watch: health.watch })

  /** Closes connections now and breaks them after `graceMs`: without channelz, `forceShutdown` alone leaves them open. */
  const closeConnections = (graceMs: number): void => {
    if (address !== undefined) server.drain(address, graceMs)
  }

  const stop = (): void => {
    health.end()
    closeConnections(0)
    server.forceShutdown()
    observations.flush()
  }

  return {
    start: async () => {
      const port = await bind(server, options.listen, await serverCredentials(options.tls))
      address = boundAddress(options.listen, port)
      return { port }
    },
    setServing: health.setServing,
    drain: async (graceMs) => {
      health.end()
      closeConnections(graceMs)
      await Promise.race([
        shutDown(server),
        setTimeout(graceMs + ANSWER_MARGIN_MS, undefined, { ref: false }),
      ])
      stop()
    },
    stop,
  }
}
