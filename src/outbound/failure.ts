import { limitsOf, type Party, wordsOf } from './party.ts'
import { tlsSentence } from './tls-failure.ts'

/** What a call failed at. */
export type FailureKind =
  | 'name'
  | 'connection'
  | 'tls'
  | 'proxy'
  | 'timeout'
  | 'protocol'
  | 'too_large'
  | 'unknown'

/** Why a call failed. */
export interface OutboundFailure {
  readonly kind: FailureKind
  /** Completes a sentence that begins with the URL; without its full stop. Holds no secret. */
  readonly sentence: string
}

/** What is known about a call that failed. */
export interface FailureContext extends Pick<Party, 'words' | 'limits' | 'own'> {
  /** Whom we wanted to reach. */
  readonly host: string
  readonly timeoutMs: number
  /** The proxy in between: where it is, and the setting that names it. */
  readonly proxy?: { readonly url: string; readonly setBy: string }
}

/** What connections end in, by the codes of the system. */
const CONNECTIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection: nothing listens on that port, or a firewall refuses it',
  ECONNRESET: 'broke the connection off: often a firewall, or a port that speaks something else',
  EPIPE: 'broke the connection off: often a firewall, or a port that speaks something else',
  EHOSTUNREACH: 'cannot be reached: no route leads to its address',
  ENETUNREACH: 'cannot be reached: no route leads to its network',
  EADDRNOTAVAIL: 'cannot be reached: this machine has no address that could reach it',
  EACCES: 'cannot be reached: this machine forbids the connection (a network policy or firewall)',
  EPERM: 'cannot be reached: this machine forbids the connection (a network policy or firewall)',
  UND_ERR_SOCKET: 'broke the connection off before it had answered',
  UND_ERR_CLOSED: 'was not asked: the connections to it are being closed',
  UND_ERR_DESTROYED: 'was not asked: the connections to it are being closed',
}

const NAMES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no name server knows that name',
  ENODATA: 'that name has no address',
  EAI_AGAIN: 'the name server does not answer at the moment',
  ETIMEOUT: 'the name server does not answer',
  EAI_FAIL: 'the name server failed',
  ESERVFAIL: 'the name server failed',
}

const TIMEOUTS: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'TimeoutError',
])

const UNCONNECTED: ReadonlySet<string> = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])

/** The code of what was thrown, or of the first thing inside it that has one. */
const codeOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return ''
  const code = 'code' in thrown ? String(thrown.code) : ''
  if (/^[A-Z][A-Z0-9_]+$/.test(code)) return code
  if (thrown.name === 'TimeoutError') return thrown.name
  const inner = thrown instanceof AggregateError ? thrown.errors[0] : thrown.cause
  return inner === undefined ? thrown.name : codeOf(inner)
}

const TUNNEL = /^Proxy response \((\d{3})\)/

/** What a proxy means that grants no tunnel. */
const TUNNEL_STATUSES: Readonly<Record<string, string>> = {
  403: 'its rules forbid that host or port',
  407: 'it wants other credentials, or any: outbound.proxy.usernameFile and outbound.proxy.passwordFile',
  502: 'it could not reach that host itself',
  503: 'it could not reach that host itself',
  504: 'that host did not answer it in time',
}

const tunnelRefused = (thrown: unknown): string | undefined => {
  const status = thrown instanceof Error ? TUNNEL.exec(thrown.message)?.[1] : undefined
  if (status === undefined) return undefined
  const meaning = TUNNEL_STATUSES[status]
  return `grants no tunnel (CONNECT answered with status ${status}${meaning === undefined ? '' : `: ${meaning}`})`
}

const byProxy = (
  { url, setBy }: NonNullable<FailureContext['proxy']>,
  what: string,
): OutboundFailure => ({
  kind: 'proxy',
  sentence: `cannot be reached: the proxy ${url} (${setBy}) ${what}`,
})

const unnamed = (code: string, context: FailureContext): OutboundFailure => {
  const { host, proxy } = context
  const why = `${NAMES[code]} (${code})`
  if (proxy !== undefined) return byProxy(proxy, `is not found: ${why}`)
  const remedy = `correct the host in ${wordsOf(context).url}, or the name servers of this machine`
  return { kind: 'name', sentence: `cannot be reached: ${host}: ${why}: ${remedy}` }
}

const late = (code: string, context: FailureContext): OutboundFailure => {
  const { timeoutMs, proxy } = context
  const what = UNCONNECTED.has(code) ? 'took no connection' : 'had not answered'
  const limit = `within ${timeoutMs} ms (${wordsOf(context).timeout})`
  if (proxy !== undefined && UNCONNECTED.has(code)) return byProxy(proxy, `${what} ${limit}`)
  const through = proxy === undefined ? '' : `, through the proxy ${proxy.url} (${proxy.setBy})`
  return { kind: 'timeout', sentence: `${what} ${limit}${through}` }
}

const unconnected = (code: string, { proxy }: FailureContext): OutboundFailure => {
  const what = `${CONNECTIONS[code]} (${code})`
  return proxy === undefined ? { kind: 'connection', sentence: what } : byProxy(proxy, what)
}

const BROKEN_TUNNEL = new Set(['UND_ERR_PRX_CONN', 'UND_ERR_PRX_TLS'])

const TOO_LARGE = 'UND_ERR_RES_EXCEEDED_MAX_SIZE'

/** Whether there was an answer, of which there was too much. */
export const isTooLarge = (thrown: unknown): boolean => codeOf(thrown) === TOO_LARGE

const otherwise = (code: string, context: FailureContext): OutboundFailure => {
  if (code === TOO_LARGE) {
    const kib = limitsOf(context).maxResponseBytes / 1024
    return { kind: 'too_large', sentence: `answered with more than ${kib} KiB, which is too much` }
  }
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { kind: 'protocol', sentence: `answered with something that is no HTTP (${code})` }
  }
  return { kind: 'unknown', sentence: `failed: ${code === '' ? 'unknown error' : code}` }
}

/**
 * Says in a sentence what a call failed at, and which field mends it. Takes whatever
 * a connection, a name server, OpenSSL or undici throws.
 */
export const tellFailure = (thrown: unknown, context: FailureContext): OutboundFailure => {
  const { proxy } = context
  const refused = tunnelRefused(thrown)
  if (refused !== undefined && proxy !== undefined) return byProxy(proxy, refused)
  const code = codeOf(thrown)
  if (BROKEN_TUNNEL.has(code) && proxy !== undefined) {
    return byProxy(proxy, `broke the connection off, or is not who it should be (${code})`)
  }
  const tls = tlsSentence(code, thrown, context)
  if (tls !== undefined) return { kind: 'tls', sentence: tls }
  if (NAMES[code] !== undefined) return unnamed(code, context)
  if (TIMEOUTS.has(code)) return late(code, context)
  return CONNECTIONS[code] === undefined ? otherwise(code, context) : unconnected(code, context)
}
