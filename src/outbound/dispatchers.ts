import type { Dispatcher } from 'undici'
import type { Authorities } from './authorities.ts'
import { createCheckedLookup } from './checked-lookup.ts'
import type { AddressFilter } from './networks.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { limitsOf, type Party } from './party.ts'
import { type ChosenProxy, chooseProxy } from './proxy.ts'

/** What sends calls, over connections of its own. */
export type Sender = Pick<Dispatcher, 'close' | 'destroy'> & {
  readonly request: (options: Dispatcher.RequestOptions) => Promise<Dispatcher.ResponseData>
}

/** The connections to one party: direct ones, and those through a proxy. */
export interface Dispatchers {
  /** What sends a call to this URL. @throws Error if the connections are closed. */
  readonly of: (url: URL) => Promise<Sender>
  /** The proxy that a call to this URL goes through; absent: none. */
  readonly proxyOf: (url: URL) => ChosenProxy | undefined
  /** Lets calls in flight finish and takes no more. */
  readonly close: () => Promise<void>
  /** Ends calls in flight as well. */
  readonly destroy: () => Promise<void>
}

/** What every call from here names as its sender. */
export const userAgentOf = ({ userAgent = 'sallyport' }: OutboundOptions): string => userAgent

/**
 * How long an idle connection waits for the next call: longer than the pauses between logins, and
 * shorter than servers and load balancers keep theirs. A server that says less is believed.
 */
const IDLE_MS = 30_000

/**
 * The part of `requestTimeout` that each address of a name has to accept a connection, before the
 * next one is tried. One lost packet takes a second to be sent again.
 */
const ATTEMPT_PART = 0.4

const basic = ({ username, password }: { readonly username: string; readonly password: string }) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** What the proxy is sent with each CONNECT; credentials are asked for each time anew. */
export const connectHeaders = ({ credentials }: ChosenProxy, userAgent: string) => {
  if (credentials === undefined) return { 'user-agent': userAgent }
  return {
    'user-agent': userAgent,
    get 'proxy-authorization'(): string {
      return basic(credentials())
    },
  }
}

/** Makes connections when they are first needed. */
export const createDispatchers = (
  party: Party,
  outbound: OutboundOptions,
  isPermitted: AddressFilter,
  authorities: Authorities,
): Dispatchers => {
  const timeoutMs = party.requestTimeoutMs
  const { connections, maxResponseBytes } = limitsOf(party)
  const checkedLookup = createCheckedLookup(isPermitted)
  const bundles = [party.caPem, outbound.caPem].filter((pem) => pem !== undefined)
  const limits = {
    connections,
    allowH2: false,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxResponseBytes,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: 2 * IDLE_MS,
  }
  const connecting = {
    timeout: timeoutMs,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.round(timeoutMs * ATTEMPT_PART),
  }
  const made = new Map<string, Promise<Sender>>()
  let isEnded = false

  /** Takes no more of the package than it needs: the rest is three times as much. */
  const direct = async (): Promise<Sender> => {
    const { default: Agent } = await import('undici/lib/dispatcher/agent.js')
    const { default: request } = await import('undici/lib/api/api-request.js')
    const secureContext = await authorities.contextFor(bundles, party.own, party.ciphers)
    const agent = new Agent({
      ...limits,
      connect: { ...connecting, lookup: checkedLookup, secureContext },
    })
    return {
      request: (options) => request.call(agent, options),
      close: () => agent.close(),
      destroy: () => agent.destroy(),
    }
  }

  const through = async (proxy: ChosenProxy): Promise<Sender> => {
    const { Pool, ProxyAgent } = await import('undici')
    const ofProxy = [proxy.caPem, outbound.caPem].filter((pem) => pem !== undefined)
    const lookup = proxy.isTrusted ? createCheckedLookup(() => true) : checkedLookup
    return new ProxyAgent({
      ...limits,
      uri: proxy.url,
      proxyTunnel: true,
      // A proxy that says nothing to CONNECT must not keep a place among the connections.
      clientFactory: (origin, options) =>
        new Pool(origin, { ...options, headersTimeout: timeoutMs, keepAliveTimeout: IDLE_MS }),
      headers: connectHeaders(proxy, userAgentOf(outbound)),
      proxyTls: { ...connecting, lookup, secureContext: await authorities.contextFor(ofProxy) },
      requestTls: {
        ...connecting,
        secureContext: await authorities.contextFor(bundles, party.own, party.ciphers),
      },
    })
  }

  const proxyOf = (url: URL): ChosenProxy | undefined => chooseProxy(url, party, outbound.proxy)

  const end = async (how: 'close' | 'destroy'): Promise<void> => {
    isEnded = true
    const all = await Promise.allSettled(made.values())
    await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value[how]() : undefined)))
  }

  return {
    of: async (url) => {
      if (isEnded) {
        const { default: errors } = await import('undici/lib/core/errors.js')
        throw new errors.ClientClosedError()
      }
      const proxy = proxyOf(url)
      const name = proxy === undefined ? 'direct' : 'proxy'
      const known = made.get(name)
      if (known !== undefined) return known
      const dispatcher = proxy === undefined ? direct() : through(proxy)
      made.set(name, dispatcher)
      // What could not be made at this moment is made anew for the next call.
      dispatcher.catch(() => made.delete(name))
      return dispatcher
    },
    proxyOf,
    close: () => end('close'),
    destroy: () => end('destroy'),
  }
}
