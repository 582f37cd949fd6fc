import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { KeySet } from '../core/assertion/key-set.ts'
import {
  type AskedLogout,
  answerBackChannel,
  type BackChannelEndpoint,
  type Reply,
  readBackChannel,
} from './back-channel.ts'
import { type AskedKeys, answerKeySet, askedKeysOf } from './key-set.ts'
import { listenOn, stopServer, TIME_LIMITS } from './listening.ts'

/** What the server is made of. */
export interface ProviderServerOptions extends BackChannelEndpoint {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string
  /** What assertions are verified by, or what a client signs. */
  readonly keySet: (asked: AskedKeys) => KeySet
}

/**
 * What providers call, and where they and upstreams fetch keys. Made to be reached from outside, by
 * nothing but the paths it knows.
 */
export interface ProviderServer {
  /** @throws Error if the address cannot be bound. */
  readonly start: () => Promise<{ readonly port: number }>
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
}

const LIMITS = {
  ...TIME_LIMITS,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8 * 1024,
} as const

/** More connections than that are closed unheard. */
const MAX_CONNECTIONS = 256

/** More logouts at a time than that are told to come again. */
const MAX_IN_FLIGHT = 64

const FAILED: Reply = {
  status: 500,
  error: { error: 'server_error', error_description: 'Something went wrong here.' },
}

const BUSY: Reply = {
  status: 503,
  headers: { 'retry-after': '1', connection: 'close' },
  error: { error: 'temporarily_unavailable', error_description: 'Please try again.' },
}

const send = (response: ServerResponse, { status, headers, error, body: asked }: Reply): void => {
  const content = asked ?? error
  const body = content === undefined ? '' : JSON.stringify(content)
  response.writeHead(status, {
    ...(content === undefined ? {} : { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(body)
}

/**
 * Makes the server; nothing is opened before `start`. Size, time and number of requests are
 * bounded; whoever sends slowly takes no place from a logout; whatever fails inside is a 500
 * without details.
 */
export const createProviderServer = (options: ProviderServerOptions): ProviderServer => {
  let inFlight = 0

  const replyTo = async (asked: AskedLogout): Promise<Reply> => {
    if (inFlight >= MAX_IN_FLIGHT) return BUSY
    inFlight += 1
    return answerBackChannel(asked, options).finally(() => {
      inFlight -= 1
    })
  }

  const handle = async (request: IncomingMessage): Promise<Reply> => {
    const keys = askedKeysOf(request.url ?? '')
    if (keys !== undefined) return answerKeySet(request.method, keys, options.keySet(keys))
    const asked = await readBackChannel(request)
    return 'token' in asked ? replyTo(asked) : asked
  }

  const server = createServer(LIMITS, async (request, response) => {
    try {
      send(response, await handle(request))
    } catch {
      if (!response.headersSent && !response.destroyed) send(response, FAILED)
    }
  })
  server.maxConnections = MAX_CONNECTIONS
  return {
    start: async () => ({
      port: await listenOn(server, options.listen, 'The server for providers'),
    }),
    stop: () => stopServer(server),
  }
}
