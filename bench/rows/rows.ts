import type { WireRequest } from '../client/exchanges.ts'
import { BROWSER_HEADERS } from '../setup/check-requests.ts'
import { subjectOf } from '../setup/stored-sessions.ts'
import { HOST, type Surroundings } from '../setup/surroundings.ts'
import type { Row } from './row.ts'

const COOKIE = '__Host-sallyport'
/** More than a second's worth of what one browser does, and fewer than the cache holds. */
const SESSIONS = 400
const TOKENS = 500

/** How a request is told to whoever is asked: as a check, or as it comes to a gateway. */
export type Encode = (
  host: string,
  path: string,
  headers: Readonly<Record<string, string>>,
) => WireRequest

/** One after the other, and again from the first. */
export const inTurn =
  (requests: readonly WireRequest[]): Row['request'] =>
  (n) => {
    const request = requests[n % requests.length]
    if (request === undefined) throw new Error('There is nothing to send.')
    return request
  }

/** Made when it is asked for, and kept for the other builds. */
export const madeOnce = (make: () => WireRequest): Row['request'] => {
  const made: WireRequest[] = []
  return (n) => {
    while (made.length <= n) made.push(make())
    const request = made[n]
    if (request === undefined) throw new Error('There is nothing to send.')
    return request
  }
}

/** The last character of the signature's first half changed: well formed, and false. */
const forged = (token: string): string => {
  const at = token.lastIndexOf('.') + 20
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** A script's request for data, as browsers send it. */
const SCRIPT = {
  accept: 'application/json',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
}

/** Every kind of check. Signs in as many people as there are sessions. */
export const createRows = async (around: Surroundings, encode: Encode): Promise<readonly Row[]> => {
  const check = (path: string, headers: Readonly<Record<string, string>> = {}): WireRequest =>
    encode(HOST, path, { ...BROWSER_HEADERS, ...headers })
  const tickets = await around.signIn(SESSIONS)
  const [ticket = ''] = tickets
  const { issue } = around.tokens
  const session = check('/orders?id=7', { cookie: `${COOKIE}=${ticket}` })
  const sessions = sessionsInTurn(tickets, encode)
  const seen = Array.from({ length: TOKENS }, () => check('/api/orders', bearer(issue())))
  const identity = ['x-auth-subject', subjectOf(0)] as const
  const known = { status: 200, identity: ['x-auth-subject', 'bench'] } as const
  const quiet = { setup: 'quiet' } as const
  return [
    {
      ...quiet,
      key: 'session',
      name: 'session, local cache',
      request: inTurn([session]),
      expected: { status: 200, identity },
    },
    {
      key: 'session-logged',
      name: 'session, local cache, decision log on',
      setup: 'logging',
      request: inTurn([session]),
      expected: { status: 200, identity },
    },
    {
      key: 'session-tls',
      name: 'session, local cache, the port with TLS',
      setup: 'tls',
      request: inTurn([session]),
      expected: { status: 200, identity },
    },
    sessions,
    { ...sessions, key: 'redis', name: `${SESSIONS} sessions in turn, Redis`, setup: 'uncached' },
    {
      ...quiet,
      key: 'jwt-seen',
      name: 'JWT seen before',
      request: inTurn(seen.slice(0, 1)),
      expected: known,
    },
    {
      ...quiet,
      key: 'jwts-seen',
      name: `${TOKENS} JWTs seen before, in turn`,
      request: inTurn(seen),
      expected: known,
    },
    {
      ...quiet,
      key: 'jwt-unseen',
      name: 'JWT never seen (RS256)',
      request: madeOnce(() => check('/api/orders', bearer(issue()))),
      expected: known,
      share: 0.3,
    },
    {
      ...quiet,
      key: 'public',
      name: 'public path',
      request: inTurn([check('/open/app.css')]),
      expected: { status: 200 },
    },
    {
      ...quiet,
      key: 'refused-401',
      name: 'refused: API call without a token (401)',
      request: inTurn([check('/api/orders', SCRIPT)]),
      expected: { status: 401, reason: 'token_required' },
    },
    {
      ...quiet,
      key: 'refused-403',
      name: 'refused: page of the wrong person (403)',
      request: inTurn([check('/admin', { cookie: `${COOKIE}=${ticket}` })]),
      expected: { status: 403, reason: 'claim_mismatch' },
    },
    {
      ...quiet,
      key: 'redirect',
      name: 'redirect to the provider',
      request: inTurn([check('/orders')]),
      expected: { status: 302, reason: 'login_required' },
    },
    {
      ...quiet,
      key: 'no-session',
      name: 'a cookie that is no session',
      request: inTurn([check('/orders', { cookie: `${COOKIE}=${ticket.slice(0, -8)}AAAAAAAA` })]),
      expected: { status: 302, reason: 'session_unknown' },
    },
    {
      ...quiet,
      key: 'no-token',
      name: 'a bearer that is no token',
      request: inTurn([check('/api/orders', bearer('opaque-and-of-nobody'))]),
      expected: { status: 401, reason: 'token_malformed' },
    },
    {
      ...quiet,
      key: 'forged',
      name: 'a forged JWT (RS256)',
      request: madeOnce(() => check('/api/orders', bearer(forged(issue())))),
      expected: { status: 401, reason: 'token_signature_invalid' },
      share: 0.3,
    },
  ]
}

/** A row about these sessions, one after the other, from the local cache. */
export const sessionsInTurn = (tickets: readonly string[], encode: Encode): Row => ({
  key: 'sessions',
  name: `${tickets.length} sessions in turn, local cache`,
  setup: 'quiet',
  request: inTurn(
    tickets.map((ticket) =>
      encode(HOST, '/orders?id=7', { ...BROWSER_HEADERS, cookie: `${COOKIE}=${ticket}` }),
    ),
  ),
  expected: { status: 200 },
})

/** Some of the rows, by their keys, in the order of the rows. @throws Error for one that is none */
export const rowsOf = (all: readonly Row[], keys: readonly string[]): readonly Row[] => {
  const known = all.map(({ key }) => key)
  const unknown = keys.filter((key) => !known.includes(key))
  if (unknown.length > 0) throw new Error(`No such row: ${unknown}. There are: ${known}`)
  return all.filter(({ key }) => keys.includes(key))
}
