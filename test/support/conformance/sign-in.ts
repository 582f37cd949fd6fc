import { onTestFinished } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Deny, Verdict } from '../../../src/core/decision/decision.ts'
import { denyFault } from '../../../src/core/decision/deny.ts'
import type { Claims } from '../../../src/core/identity/identity.ts'
import { asFault } from '../../../src/core/reason/fault.ts'
import type { Client } from '../../../src/core/registration/client.ts'
import type { Provider } from '../../../src/core/registration/provider.ts'
import { createRelyingParty } from '../../../src/oidc/client/relying-party.ts'
import { createUserinfo } from '../../../src/oidc/client/userinfo.ts'
import { askingUserinfo } from '../../../src/oidc/client/userinfo-claims.ts'
import {
  aClient,
  aPolicy,
  aProvider,
  aRequest,
  aRule,
  NAVIGATION,
  type RequestSketch,
} from '../builders.ts'
import { fakePorts, unlimited } from '../check-ports.ts'
import { localProviders } from '../local-providers.ts'
import type { Certificates } from '../parts/tls.ts'
import { startTlsFront } from '../parts/tls-front.ts'
import { patient } from '../patience.ts'
import type { TokenSigner } from '../token-signer.ts'
import { cookieHeaderOf, cookiesOf, denied, headersOf } from '../verdicts.ts'
import type { Registration } from './asked.ts'
import { startAuthorizationServer } from './authorization-server.ts'
import type { Sender } from './sender.ts'

/** How a client is registered at the server, and set up here. */
export interface Setup {
  /** Signs what the server says. */
  readonly signer: TokenSigner
  readonly registration: Omit<Registration, 'clientId' | 'redirectUri'>
  readonly client: Partial<Client>
  readonly provider?: Partial<Provider>
  /** What tokens are bound to; absent: to nothing. They are not forwarded where it is there. */
  readonly sender?: (nowMs: () => number) => Sender
  /** Asks for certificates at a front of its own, which the metadata name for that. */
  readonly front?: { readonly server: Certificates; readonly clientCaPem: string }
}

/** What a browser got in the end. */
export type SignedIn =
  | { readonly kind: 'session'; readonly upstream: Readonly<Record<string, string>> }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly reason: string
      readonly detail: string
    }
  /** A page of the server, from which nothing came back. */
  | { readonly kind: 'page'; readonly status: number }

const HOST = 'shop.example.com'
const PAGE = '/orders?id=7'
const CALLBACK = `https://${HOST}/oauth2/callback`
const SESSION = '__Host-sallyport'

/** What the server had the browser bring. */
export type Carried =
  | { readonly kind: 'query'; readonly url: string }
  | { readonly kind: 'form'; readonly body: string }
  | { readonly kind: 'page'; readonly status: number }

/** A login that has been to the server. */
export interface Begun {
  readonly kind: 'begun'
  /** Where the browser was sent. */
  readonly location: string
  readonly carried: Carried
  readonly cookie: string
}

/** Headers in place of those of a page that a person opens. */
type Extra = Readonly<Record<string, string>>

