import type { Check, Failed, Observe } from '../core/check.ts'
import type { Present } from '../core/decision/presentation.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import type { CheckTracing } from '../core/tracing.ts'
import { createCanonical } from './canonical.ts'
import { createCheckHandler } from './check-handler.ts'
import { createEngines, type EngineName } from './engines.ts'
import type { GrpcFault } from './faults.ts'
import type { HeaderLimits } from './limits.ts'
import { createListener } from './listener.ts'
import { createCheckRequestReader } from './message/check-request.ts'
import { createObservations } from './observations.ts'
import { createAnswering } from './response.ts'
import type { TlsFiles } from './tls-files.ts'

/** What the gRPC server is made of. */
export interface GrpcServerOptions extends HeaderLimits {
  /** `host:port`, where port 0 takes a free one, or `unix:` and a path. */
  readonly listen: string
  readonly tls?: TlsFiles
  /** What carries the checks. Default: `native`. */
  readonly engine?: EngineName
  readonly check: Check
  readonly failed: Failed
  readonly present: Present
  /** Whether denials carry `x-sallyport-reason`. Default: yes. */
  readonly reasonHeader?: boolean
  readonly observe: Observe
  /** Absent: no trace tells of checks. */
  readonly tracing?: CheckTracing
  /** Called for each thing that a peer does wrong, after it was dealt with. */
  readonly onFault?: (kind: GrpcFault) => void
  /** Called when a connection could not be served for want of what serves it; it was closed. */
  readonly onError?: (error: unknown) => void
  readonly clock: Clock
  readonly random: Random
  /** The most that one check may take; a shorter gRPC deadline shortens it. */
  readonly budgetMs: number
  /** After this long the peer of a connection is asked for a new one. Default: ten minutes. */
  readonly maxConnectionAgeMs?: number
}

/** `envoy.service.auth.v3.Authorization` and `grpc.health.v1.Health` on one port. */
export interface GrpcServer {
  /** @throws Error if the address cannot be bound or a TLS file cannot be used. */
  readonly start: () => Promise<{ readonly port: number }>
  /** What health checks say; false until told otherwise. */
  readonly setServing: (serving: boolean) => void
  /**
   * Says "not serving", asks every peer to leave while it still answers whatever arrives, then
   * closes and answers what is in flight. What is left after `graceMs` is broken off (R33).
   */
  readonly drain: (graceMs: number) => Promise<void>
  /** Closes at once. */
  readonly stop: () => void
}

/** So that new replicas get their share of the load. */
const DEFAULT_CONNECTION_AGE_MS = 10 * 60_000

/**
 * How long peers are waited for after they were asked to leave; on a connection of their own they
 * need a round trip.
 */
const NOTICE_MS = 1_000

/**
 * Twice the largest header block that Envoy can be configured to take (8 MiB; path and host come
 * twice), and a margin. A larger message would be a gRPC error, so whatever a downstream can cause
 * must fit, and is then denied for its size.
 */
const MAX_MESSAGE_BYTES = 20 * 1024 * 1024

/** Makes the server; nothing is opened before `start`. */
export const createGrpcServer = (options: GrpcServerOptions): GrpcServer => {
  const observations = createObservations(options.observe)
  const answer = createAnswering(options)
  const read = createCheckRequestReader(createCanonical())
  const serve = createCheckHandler({ ...options, read, answer, observations })
  const engines = createEngines({
    engine: options.engine ?? 'native',
    serve,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    onFault: options.onFault ?? (() => undefined),
    onError: options.onError ?? (() => undefined),
    clock: options.clock,
  })
  const listener = createListener({
    listen: options.listen,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    maxAgeMs: options.maxConnectionAgeMs ?? DEFAULT_CONNECTION_AGE_MS,
    graceMs: options.budgetMs + NOTICE_MS,
    accept: engines.accept,
  })

  const stop = (): void => {
    engines.endHealth()
    listener.close()
    listener.destroy()
    engines.close()
    observations.flush()
  }

  return {
    start: async () => {
      await engines.load()
      return listener.open()
    },
    setServing: engines.setServing,
    drain: async (graceMs) => {
      const noticeMs = Math.min(NOTICE_MS, graceMs / 2)
      engines.endHealth()
      listener.announceEnd()
      await listener.emptied(noticeMs)
      listener.close()
      engines.drain(graceMs - noticeMs)
      await listener.emptied(graceMs - noticeMs)
      stop()
    },
    stop,
  }
}
