import { Server, type ServerCredentials, type ServerOptions } from '@grpc/grpc-js'
import type { Check, Clock, Observe, Present, Random } from '../core/ports.ts'
import { createCheckHandler } from './check-handler.ts'
import { createConnections } from './connections.ts'
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
  readonly observe: Observe
  readonly clock: Clock
  readonly random: Random
  /** The most that one check may take; a shorter gRPC deadline shortens it. */
  readonly budgetMs: number
  readonly maxHeaderBytes: number
  /** After this long a connection is asked to make way for a new one. Default: ten minutes. */
  readonly maxConnectionAgeMs?: number
}

/** `envoy.service.auth.v3.Authorization` and `grpc.health.v1.Health` on one port. */
export interface GrpcServer {
  /** @throws Error if the address cannot be bound or a TLS file cannot be used. */
  readonly start: () => Promise<{ readonly port: number }>
  /** What health checks say; false until told otherwise. */
  readonly setServing: (serving: boolean) => void
  /**
   * Says "not serving", asks every peer to leave, answers what is on its way and in flight, and closes. What is left after
   * `graceMs` is broken off (R33).
   */
  readonly drain: (graceMs: number) => Promise<void>
  /** Closes at once. */
  readonly stop: () => void
}

const DEFAULT_CONNECTION_AGE_MS = 10 * 60_000

/** How long a draining server waits for its peers to leave by themselves before it closes their connections. */
const NOTICE_MS = 1_000

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

/** Makes the server; nothing is opened before `start`. */
export const createGrpcServer = (options: GrpcServerOptions): GrpcServer => {
  const services = loadServices()
  const server = new Server(CHANNEL_OPTIONS)
  const health = createHealth()
  const observations = createObservations(options.observe)
  const connections = createConnections(server, {
    maxAgeMs: options.maxConnectionAgeMs ?? DEFAULT_CONNECTION_AGE_MS,
    graceMs: options.budgetMs + NOTICE_MS,
  })
  const answer = createAnswering(options.present)

  server.addService(services.authorization, {
    Check: createCheckHandler({ ...options, answer, observations }),
  })
  server.addService(services.health, { Check: health.check, Watch: health.watch })

  const stop = (): void => {
    connections.stopRetiring()
    health.end()
    connections.destroy()
    server.forceShutdown()
    observations.flush()
  }

  return {
    start: async () => {
      const port = await bind(server, options.listen, await serverCredentials(options.tls))
      connections.startRetiring()
      return { port }
    },
    setServing: health.setServing,
    drain: async (graceMs) => {
      const noticeMs = Math.min(NOTICE_MS, graceMs / 2)
      health.end()
      connections.announceEnd()
      await connections.closed(noticeMs)
      server.tryShutdown(() => undefined)
      await connections.closed(graceMs - noticeMs)
      stop()
    },
    stop,
  }
}
