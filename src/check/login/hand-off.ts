import type { CheckPorts } from '../../core/check-ports.ts'
import type { Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Client } from '../../core/registration/client.ts'
import { answerForm } from '../../core/request/form.ts'
import { parseAuthority, type Request } from '../../core/request/request.ts'
import type { Seal } from '../../core/session/seal.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
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
  | ({ readonly kind: 'answer' } & Answer)
  /** Something for another host, handed over or refused. */
  | { readonly kind: 'elsewhere'; readonly verdict: Verdict }
  /** The same, handed over too late. */
  | ({ readonly kind: 'expired' } & Answer)
  | { readonly kind: 'malformed'; readonly detail?: string }

/** The answer of a provider. */
export interface Answer {
  /** As it came. */
  readonly query: URLSearchParams
  /** What it says, which nobody has verified yet. */
  readonly says: URLSearchParams
}

/** Tells what arrived at the callback path of a client, and sends on what is for another host. */
export type Arrive = (request: Request, client: Client) => Awaitable<Arrival>

/** Why something that arrived is malformed, for the log. */
export const detailOf = ({
  detail,
}: Extract<Arrival, { kind: 'malformed' }>): { readonly detail?: string } =>
  detail === undefined ? {} : { detail }

const MALFORMED: Arrival = { kind: 'malformed' }

const NO_FORM: Arrival = {
  kind: 'malformed',
  detail:
    'The client has the provider answer by a form (`authorizationRequest.responseMode`), and the gateway sent none along: it has to send the bodies of this path (`sallyport attach --callback-body`), as docs/hardened-logins.md says.',
}

const isPosted = ({ asking }: Client): boolean => asking.responseMode.startsWith('form_post')

const elsewhere = (verdict: Verdict): Arrival => ({ kind: 'elsewhere', verdict })

/**
 * With a callback host, the provider answers there, and what it answers goes to the host where the
 * login began: as one sealed parameter that no other host opens and that a minute ends. That host
 * asks for the login cookie of its browser and claims the login once, as ever; so the hand-off is
 * nothing in another browser, at another host, or a second time. It holds a code, never a token.
 *
 * An answer that comes by a form is a POST of another site, which browsers send without the login
 * cookie: it is handed over to this very host, where it comes by GET, with the cookie.
 */
export const createArrive = ({ seal, policies, clock, relyingParty }: CheckPorts): Arrive => {
  const reading = (
    client: Client,
    query: URLSearchParams,
    then: (answer: Answer) => Arrival,
  ): Awaitable<Arrival> =>
    andThen(relyingParty.readCallback(client, query), (read) =>
      read.kind === 'read' ? then({ query, says: read.says }) : read,
    )

  const usesClient = (host: string, client: Client): boolean => {
    const found = policies.find({ host, contextExtensions: {} })
    return found.kind === 'found' && found.policy.clients.some(({ name }) => name === client.name)
  }

  /** Sends an answer to the host where its login began, or to this one by GET. */
  const send = (client: Client, authority: string, host: string, { query }: Answer): Arrival => {
    const handOff: HandOff = {
      query: query.toString(),
      expiresAtMs: clock.nowMs() + HAND_OFF_TTL_MS,
    }
    const sealed = seal.seal(handOffContext(client, host), JSON.stringify(handOff))
    const location = `https://${authority}${client.callbackPath}?${PARAMETER}=${sealed}`
    const headers = [['location', location]] as const
    return elsewhere(deny('login_handed_over', { headers, content: 'none' }))
  }

  const handOver = (client: Client, origin: Origin, host: string, answer: Answer): Arrival => {
    const home = `https://${origin.authority}/`
    if (!usesClient(host, client)) {
      const detail = `The login began at ${host}, which does not use the client.`
      return elsewhere(deny('state_mismatch', { ways: tryAgainAt(home), detail }))
    }
    if (origin.createdAtMs + client.loginLifetimeMs + LATE_MS <= clock.nowMs()) {
      return elsewhere(deny('login_state_expired', { ways: tryAgainAt(home) }))
    }
    return send(client, origin.authority, host, answer)
  }

  const atCallbackHost = (request: Request, client: Client, answer: Answer): Arrival => {
    const states = answer.says.getAll('state')
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
    if (host === request.host && !isPosted(client)) return { kind: 'answer', ...answer }
    return handOver(client, origin, host, answer)
  }

  const handedOver = (
    request: Request,
    client: Client,
    query: URLSearchParams,
  ): Awaitable<Arrival> => {
    const sealed = query.getAll(PARAMETER)
    const [only] = sealed
    if (only === undefined || sealed.length > 1 || [...query].length > 1) return MALFORMED
    const opened = seal.open(handOffContext(client, request.host), only)
    if (opened === undefined) return MALFORMED
    const handOff = JSON.parse(opened) as HandOff
    const kind = handOff.expiresAtMs <= clock.nowMs() ? 'expired' : 'answer'
    const handed = new URLSearchParams(handOff.query)
    return reading(client, handed, (answer) => ({ kind, ...answer }))
  }

  const byForm = (request: Request, client: Client): Awaitable<Arrival> => {
    if (request.method === 'GET') {
      return handedOver(request, client, new URLSearchParams(request.path.query))
    }
    const form = answerForm(request)
    if (form === undefined) return NO_FORM
    const fields = form.fields.map(([name, value]): [string, string] => [name, value])
    return reading(client, new URLSearchParams(fields), (answer) =>
      client.callbackHost === undefined
        ? send(client, request.authority, request.host, answer)
        : atCallbackHost(request, client, answer),
    )
  }

  return (request, client) => {
    if (isPosted(client)) return byForm(request, client)
    if (request.method !== 'GET') return MALFORMED
    const query = new URLSearchParams(request.path.query)
    const { callbackHost } = client
    if (callbackHost === undefined) {
      return reading(client, query, (answer) => ({ kind: 'answer', ...answer }))
    }
    return request.host === callbackHost
      ? reading(client, query, (answer) => atCallbackHost(request, client, answer))
      : handedOver(request, client, query)
  }
}
