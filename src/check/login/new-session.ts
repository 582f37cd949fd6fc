import type { CheckPorts } from '../../core/check-ports.ts'
import { setCookie } from '../../core/cookie/cookie.ts'
import { lifetimeOf, type SessionLifetime } from '../../core/cookie/remember-me.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { seenAtLogin } from '../../core/session/seen-at-login.ts'
import type { Session } from '../../core/session/session.ts'
import { bindingOf } from '../../core/session/session-binding.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { attemptOf } from './login-cookie.ts'

/** The session that a login begins. */
export type NewSession = (
  request: Request,
  client: Client,
  tokens: Tokens,
  login: LoginState,
) => Session

/** The name of the session at the provider (OpenID Connect Front-Channel Logout 1.0 section 3). */
const sidOf = ({ claims }: Tokens): Pick<Session, 'sid'> =>
  typeof claims.sid === 'string' && claims.sid !== '' ? { sid: claims.sid } : {}

/** Of a provider of many tenants the issuer that the ID token names, tenant included. */
const issuerOf = ({ provider }: Client, { claims }: Tokens): string =>
  provider.tenants !== undefined && typeof claims.iss === 'string' ? claims.iss : provider.issuer

/** No session is made larger by more than this for a callback that comes again. */
const MAX_PATH_LENGTH = 512

const loginOf = ({ state, returnPath }: LoginState): Pick<Session, 'login'> => {
  const attempt = attemptOf(state)
  if (attempt === undefined || returnPath.length > MAX_PATH_LENGTH) return {}
  return { login: { attempt, returnPath } }
}

/** The cookie that holds the ticket of a new session. */
export const sessionCookie = (
  { session }: Client,
  ticket: string,
  { cookieSeconds }: SessionLifetime,
): Header => {
  const { name, ...attributes } = session.cookie
  const lasting = cookieSeconds === undefined ? {} : { maxAgeSeconds: cookieSeconds }
  return ['set-cookie', setCookie(name, ticket, { ...attributes, ...lasting })]
}

/** Makes sessions of what a login brought, what it came from, and what its client asks for. */
export const createNewSession =
  ({ clock, recording }: Pick<CheckPorts, 'clock' | 'recording'>): NewSession =>
  (request, client, tokens, login) => {
    const nowMs = clock.nowMs()
    const { idleTimeoutMs, absoluteTimeoutMs } = lifetimeOf(client, login.remember === true)
    const binding = bindingOf(request, client.session.bindTo)
    return {
      tenant: sessionTenant(client, request),
      client: client.name,
      host: request.host,
      issuer: issuerOf(client, tokens),
      clientId: client.clientId,
      subject: String(tokens.claims.sub),
      ...sidOf(tokens),
      ...seenAtLogin(request, recording),
      ...loginOf(login),
      ...(binding === undefined ? {} : { binding }),
      ...(client.session.deviceBound === undefined ? {} : { device: { offeredAtMs: nowMs } }),
      tokens,
      tokensReceivedAtMs: nowMs,
      createdAtMs: nowMs,
      lastSeenAtMs: nowMs,
      absoluteExpiresAtMs: nowMs + absoluteTimeoutMs,
      idleTimeoutMs,
    }
  }
