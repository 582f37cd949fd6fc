import type { Clock } from '../../src/core/time/clock.ts'
import {
  challengeIn,
  configIn,
  type DeviceConfig,
  isInScope,
  type Registration,
  registrationIn,
} from './device-config.ts'
import { createDeviceJar, type DeviceJar, type Initiator } from './device-jar.ts'
import { createDevice, type Device } from './device-key.ts'
import { type Send, valuesOf, type WireAnswer } from './device-wire.ts'

/** What came of asking to renew a cookie. */
type Refreshed = 'renewed' | 'kept' | 'ended'

/** How header values are written: as strings in quotes, or bare. */
export type Dialect = 'specification' | 'chromium'

/** A session that a browser has bound. */
export interface BrowserSession {
  readonly config: DeviceConfig
  readonly device: Device
  /** What the next proof answers; absent: it is asked for first. */
  challenge?: string
  /** What was signed last: the same challenge is answered with the same proof. */
  signed?: { readonly challenge: string; readonly proof: string }
}

/** What is different from a browser that has only just been installed. */
export interface DeviceBrowserOptions {
  readonly send: Send
  readonly clock: Clock
  readonly host?: string
  readonly dialect?: Dialect
  /** `false`: it knows nothing of devices. */
  readonly binds?: boolean
  /** Offers are kept in `offers` until a test takes them up. */
  readonly bindsLater?: boolean
  readonly newDevice?: () => Device
}

/** What a page or a person asks for. */
export interface Asking {
  readonly method?: string
  readonly initiator?: Initiator
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A browser in software that binds sessions and renews what is bound, as Chromium 156 does: before
 * a request whose cookie is missing, once for all that wait, and with the same endings.
 */
export interface DeviceBrowser {
  readonly jar: DeviceJar
  readonly sessions: Map<string, BrowserSession>
  /** Offers to bind that were not taken up. */
  readonly offers: Registration[]
  /** What it did: `bound`, `rejected`, `signed`, `refreshed`, `kept`, `ended`. */
  readonly log: string[]
  /** Opens a page. A page that reloads itself does so. */
  readonly open: (path?: string, asking?: Asking) => Promise<WireAnswer>
  /** One request of a page. */
  readonly fetch: (path: string, asking?: Asking) => Promise<WireAnswer>
  /** Opens a page and signs in at the provider that it leads to; the answer of the callback. */
  readonly signIn: (path?: string) => Promise<WireAnswer>
  readonly bind: (offer: Registration, device?: Device) => Promise<WireAnswer>
  readonly refresh: (session: BrowserSession) => Promise<Refreshed>
  /** The only session that it has bound. @throws Error where it has none or more */
  readonly only: () => BrowserSession
}

/** How often Chromium asks before it gives a session up. */
const MAX_TRIES = 5

const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
} as const

const FETCH = {
  accept: '*/*',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
} as const

/** Of what browsers ask by themselves, for a registration and a refresh. */
const OWN = {
  'sec-fetch-mode': 'no-cors',
  'sec-fetch-dest': 'empty',
  'sec-fetch-site': 'same-origin',
} as const

/**
 * Whatever else a refresh is answered with ends the session of a browser without a word.
 * @throws Error for such an answer
 */
export const assertBearable = (answer: WireAnswer, id: string): void => {
  const isBearable =
    (answer.status === 200 && answer.body === '{"continue":false}') ||
    (answer.status === 204 && answer.body === '') ||
    (answer.status === 403 && challengeIn(answer, id) !== undefined) ||
    (answer.status === 503 && challengeIn(answer, id) === undefined)
  if (!isBearable) throw new Error(`A refresh was answered ${answer.status} ${answer.body}`)
}

