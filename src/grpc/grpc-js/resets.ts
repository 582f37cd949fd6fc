import type { Server } from '@grpc/grpc-js'

/** The largest number that `node:http2` takes. */
const UNLIMITED = 2 ** 32 - 1

/**
 * A gateway sends everybody's checks over one connection, and resets a stream whenever a browser
 * goes away. `node:http2` closes a connection after 1,000 resets and then 33 a second, or after 100
 * streams more than it takes at once: right towards a browser, an outage for everybody here. What a
 * cancelled check costs is bounded by its own end instead.
 */
const HTTP2_OPTIONS = {
  streamResetBurst: UNLIMITED,
  streamResetRate: UNLIMITED,
  maxSessionRejectedStreams: UNLIMITED,
}

/**
 * Has the connections of a server outlive resets, however many. To be called before the server is
 * given connections: it hands these options on, and has no way to be given them.
 * @throws Error if the server is not made as it was.
 */
export const toleratesResets = (server: Server): void => {
  const options: unknown = Reflect.get(server, 'commonServerOptions')
  if (typeof options !== 'object' || options === null) {
    throw new Error('@grpc/grpc-js has no commonServerOptions to set limits in.')
  }
  Object.assign(options, HTTP2_OPTIONS)
}

/**
 * Has the process outlive streams that are reset before the library looks at them: it answers them
 * all the same where it has no such method, and `node:http2` throws. To be called before the server
 * is given connections.
 * @throws Error if the server is not made as it was.
 */
export const outlivesLostStreams = (server: Server): void => {
  const handle: unknown = Reflect.get(server, '_streamHandler')
  if (typeof handle !== 'function') {
    throw new Error('@grpc/grpc-js has no _streamHandler to call with care.')
  }
  const carefully = (...call: readonly unknown[]): void => {
    try {
      Reflect.apply(handle, server, call)
    } catch {
      // The stream has gone while it was answered: there is nobody to tell.
    }
  }
  Reflect.set(server, '_streamHandler', carefully)
}
