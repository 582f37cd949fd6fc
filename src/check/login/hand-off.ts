import type { CheckPorts } from '../../core/check-ports.ts'
import type { Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Client } from '../../core/registration/client.ts'
import { parseAuthority, type Request } from '../../core/request/request.ts'
import type { Seal } from '../../core/session/seal.ts'
import { attemptOf, LATE_MS } from './login-cookie.ts'
import { tryAgainAt } from './way-on.ts'

/** A handed-over answer of the provider is good for this long. */
const HAND_OFF_TTL_MS = 60_000

const PARAMETER = 'handoff'

/** Where a login began, as its `state` says. */
interface Origin {
  readonly authority: string
  readonly createdAtMs: number
}

/** The answer of the provider, on its way to the host where the login began. */
interface HandOff {
  readonly query: string
  readonly expiresAtMs: number
}

const originContext = (client: Client, state: string): readonly string[] => [
  'login origin',
  client.tenant,
  state,
]

const handOffContext = (client: Client, host: string): readonly string[] => [
  'hand-off',
  client.tenant,
  host,
]

/**
 * A `state` with the origin of its login: sealed for the client and for this very state, so that
 * nobody can make one that leads elsewhere.
 */
export const withOrigin = (
  seal: Seal,
  client: Client,
  state: string,
  request: Pick<Request, 'authority'>,
  nowMs: number,
): string => {
  const origin: Origin = { authority: request.authority, createdAtMs: nowMs }
  return `${state}.${seal.seal(originContext(client, state), JSON.stringify(origin))}`
}

const originIn = (seal: Seal, client: Client, state: string): Origin | undefined => {
  const dot = state.lastIndexOf('.')
  const opened = seal.open(originContext(client, state.slice(0, dot)), state.slice(dot + 1))
  return opened === undefined ? undefined : (JSON.parse(opened) as Origin)
}

/** What arrived at a callback path. */
export type Arrival =
  /** The answer of the provider to a login of this host. */
  | { readonly kind: 'answer'; readonly query: URLSearchParams }
  /** Something for another host, handed over or refused. */
  | { readonly kind: 'elsewhere'; readonly verdict: Verdict }
  /** The same, handed over too late. */
  | { readonly kind: 'expired'; readonly query: URLSearchParams }
  | { readonly kind: 'malformed' }

/** Tells what arrived at the callback path of a client, and sends on what is for another host. */
export type Arrive = (request: Request, client: Client) => Arrival

const MALFORMED: Arrival = { kind: 'malformed' }

const elsewhere = (verdict: Verdict): Arrival => ({ kind: 'elsewhere', verdict })

/**
 * With a callback host, the provider answers there, and what it answers goes to the host where the
 * login began: as one sealed parameter that no other host opens and that a minute ends. That host
 * asks for the login cookie of its browser and claims the login once, as ever; so the hand-off is
 * nothing in another browser, at another host, or a second time. It holds a code, never a token.
 */
export const createArrive = ({ seal, policies, clock }: CheckPorts): Arrive => {
  const usesClient = (host: string, client: Client): boolean => {
    const found = policies.find({ host, contextExtensions: {} })
    return found.kind === 'found' && found.policy.clients.some(({ name }) => name === client.name)
  }

  const handOver = (request: Request, client: Client, origin: Origin, host: string): Arrival => {
    const home = `https://${origin.authority}/`
    if (!usesClient(host, client)) {
      const detail = `The login began at ${host}, which does not use the client.`
      return elsewhere(deny('state_mismatch', { ways: tryAgainAt(home), detail }))
    }
    if (origin.createdAtMs + client.loginLifetimeMs + LATE_MS <= clock.nowMs()) {
      return elsewhere(deny('login_state_expired', { ways: tryAgainAt(home) }))
    }
    const handOff: HandOff = {
      query: request.path.query,
      expiresAtMs: clock.nowMs() + HAND_OFF_TTL_MS,
    }
    const sealed = seal.seal(handOffContext(client, host), JSON.stringify(handOff))
    const location = `https://${origin.authority}${client.callbackPath}?${PARAMETER}=${sealed}`
    const headers = [['location', location]] as const
    return elsewhere(deny('login_handed_over', { headers, content: 'none' }))
  }

  const atCallbackHost = (request: Request, client: Client, query: URLSearchParams): Arrival => {
    const states = query.getAll('state')
    const [state = ''] = states
    if (states.length !== 1 || attemptOf(state) === undefined) return MALFORMED
    const origin = originIn(seal, client, state)
    if (origin === undefined) {
      const detail = 'The state was not made here for this client.'
      return elsewhere(deny('state_mismatch', { detail }))
    }
    const parsed = parseAuthority(origin.authority)
    if (!parsed.ok) return MALFORMED
    const { host } = parsed.value
    if (host === request.host) return { kind: 'answer', query }
    return handOver(request, client, origin, host)
  }

  const handedOver = (request: Request, client: Client, query: URLSearchParams): Arrival => {
    const sealed = query.getAll(PARAMETER)
    const [only] = sealed
    if (only === undefined || sealed.length > 1 || [...query].length > 1) return MALFORMED
    const opened = seal.open(handOffContext(client, request.host), only)
    if (opened === undefined) return MALFORMED
    const handOff = JSON.parse(opened) as HandOff
    const kind = handOff.expiresAtMs <= clock.nowMs() ? 'expired' : 'answer'
    return { kind, query: new URLSearchParams(handOff.query) }
  }

  return (request, client) => {
    if (request.method !== 'GET') return MALFORMED
    const query = new URLSearchParams(request.path.query)
    if (client.callbackHost === undefined) return { kind: 'answer', query }
    return request.host === client.callbackHost
      ? atCallbackHost(request, client, query)
      : handedOver(request, client, query)
  }
}
