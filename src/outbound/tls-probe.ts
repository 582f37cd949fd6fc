import type { Socket } from 'node:net'
import { connect, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls'
import type { Authorities } from './authorities.ts'
import { createCheckedLookup } from './checked-lookup.ts'
import { connectHeaders, userAgentOf } from './dispatchers.ts'
import { addressFilterOf } from './networks.ts'
import type { OutboundOptions } from './outbound-options.ts'
import type { Party } from './party.ts'
import { type ChosenProxy, chooseProxy } from './proxy.ts'
import { hostOf } from './url-host.ts'

/** What a server shows of itself in a TLS handshake. */
export interface TlsProbe {
  /** The code of what OpenSSL finds wrong with it; absent: it is trusted here. */
  readonly error?: string
  /** For example `TLSv1.3`. */
  readonly protocol: string
  /** Whom its own certificate names. */
  readonly subject: string
  /** Who signed the last certificate that it presents: what has to be trusted. */
  readonly authority: string
  /** Whether the last certificate is signed by itself, so that it is the authority. */
  readonly presentsAuthority: boolean
}

const MAX_SHOWN = 200

/** A distinguished name as an operator writes it, bounded and printable. */
const nameOf = (parts: object | undefined): string => {
  const written = Object.entries(parts ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ')
  const safe = written.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SHOWN)
  return safe === '' ? 'a certificate without a name' : `"${safe}"`
}

const MAX_CHAIN = 16

type Chained = PeerCertificate & { readonly issuerCertificate?: PeerCertificate }

const lastOf = (first: Chained): Chained => {
  let last = first
  for (let depth = 0; depth < MAX_CHAIN; depth += 1) {
    const next = last.issuerCertificate
    if (next === undefined || next.fingerprint256 === last.fingerprint256) return last
    last = next
  }
  return last
}

const errorOf = ({ authorized, authorizationError: error }: TLSSocket): Pick<TlsProbe, 'error'> => {
  if (authorized) return {}
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return { error: code }
}

const read = (socket: TLSSocket): TlsProbe => {
  const own = socket.getPeerCertificate(true)
  const last = lastOf(own)
  return {
    ...errorOf(socket),
    protocol: socket.getProtocol() ?? 'unknown',
    subject: nameOf(own.subject),
    authority: nameOf(last.issuer),
    presentsAuthority: nameOf(last.issuer) === nameOf(last.subject),
  }
}

const portOf = ({ port }: URL): number => (port === '' ? 443 : Number(port))

const tunnel = async (
  url: URL,
  proxy: ChosenProxy,
  outbound: OutboundOptions,
  timeoutMs: number,
  authorities: Authorities,
): Promise<{ readonly socket: Socket; readonly close: () => Promise<void> }> => {
  const ofProxy = [proxy.caPem, outbound.caPem].filter((pem) => pem !== undefined)
  const isPermitted = proxy.isTrusted ? () => true : addressFilterOf(outbound)
  const { Agent } = await import('undici')
  const agent = new Agent({
    headersTimeout: timeoutMs,
    connect: {
      timeout: timeoutMs,
      lookup: createCheckedLookup(isPermitted),
      secureContext: await authorities.contextFor(ofProxy),
    },
  })
  const { socket } = await agent.connect({
    origin: proxy.url,
    path: `${url.hostname}:${portOf(url)}`,
    headers: connectHeaders(proxy, userAgentOf(outbound)),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { socket: socket as Socket, close: () => agent.destroy() }
}

const handshake = (
  url: URL,
  secureContext: SecureContext,
  outbound: OutboundOptions,
  timeoutMs: number,
  through?: Socket,
): Promise<TlsProbe> =>
  new Promise((settle, fail) => {
    const host = hostOf(url)
    const socket = connect({
      ...(through === undefined ? { host, port: portOf(url) } : { socket: through }),
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      host,
      lookup: createCheckedLookup(addressFilterOf(outbound)),
      secureContext,
      rejectUnauthorized: false,
    })
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    )
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      settle(read(socket))
      socket.destroy()
    })
  })

/**
 * Looks at the certificates of a party, over the way that its calls take, and by the authorities
 * that they are judged by. Nothing is sent over the connection, which is closed whatever is found.
 * @throws whatever the connection ends in
 */
export const probeTls = async (
  url: URL,
  party: Party,
  outbound: OutboundOptions,
  authorities: Authorities,
): Promise<TlsProbe> => {
  const { requestTimeoutMs } = party
  const bundles = [party.caPem, outbound.caPem].filter((pem) => pem !== undefined)
  const context = await authorities.contextFor(bundles, party.own)
  const proxy = chooseProxy(url, party, outbound.proxy)
  if (proxy === undefined) return handshake(url, context, outbound, requestTimeoutMs)
  const { socket, close } = await tunnel(url, proxy, outbound, requestTimeoutMs, authorities)
  try {
    return await handshake(url, context, outbound, requestTimeoutMs, socket)
  } finally {
    await close()
  }
}