/** A fresh profile. */
export const createDeviceBrowser = (options: DeviceBrowserOptions): DeviceBrowser => {
  const { send, clock, host = 'shop.example.com', dialect = 'chromium', binds = true } = options
  const newDevice = options.newDevice ?? (() => createDevice())
  const jar = createDeviceJar(clock)
  const sessions = new Map<string, BrowserSession>()
  const offers: Registration[] = []
  const log: string[] = []
  const underWay = new Map<string, Promise<Refreshed>>()
  const written = (text: string): string => (dialect === 'chromium' ? text : `"${text}"`)

  const take = (answer: WireAnswer): WireAnswer => {
    jar.store(valuesOf(answer, 'set-cookie'))
    for (const [id, session] of sessions) {
      const challenge = challengeIn(answer, id)
      if (challenge !== undefined) session.challenge = challenge
    }
    return answer
  }

  /** After a login at another site no cookie goes along but those that any site may cause. */
  const bind = async (offer: Registration, device = newDevice()): Promise<WireAnswer> => {
    const cookie = jar.headerFor('POST', 'cross-site', 'subresource')
    const answer = await send({
      method: 'POST',
      host,
      path: offer.path,
      headers: {
        ...OWN,
        origin: `https://${host}`,
        ...(cookie === undefined ? {} : { cookie }),
        'secure-session-response': written(device.binding(offer)),
      },
    })
    const config = configIn(answer)
    log.push(config === undefined ? 'rejected' : 'bound')
    if (config !== undefined) sessions.set(config.id, { config, device })
    return take(answer)
  }

  const end = (id: string): 'ended' => {
    sessions.delete(id)
    log.push('ended')
    return 'ended'
  }

  const proofOf = (session: BrowserSession, challenge: string): string => {
    if (session.signed?.challenge !== challenge) {
      log.push('signed')
      session.signed = { challenge, proof: session.device.proof({ jti: challenge }) }
    }
    return session.signed.proof
  }

  const sendRefresh = async (session: BrowserSession, initiator: Initiator) => {
    const { config, challenge } = session
    const cookie = jar.headerFor('POST', initiator, 'subresource')
    return take(
      await send({
        method: 'POST',
        host,
        path: config.refreshPath,
        headers: {
          ...OWN,
          'sec-secure-session-id': written(config.id),
          ...(cookie === undefined ? {} : { cookie }),
          ...(challenge === undefined
            ? {}
            : { 'secure-session-response': written(proofOf(session, challenge)) }),
        },
      }),
    )
  }

  const refresh = async (session: BrowserSession, initiator: Initiator): Promise<Refreshed> => {
    const { id } = session.config
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await sendRefresh(session, initiator)
      assertBearable(answer, id)
      if (answer.status === 403) continue
      if (answer.status === 503) {
        log.push('kept')
        return 'kept'
      }
      if (answer.status === 200) return end(id)
      log.push('refreshed')
      return 'renewed'
    }
    return end(id)
  }

  const refreshOnce = (session: BrowserSession, initiator: Initiator = 'same-origin') => {
    const { id } = session.config
    const waiting =
      underWay.get(id) ??
      refresh(session, initiator).finally(() => void underWay.delete(session.config.id))
    underWay.set(id, waiting)
    return waiting
  }

  /** What requests of this path wait for; the header that tells what could not be had. */
  const prepare = async (path: string, initiator: Initiator): Promise<string | undefined> => {
    for (const session of [...sessions.values()]) {
      const { id, cookieName, initiators } = session.config
      const isWanted = isInScope(session.config, path) && jar.value(cookieName) === undefined
      if (!isWanted || (initiator === 'cross-site' && !initiators.includes('*'))) continue
      const outcome = await refreshOnce(session, initiator)
      if (outcome === 'kept') return `server_error;session_identifier="${id}"`
    }
    return undefined
  }

  const ask = async (
    path: string,
    purpose: 'navigation' | 'subresource',
    { method = 'GET', initiator = 'same-origin', headers = {} }: Asking,
  ): Promise<WireAnswer> => {
    const skipped = binds ? await prepare(path, initiator) : undefined
    const cookie = jar.headerFor(method, initiator, purpose)
    const answer = take(
      await send({
        method,
        host,
        path,
        headers: {
          ...(purpose === 'navigation' ? NAVIGATION : FETCH),
          'sec-fetch-site': initiator,
          ...(cookie === undefined ? {} : { cookie }),
          ...(skipped === undefined ? {} : { 'secure-session-skipped': skipped }),
          ...headers,
        },
      }),
    )
    const offer = binds ? registrationIn(answer) : undefined
    if (offer !== undefined && options.bindsLater === true) offers.push(offer)
    else if (offer !== undefined) await bind(offer)
    return answer
  }

  const open: DeviceBrowser['open'] = async (path = '/orders', asking = {}) => {
    const answer = await ask(path, 'navigation', asking)
    return answer.body.includes('location.reload()')
      ? ask(path, 'navigation', { ...asking, initiator: 'same-origin' })
      : answer
  }

  return {
    jar,
    sessions,
    offers,
    log,
    open,
    fetch: (path, asking = {}) => ask(path, 'subresource', asking),
    signIn: async (path = '/orders') => {
      const [location = ''] = valuesOf(await open(path), 'location')
      const state = new URL(location).searchParams.get('state') ?? ''
      const callback = `/oauth2/callback?code=c1&state=${encodeURIComponent(state)}`
      return open(callback, { initiator: 'cross-site' })
    },
    bind,
    refresh: (session) => refreshOnce(session),
    only: () => {
      const [session, ...more] = sessions.values()
      if (session === undefined || more.length > 0) {
        throw new Error(`The browser has bound ${sessions.size} sessions.`)
      }
      return session
    },
  }
}
