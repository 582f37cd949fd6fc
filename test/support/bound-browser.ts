import { createCheck } from '../../src/check/check.ts'
import type { Deny, Verdict } from '../../src/core/decision/decision.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import type { Client, DeviceBound } from '../../src/core/registration/client.ts'
import { createSeal } from '../../src/sessions/sealing/seal.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aRule,
  NAVIGATION,
  type RequestSketch,
  someTokens,
} from './builders.ts'
import { fakePorts, unlimited } from './check-ports.ts'
import { keepSessions } from './session-keeping.ts'
import { createTokenSigner, type SignerAlgorithm } from './token-signer.ts'
import { cookiesOf, denied, headerOf, headersOf } from './verdicts.ts'

const MINUTE = 60_000

/** What a client says of devices, with every default of the definition. */
export const deviceTerms = (changes: Partial<DeviceBound> = {}): DeviceBound => ({
  mode: 'Prefer',
  cookieName: '__Host-sallyport-bound',
  cookieLifetimeMs: 10 * MINUTE,
  challengeLifetimeMs: 10 * MINUTE,
  singleUse: false,
  graceMs: 0,
  paths: { bind: '/oauth2/session/bind', refresh: '/oauth2/session/refresh' },
  ...changes,
})

/** A client that binds sessions. */
export const aBindingClient = (
  changes: Partial<DeviceBound> = {},
  session: Partial<Client['session']> = {},
): Client => {
  const client = aClient()
  return {
    ...client,
    session: { ...client.session, deviceBound: deviceTerms(changes), ...session },
  }
}

/** What an offer to bind says. */
export interface OfferSeen {
  readonly path: string
  readonly challenge: string
  readonly authorization: string
}

const parameter = (value: string, name: string): string =>
  new RegExp(`;${name}="([^"]*)"`).exec(value)?.[1] ?? ''

/** The offer to bind of an answer. */
export const offerIn = (answer: Deny): OfferSeen => {
  const value = headerOf(answer, 'secure-session-registration')
  return {
    path: parameter(value, 'path'),
    challenge: parameter(value, 'challenge'),
    authorization: parameter(value, 'authorization'),
  }
}

/** The challenge of an answer. */
export const challengeIn = (answer: Deny): string =>
  /^"([^"]*)"/.exec(headerOf(answer, 'secure-session-challenge'))?.[1] ?? ''

/** A device with a key of its own. */
export const createDevice = (algorithm: SignerAlgorithm = 'ES256') => {
  const signer = createTokenSigner(undefined, algorithm)
  const { use: _, ...jwk } = signer.publicJwk
  return {
    jwk,
    binding: ({ challenge, authorization }: Omit<OfferSeen, 'path'>, header = {}) =>
      signer.sign({ jti: challenge, authorization }, { typ: 'dbsc+jwt', jwk, ...header }),
    proof: (challenge: string, header = {}) =>
      signer.sign({ jti: challenge }, { typ: 'dbsc+jwt', ...header }),
  }
}

/** Sessions in a memory store, and what a check of the host answers to a browser with cookies. */
export const createBoundWorld = (client = aBindingClient(), changes: Partial<Policy> = {}) => {
  const keeping = keepSessions()
  const { clock, store, directory } = keeping
  const policy = aPolicy({ clients: [client], fallback: aRule(), ...changes })
  const work: Promise<unknown>[] = []
  const ports = Object.assign(fakePorts(policy), {
    clock,
    sessions: store,
    directory,
    seal: createSeal({ keys: keeping.keys, random: keeping.random }),
    behind: (one: Promise<unknown>) => void work.push(one),
  })
  const accessTokenExpiresAtMs = clock.nowMs() + 24 * 60 * MINUTE
  ports.codeOutcome = {
    kind: 'tokens',
    tokens: someTokens(clock.nowMs(), { accessTokenExpiresAtMs }),
  }
  const check = createCheck(ports)
  /** What goes on behind the answers so far is done. */
  const settled = async (): Promise<void> => void (await Promise.all(work.splice(0)))
  const ask = async (sketch: RequestSketch): Promise<Verdict> => check(aRequest(sketch), unlimited)

  const createBrowser = () => {
    const jar = new Map<string, string>()
    const keep = (answer: Verdict): Verdict => {
      if (answer.kind === 'allow') return answer
      for (const [name, value] of Object.entries(cookiesOf(answer))) {
        if (value === '') jar.delete(name)
        else jar.set(name, value)
      }
      return answer
    }
    const send = async (sketch: RequestSketch): Promise<Verdict> => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const own = cookie === '' ? {} : { cookie }
      return keep(await ask({ ...sketch, headers: { ...own, ...sketch.headers } }))
    }
    const open = (path = '/orders', headers: RequestSketch['headers'] = {}) =>
      send({ path, headers: { ...NAVIGATION, ...headers } })
    /** The provider's answer to a login, where the login has it sent. */
    const comeBack = async (login: Verdict, headers: RequestSketch['headers'] = {}) => {
      const asked = new URL(headerOf(denied(login), 'location')).searchParams
      const { host: authority, pathname } = new URL(asked.get('redirect_uri') ?? '')
      const path = `${pathname}?code=c1&state=${encodeURIComponent(asked.get('state') ?? '')}`
      const from = { ...NAVIGATION, 'sec-fetch-site': 'cross-site', ...headers }
      return denied(await send({ authority, path, headers: from }))
    }
    /** Signs in by whatever login the page begins, and answers what the callback did. */
    const signIn = async (page?: string): Promise<Deny> => comeBack(await open(page))
    /** After a login at another site a browser sends no cookie along. */
    const bind = async (proof: string | undefined, path = '/oauth2/session/bind') =>
      denied(
        keep(
          await ask({
            method: 'POST',
            path,
            headers: proof === undefined ? {} : { 'secure-session-response': proof },
          }),
        ),
      )
    const refresh = async (id: string, proof?: string, headers: RequestSketch['headers'] = {}) =>
      denied(
        await send({
          method: 'POST',
          path: '/oauth2/session/refresh',
          headers: {
            'sec-secure-session-id': id,
            ...(proof === undefined ? {} : { 'secure-session-response': proof }),
            ...headers,
          },
        }),
      )
    return { jar, send, open, comeBack, signIn, bind, refresh }
  }

  type Device = ReturnType<typeof createDevice>

  /** A browser that has signed in and bound its session. */
  const boundBrowser = async (device: Device = createDevice()) => {
    const browser = createBrowser()
    const offer = offerIn(await browser.signIn())
    const answer = await browser.bind(device.binding(offer))
    await settled()
    const id = String(answer.members?.session_identifier)
    return { ...browser, device, offer, answer, id, challenge: challengeIn(answer) }
  }
  return { ...keeping, ports, ask, settled, createBrowser, boundBrowser }
}

/** The bound cookie that an answer sets. */
export const boundCookieIn = (answer: Deny): string | undefined =>
  headersOf(answer, 'set-cookie').find((line) => line.startsWith('__Host-sallyport-bound='))
