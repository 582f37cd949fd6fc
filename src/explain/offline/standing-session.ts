import { createNewSession } from '../../check/login/new-session.ts'
import { sessionTenant } from '../../check/session/session-tenant.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import type { Claims } from '../../core/identity/identity.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import { checkIdTokenParties } from '../../oidc/token/provider-jwt.ts'
import { scopesToRequest } from '../../oidc/token/scopes.ts'
import {
  filledUp,
  type Presented,
  type Somebody,
  type Unpresentable,
  unpresentable,
  withCookie,
} from './somebody.ts'
import { jwtOf, standardIssuer, TOKEN_LIFETIME_S } from './standing-token.ts'

const TICKET = 'the-ticket-of-nobody'
const ACCESS_TOKEN = 'the-access-token-of-the-session'

const loginAt = (nowMs: number): LoginState => ({
  state: '',
  nonce: '',
  codeVerifier: '',
  returnPath: '/',
  redirectUri: '',
  createdAtMs: nowMs,
})

const standardClaims = (client: Client, claims: Claims, nowMs: number): Claims => {
  const nowS = Math.floor(nowMs / 1000)
  return {
    iss: standardIssuer(client.provider, claims),
    sub: 'somebody',
    aud: client.clientId,
    iat: nowS,
    exp: nowS + TOKEN_LIFETIME_S,
  }
}

const whyNoLogin = (client: Client, claims: Claims): readonly string[] => {
  const why = checkIdTokenParties({ claims }, client)
  return why === undefined ? [] : [`OIDCClient ${client.name} takes no such login: ${why}`]
}

/** Opens one session, for the tenant that it is of (R13). */
const openingIt = (
  ports: CheckPorts,
  tenant: string,
  open: OpenSession,
): CheckPorts['sessions'] => ({
  ...ports.sessions,
  open: (asked, ticket, budget) =>
    asked === tenant && ticket === TICKET
      ? { kind: 'open', open }
      : ports.sessions.open(asked, ticket, budget),
})

/**
 * A request with the cookie of a session that began at this moment, and ports that know it: made as
 * a login makes it, and checked as every session.
 */
export const presentSession = (
  request: Request,
  host: Pick<Request, 'host'>,
  client: Client,
  somebody: Somebody,
  ports: CheckPorts,
): Presented | Unpresentable => {
  const nowMs = ports.clock.nowMs()
  const standard = standardClaims(client, somebody.claims, nowMs)
  const { claims, filledIn } = filledUp(somebody.claims, standard)
  const problems = whyNoLogin(client, claims)
  if (problems.length > 0) return unpresentable(...problems)
  const tokens = {
    accessToken: ACCESS_TOKEN,
    idToken: jwtOf('JWT', claims),
    claims,
    scopes: somebody.scopes ?? scopesToRequest(client),
  }
  const seen = { ...request, ...host }
  const session = createNewSession(ports)(seen, client, tokens, loginAt(nowMs))
  const open = { id: 'asked', ticket: TICKET, version: 1, keyId: 'none', session }
  return {
    kind: 'presented',
    request: withCookie(request, client.session.cookie.name, TICKET),
    ports: { ...ports, sessions: openingIt(ports, sessionTenant(client, seen), open) },
    as: { via: 'session', client: client.name, filledIn },
  }
}
