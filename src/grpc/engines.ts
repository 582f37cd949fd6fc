import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../core/time/clock.ts'
import { untilItWorks } from '../core/time/until-it-works.ts'
import type { ServeCheck } from './call/check-call.ts'
import { AUTHORIZATION_SERVICE, CHECK_PATH } from './call/services.ts'
import type { GrpcFault } from './faults.ts'
import type { GrpcJsEngine } from './grpc-js/engine.ts'
import { NATIVE_LIMITS, type Timers } from './native/deps.ts'
import { createNativeEngine } from './native/engine.ts'
import { type Connection, createDoor } from './opening/door.ts'
import { firstPath } from './opening/first-path.ts'
import { followStream, SHUTDOWN_NOTICE } from './opening/followed-stream.ts'

/** What carries the checks: HTTP/2 of our own, or @grpc/grpc-js. */
export type EngineName = 'native' | 'grpc-js'

/** What engines are made of. */
export interface EnginesOptions {
  readonly engine: EngineName
  readonly serve: ServeCheck
  /** A larger message is refused with RESOURCE_EXHAUSTED. */
  readonly maxMessageBytes: number
  readonly onFault: (kind: GrpcFault) => void
  /** Called when what serves everything but checks could not be loaded for a connection. */
  readonly onError: (error: unknown) => void
  readonly clock: Clock
}

/** What serves the connections of the port. */
export interface Engines {
  /** Loads what the first connection needs. */
  readonly load: () => Promise<void>
  readonly accept: (socket: Socket) => Connection
  /** What health checks say; false until told otherwise. */
  readonly setServing: (serving: boolean) => void
  /** Says "not serving" for good and ends every Watch, which nothing else would. */
  readonly endHealth: () => void
  /** Takes no more calls; what is in flight after `graceMs` is broken off. */
  readonly drain: (graceMs: number) => void
  /** Breaks every call. */
  readonly close: () => void
}

const SERVICES: ReadonlySet<string> = new Set(['', AUTHORIZATION_SERVICE])

const systemTimers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** Makes @grpc/grpc-js when it is first needed: it is much of what a process has loaded. */
const createOthers = ({ serve, maxMessageBytes, onError }: EnginesOptions) => {
  let engine: GrpcJsEngine | undefined
  let serving = false
  let hasEnded = false

  const load = untilItWorks(async (): Promise<GrpcJsEngine> => {
    const { createGrpcJsEngine } = await import('./grpc-js/engine.ts')
    engine = createGrpcJsEngine({ serve, maxMessageBytes })
    engine.setServing(serving)
    if (hasEnded) engine.endHealth()
    return engine
  })

  /** What is loaded in vain costs this connection alone: the next one has it tried again. */
  const acceptLater = async (connection: Duplex): Promise<void> => {
    try {
      const { accept } = await load()
      accept(connection)
    } catch (error) {
      connection.destroy()
      onError(error)
    }
  }

  return {
    load,
    accept: (connection: Duplex): void => {
      if (engine !== undefined) engine.accept(connection)
      else void acceptLater(connection)
    },
    isServing: () => serving,
    setServing: (next: boolean): void => {
      if (hasEnded) return
      serving = next
      engine?.setServing(next)
    },
    endHealth: (): void => {
      serving = false
      hasEnded = true
      engine?.endHealth()
    },
    drain: (graceMs: number): void => engine?.drain(graceMs),
    close: (): void => engine?.close(),
  }
}

/**
 * `node:http2` ignores new streams after any GOAWAY of its own, so that under load some calls of
 * every peer cross it and fail. On a plain-text socket the notice is written past it, which is safe
 * because its own writes hold whole frames and a socket keeps the order of writes; not before the
 * first frame of the server, which a connection without any traffic has not had. A TLS socket
 * cannot take two writers.
 */
const announcePast = (socket: Socket): void => {
  if (socket.writable && socket.bytesWritten > 0) socket.write(SHUTDOWN_NOTICE)
}

/** Makes what serves the port: checks by the engine that was chosen, everything else by grpc-js. */
export const createEngines = (options: EnginesOptions): Engines => {
  const { engine, serve, maxMessageBytes, onFault, clock } = options
  const others = createOthers(options)

  const byGrpcJs = (socket: Socket): Connection => {
    if (socket instanceof TLSSocket) {
      const followed = followStream(socket)
      others.accept(followed.stream)
      return followed
    }
    others.accept(socket)
    return { announceEnd: () => announcePast(socket) }
  }

  const nativeDoor = (): ((socket: Socket) => Connection) => {
    const native = createNativeEngine({
      serve,
      health: (service) => (SERVICES.has(service) ? others.isServing() : undefined),
      onFault,
      clock,
      timers: systemTimers,
      limits: { ...NATIVE_LIMITS, maxMessageBytes },
    })
    return createDoor({
      pathIn: firstPath,
      isCheckPath: (path) => path === CHECK_PATH,
      serveChecks: (socket, { replay, acknowledged }) =>
        native.take(socket, { bytes: replay, acknowledged }),
      serveOthers: others.accept,
      onSilence: () => onFault('slow_opening'),
      timers: systemTimers,
    })
  }

  return {
    load: async () => {
      if (engine === 'grpc-js') await others.load()
    },
    accept: engine === 'grpc-js' ? byGrpcJs : nativeDoor(),
    setServing: others.setServing,
    endHealth: others.endHealth,
    drain: others.drain,
    close: others.close,
  }
}
