import type { Duplex } from 'node:stream'
import {
  type Beginning,
  createNativeConnection,
  type NativeConnection,
  type Shared,
} from './connection.ts'
import type { NativeDeps } from './deps.ts'
import { createSlab } from './http2/outbox.ts'
import { createMessageRoom } from './message.ts'

/** Serves connections of `Authorization.Check` by HTTP/2 of our own. */
export interface NativeEngine {
  /**
   * Takes a connection over, from its first byte on, with what was read of it already. From now on
   * nobody else reads, writes or listens for its errors.
   */
  readonly take: (socket: Duplex, beginning: Beginning) => NativeConnection
}

/** Makes the engine; all its connections share one piece of memory to write into. */
export const createNativeEngine = (deps: NativeDeps): NativeEngine => {
  const shared: Shared = {
    slab: createSlab(),
    room: createMessageRoom(deps.limits.maxAssemblyBytes),
  }
  return {
    take: (socket, beginning) => createNativeConnection(socket, beginning, deps, shared),
  }
}
