import { createHash } from 'node:crypto'
import { createCheck } from '../../src/check/check.ts'
import type { Deny } from '../../src/core/decision/decision.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import type { ProtectedResource } from '../../src/core/policy/protected-resource.ts'
import type { AuthorizationServer } from '../../src/core/registration/authorization-server.ts'
import { aBearerMethod, aClient, aPolicy, aRequest, aRule, NAVIGATION } from './builders.ts'
import { type FakePorts, fakePorts, unlimited } from './check-ports.ts'
import { cookiesOf, denied, headersOf } from './verdicts.ts'

export const ISSUER = 'https://shop.example.com'
export const RESOURCE = `${ISSUER}/mcp`
export const LOOPBACK = 'http://127.0.0.1:4711/callback'
export const LISTED = 'https://app.example.com/callback'
export const VERIFIER = 'a-verifier-of-the-client-that-has-43-letters'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

const resource: ProtectedResource = {
  path: '/mcp',
  authorizationServers: ['https://sso.example.com/realms/shop'],
  scopes: ['mcp'],
  neededScopes: ['mcp'],
  name: 'Orders',
}

/** A policy whose host is an authorization server. */
export const aServerPolicy = (
  changes: Partial<AuthorizationServer> = {},
  of: Partial<Policy> = {},
): Policy =>
  aPolicy({
    clients: [],
    fallback: aRule({ authenticate: [aBearerMethod()] }),
    resources: {
      list: [resource],
      port: 443,
      authorizationServer: {
        client: aClient({ name: 'shop/gateway', scopes: ['openid', 'offline_access'] }),
        redirectURIs: new Set([LISTED, 'cursor://anysphere.cursor/callback']),
        ...changes,
      },
    },
    ...of,
  })

/** What a browser or a program sends. */
export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly authority?: string
  readonly address?: string
}

/** A browser that keeps its cookies; it begins without any. */
export interface Browser {
  readonly open: (path: string, sent?: Sent) => Promise<Deny>
  /** What it would send. */
  readonly cookies: Map<string, string>
}

/** A client that speaks to an authorization server, and the browsers of people. */
export interface ServerWorld {
  readonly ports: FakePorts
  readonly ask: (path: string, sent?: Sent) => Promise<Deny>
  readonly browser: () => Browser
  readonly register: (document?: object, sent?: Sent) => Promise<Deny>
  /** The client id of a registration. */
  readonly registered: (document?: object) => Promise<string>
  readonly token: (fields: Readonly<Record<string, string>>, sent?: Sent) => Promise<Deny>
  /** The code that a person who agrees has sent to the client. */
  readonly codeFor: (
    clientId: string,
    changes?: Readonly<Record<string, string>>,
    browser?: Browser,
  ) => Promise<string>
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** What the page of this host sends. */
export const FROM_PAGE = {
  ...NAVIGATION,
  origin: ISSUER,
  'sec-fetch-site': 'same-origin',
} as const

/** An authorization request of a client; `null` leaves a parameter out. */
export const authorizePath = (
  clientId: string,
  changes: Readonly<Record<string, string | null>> = {},
): string => {
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: LOOPBACK,
    state: 'state of the client',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    scope: 'mcp',
    resource: RESOURCE,
    ...changes,
  }
  const sent = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, value]],
  )
  return `/oauth2/authorize?${new URLSearchParams(sent)}`
}

/** Where a redirect goes to, or the page that stands for one. */
export const locationOf = (verdict: Deny): URL =>
  new URL(verdict.onward ?? headersOf(verdict, 'location')[0] ?? 'about:none')

/** A world in which one policy is in force. */
export const aServerWorld = (
  policy: Policy = aServerPolicy(),
  more: Partial<FakePorts> = {},
): ServerWorld => {
  const ports = Object.assign(fakePorts(policy), more)
  const check = createCheck(ports)

  const ask: ServerWorld['ask'] = async (path, sent = {}) =>
    denied(await check(aRequest({ path, ...sent }), unlimited))

  const browser = (): Browser => {
    const cookies = new Map<string, string>()
    return {
      cookies,
      open: async (path, { headers = NAVIGATION, ...sent } = {}) => {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        const verdict = await ask(path, {
          ...sent,
          headers: cookie === '' ? headers : { ...headers, cookie },
        })
        for (const [name, value] of Object.entries(cookiesOf(verdict))) {
          if (value === '') cookies.delete(name)
          else cookies.set(name, value)
        }
        return verdict
      },
    }
  }

  const register: ServerWorld['register'] = (document = { redirect_uris: [LOOPBACK] }, sent) =>
    ask('/oauth2/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(document),
      ...sent,
    })

  const registered: ServerWorld['registered'] = async (document) =>
    String((await register(document)).members?.client_id)

  const token: ServerWorld['token'] = (fields, sent) =>
    ask('/oauth2/token', {
      method: 'POST',
      headers: FORM,
      body: `${new URLSearchParams(fields)}`,
      ...sent,
    })

  const codeFor: ServerWorld['codeFor'] = async (clientId, changes, whose = browser()) => {
    const page = await whose.open(authorizePath(clientId, changes))
    const sent = await whose.open(page.consent?.allow ?? '/none', {
      method: 'POST',
      headers: FROM_PAGE,
    })
    const state = locationOf(sent).searchParams.get('state') ?? ''
    const back = await whose.open(`/oauth2/return?${new URLSearchParams({ code: 'c', state })}`)
    return locationOf(back).searchParams.get('code') ?? ''
  }

  return { ports, ask, browser, register, registered, token, codeFor }
}

/** The fields of a token request for a code. */
export const forCode = (clientId: string, code: string): Readonly<Record<string, string>> => ({
  grant_type: 'authorization_code',
  client_id: clientId,
  code,
  redirect_uri: LOOPBACK,
  code_verifier: VERIFIER,
})
