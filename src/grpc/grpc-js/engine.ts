import type { Duplex } from 'node:stream'
import { type handleUnaryCall, Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js'
import type { ServeCheck } from '../call/check-call.ts'
import { createHealth } from './health.ts'
import { outlivesLostStreams, toleratesResets } from './resets.ts'
import { AUTHORIZATION, HEALTH } from './services.ts'
import { checkCallOf } from './unary-call.ts'

/** What @grpc/grpc-js serves: checks, and `grpc.health.v1.Health` with Check and Watch. */
export interface GrpcJsEngine {
  /** Takes a connection over: a socket, or what stands for one. */
  readonly accept: (connection: Duplex) => void
  /** What health checks say; false until told otherwise. */
  readonly setServing: (serving: boolean) => void
  /** Says "not serving" for good and ends every Watch, which nothing else would. */
  readonly endHealth: () => void
  /** Takes no more calls; what is in flight after `graceMs` is broken off. */
  readonly drain: (graceMs: number) => void
  /** Breaks every call. */
  readonly close: () => void
}

/** What calls may be. */
export interface GrpcJsEngineOptions {
  readonly serve: ServeCheck
  /** A larger message is refused with RESOURCE_EXHAUSTED. */
  readonly maxMessageBytes: number
}

const CHANNEL_OPTIONS: ServerOptions = {
  'grpc.max_concurrent_streams': 4096,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_channelz': 0,
}

/** Makes the engine; it has no port of its own, and is handed its connections. */
export const createGrpcJsEngine = ({
  serve,
  maxMessageBytes,
}: GrpcJsEngineOptions): GrpcJsEngine => {
  const server = new Server({
    ...CHANNEL_OPTIONS,
    'grpc.max_receive_message_length': maxMessageBytes,
  })
  toleratesResets(server)
  outlivesLostStreams(server)
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure())
  const health = createHealth()
  const check: handleUnaryCall<Buffer, Buffer> = (call, callback) =>
    serve(checkCallOf(call, callback))
  server.addService(AUTHORIZATION, { Check: check })
  server.addService(HEALTH, { Check: health.check, Watch: health.watch })

  return {
    accept: connections.injectConnection,
    setServing: health.setServing,
    endHealth: health.end,
    drain: connections.drain,
    close: () => server.forceShutdown(),
  }
}
