import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js'
import { AUTHORIZATION_SERVICE } from '../call/services.ts'
import type { HealthCheckRequest, HealthCheckResponse } from './services.ts'

const SERVING: HealthCheckResponse = { status: 1 }
const NOT_SERVING: HealthCheckResponse = { status: 2 }
const SERVICE_UNKNOWN: HealthCheckResponse = { status: 3 }

const NAMES: ReadonlySet<string> = new Set(['', AUTHORIZATION_SERVICE])

type Watcher = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>

/** The health of the server as `grpc.health.v1` tells it. */
export interface Health {
  readonly check: handleUnaryCall<HealthCheckRequest, HealthCheckResponse>
  readonly watch: handleServerStreamingCall<HealthCheckRequest, HealthCheckResponse>
  readonly setServing: (serving: boolean) => void
  /**
   * Says "not serving" for good and ends every Watch, which would otherwise hold a shutdown up for
   * ever.
   */
  readonly end: () => void
}

/**
 * The gRPC health checking protocol for the server (`""`) and for the authorization service, which
 * share one state. Not serving until told otherwise. An unknown service is NOT_FOUND to Check and
 * SERVICE_UNKNOWN to Watch.
 */
export const createHealth = (): Health => {
  /** Whether each asked for a service that there is. */
  const watchers = new Map<Watcher, boolean>()
  let serving = false
  let ended = false

  const current = (): HealthCheckResponse => (serving ? SERVING : NOT_SERVING)

  const setServing = (next: boolean): void => {
    if (next === serving || ended) return
    serving = next
    for (const [watcher, known] of watchers) if (known) watcher.write(current())
  }

  const leave = (watcher: Watcher): void => {
    watcher.emit('error', { code: status.UNAVAILABLE, details: 'The server is shutting down.' })
  }

  return {
    check: (call, callback) => {
      if (NAMES.has(call.request.service)) callback(null, current())
      else callback({ code: status.NOT_FOUND, details: 'The server has no such service.' })
    },
    watch: (call) => {
      const known = NAMES.has(call.request.service)
      call.write(known ? current() : SERVICE_UNKNOWN)
      if (ended) return leave(call)
      watchers.set(call, known)
      call.once('cancelled', () => watchers.delete(call))
    },
    setServing,
    end: () => {
      setServing(false)
      ended = true
      for (const watcher of watchers.keys()) leave(watcher)
      watchers.clear()
    },
  }
}