const fieldsIn = (page: string): URLSearchParams =>
  new URLSearchParams(
    [...page.matchAll(/<input name="([^"]*)" value="([^"]*)">/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    ),
  )

const carriedFrom = async (location: string): Promise<Carried> => {
  const response = await fetch(location, { redirect: 'manual' })
  const url = response.headers.get('location')
  if (url !== null) return { kind: 'query', url }
  const page = await response.text()
  return page.startsWith('<form')
    ? { kind: 'form', body: fieldsIn(page).toString() }
    : { kind: 'page', status: response.status }
}

/** Starts the front, and says which endpoints are behind it. */
const aliasesAt = async (
  { server, clientCaPem }: NonNullable<Setup['front']>,
  issuer: string,
): Promise<Claims> => {
  const port = Number(new URL(issuer).port)
  const certificate = { cert: server.certPem, key: server.keyPem }
  const front = await startTlsFront(certificate, () => port, { caPem: clientCaPem })
  onTestFinished(() => front.stop())
  const origin = `https://localhost:${front.port}`
  return {
    token_endpoint: `${origin}/token`,
    userinfo_endpoint: `${origin}/userinfo`,
    pushed_authorization_request_endpoint: `${origin}/par`,
  }
}

/** A browser, the real check with the real relying party, and the server that they meet. */
export const aSignIn = async (setup: Setup) => {
  const { signer, registration, client: changes, provider = {}, sender, front } = setup
  const ports = fakePorts()
  const { clock } = ports
  const clientId = 'shop'
  let aliases: Claims = {}
  const server = await startAuthorizationServer({
    client: { ...registration, clientId, redirectUri: CALLBACK },
    signer,
    nowMs: clock.nowMs,
    metadata: () => ({ mtls_endpoint_aliases: aliases }),
    ...(sender === undefined ? {} : { sender: sender(clock.nowMs) }),
  })
  onTestFinished(server.stop)
  if (front !== undefined) aliases = await aliasesAt(front, server.issuer)
  const requestTimeoutMs = patient(30_000)
  const known = aProvider({ issuer: server.issuer, requestTimeoutMs, ...provider })
  const client = aClient({ provider: known, clientId, ...changes })
  const providers = localProviders(clock)
  const authorization = sender === undefined ? 'AccessToken' : 'Remove'
  const fallback = aRule({ upstream: { ...aRule().upstream, authorization } })
  ports.policy = aPolicy({ clients: [client], fallback })
  const relyingParty = createRelyingParty({ providers, clock })
  const check = createCheck({
    ...ports,
    relyingParty: askingUserinfo(relyingParty, createUserinfo({ providers, clock })),
    clock,
  })

  /** As the port answers: what is thrown is a denial. */
  const ask = async (sketch: RequestSketch): Promise<Verdict> => {
    try {
      return await check(aRequest({ authority: HOST, ...sketch }), unlimited)
    } catch (thrown) {
      return denyFault(asFault(thrown))
    }
  }

  const get = async (url: string, cookie = '', extra: Extra = {}): Promise<Verdict> => {
    const { pathname, search } = new URL(url, CALLBACK)
    const headers = { ...NAVIGATION, ...extra, ...(cookie === '' ? {} : { cookie }) }
    return ask({ path: pathname + search, headers })
  }

  /** As a browser posts the form of another site: without any cookie that is `Lax`. */
  const post = async (body: string, extra: Extra): Promise<Verdict> => {
    const headers = {
      ...NAVIGATION,
      ...extra,
      'sec-fetch-site': 'cross-site',
      origin: server.issuer,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const path = new URL(CALLBACK).pathname
    return ask({ method: 'POST', path, headers, body })
  }

  let session = ''
  let signedIn = 0

  const refusal = ({ status, reason, detail = '' }: Deny): SignedIn => {
    if (ports.stored.size > signedIn) throw new Error('What is refused has begun a session.')
    return { kind: 'refused', status, reason, detail }
  }

  const arrive = async (carried: Carried, cookie: string, extra: Extra): Promise<Deny> => {
    if (carried.kind === 'query') return denied(await get(carried.url, cookie, extra))
    if (carried.kind === 'page') throw new Error('A page brings nothing.')
    const sent = denied(await post(carried.body, extra))
    const [onward] = headersOf(sent, 'location')
    return sent.status === 303 && onward !== undefined
      ? denied(await get(onward, cookie, extra))
      : sent
  }

  /** A page that is asked for with the session. */
  const visit = async (): Promise<SignedIn> => {
    const verdict = await get(PAGE, session)
    if (verdict.kind === 'deny') {
      const { status, reason, detail = '' } = verdict
      return { kind: 'refused', status, reason, detail }
    }
    return { kind: 'session', upstream: Object.fromEntries(verdict.setHeaders) }
  }

  /** Begins a login by opening a page, and goes to the server with what it says. */
  const begin = async (page = PAGE): Promise<Begun | SignedIn> => {
    const verdict = denied(await get(page))
    const [location] = headersOf(verdict, 'location')
    if (verdict.status !== 302 || location === undefined) return refusal(verdict)
    const carried = await carriedFrom(location)
    return { kind: 'begun', location, carried, cookie: cookieHeaderOf(verdict) }
  }

  /** Brings what the server said, in the browser that has this cookie. */
  const finish = async (carried: Carried, cookie: string, extra: Extra = {}): Promise<SignedIn> => {
    if (carried.kind === 'page') return carried
    const ended = await arrive(carried, cookie, extra)
    if (ended.reason !== 'login_completed') return refusal(ended)
    session = `${SESSION}=${cookiesOf(ended)[SESSION]}`
    signedIn = ports.stored.size
    return visit()
  }

  /** The whole way of a login; `change` may alter what the browser carries. */
  const signIn = async (
    change: (carried: Carried) => Carried = (one) => one,
  ): Promise<SignedIn> => {
    const begun = await begin()
    return begun.kind === 'begun' ? finish(change(begun.carried), begun.cookie) : begun
  }

  return { server, ports, client, aliases, begin, finish, signIn, visit }
}
