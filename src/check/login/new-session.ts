import type { CheckPorts } from '../../core/check-ports.ts'
import { setCookie } from '../../core/cookie/cookie.ts'
import type { SessionLifetime } from '../../core/cookie/remember-me.ts'
import type { Header } from '../../core/decision/decision.ts'
import type { Client } from '../../core/policy/policy.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import type { Request } from '../../core/request/request.ts'
import { seenAtLogin } from '../../core/session/seen-at-login.ts'
import type { Session } from '../../core/session/session.ts'
import { bindingOf } from '../../core/session/session-binding.ts'
import { sessionTenant } from '../session/session-tenant.ts'

/** The session that a login begins. */
export type NewSession = (
  request: Request,
  client: Client,
  tokens: Tokens,
  lifetime: SessionLifetime,
) => Session

/** The name of the session at the provider (OpenID Connect Front-Channel Logout 1.0 section 3). */
const sidOf = ({ claims }: Tokens): Pick<Session, 'sid'> =>
  typeof claims.sid === 'string' && claims.sid !== '' ? { sid: claims.sid } : {}

/** Of a provider of many tenants the issuer that the ID token names, tenant included. */
const issuerOf = ({ provider }: Client, { claims }: Tokens): string =>
  provider.tenants !== undefined && typeof claims.iss === 'string' ? claims.iss : provider.issuer

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
  (request, client, tokens, { idleTimeoutMs, absoluteTimeoutMs }) => {
    const nowMs = clock.nowMs()
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
      ...(binding === undefined ? {} : { binding }),
      tokens,
      tokensReceivedAtMs: nowMs,
      createdAtMs: nowMs,
      lastSeenAtMs: nowMs,
      absoluteExpiresAtMs: nowMs + absoluteTimeoutMs,
      idleTimeoutMs,
    }
  }
