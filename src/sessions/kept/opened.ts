import type { Claims } from '../../core/identity/identity.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import type { Session } from '../../core/session/session.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import type { SharedPart } from './shared-parts.ts'

/** What is written of a session besides its texts and its shared part. */
export type Rest = readonly [
  subject: string,
  tokensReceivedAtMs: number,
  createdAtMs: number,
  lastSeenAtMs: number,
  absoluteExpiresAtMs: number,
  idleTimeoutMs: number,
  claims: Claims,
  /** What few sessions have, and what a later version may have written. */
  ofTokens: Partial<Tokens>,
  ofSession: Partial<Session>,
]

/**
 * Tokens that were read. A class, as are the others here: V8 comes to place the objects of a
 * literal among the old ones from the start once the first of them all stayed, and those are at
 * hand. What is read for one check would then live until the next full collection, with all of its
 * strings.
 */
class OpenedTokens implements Tokens {
  readonly accessToken: string
  readonly claims: Claims
  readonly scopes: readonly string[]

  constructor(accessToken: string, claims: Claims, scopes: readonly string[]) {
    this.accessToken = accessToken
    this.claims = claims
    this.scopes = scopes
  }
}

/** A session that was read. A class, as `OpenedTokens` is. */
class OpenedSession implements Session {
  readonly tenant: string
  readonly client: string
  readonly host: string
  readonly issuer: string
  readonly clientId: string
  readonly subject: string
  readonly tokens: Tokens
  readonly tokensReceivedAtMs: number
  readonly createdAtMs: number
  readonly lastSeenAtMs: number
  readonly absoluteExpiresAtMs: number
  readonly idleTimeoutMs: number

  constructor(shared: SharedPart, tokens: Tokens, rest: Rest) {
    this.tenant = shared.tenant
    this.client = shared.client
    this.host = shared.host
    this.issuer = shared.issuer
    this.clientId = shared.clientId
    this.subject = rest[0]
    this.tokens = tokens
    this.tokensReceivedAtMs = rest[1]
    this.createdAtMs = rest[2]
    this.lastSeenAtMs = rest[3]
    this.absoluteExpiresAtMs = rest[4]
    this.idleTimeoutMs = rest[5]
  }
}

/** An open session that was read. A class, as `OpenedTokens` is. */
class Opened implements OpenSession {
  readonly id: string
  readonly ticket: string
  readonly version: number
  readonly keyId: string
  readonly session: Session

  constructor(id: string, ticket: string, version: number, keyId: string, session: Session) {
    this.id = id
    this.ticket = ticket
    this.version = version
    this.keyId = keyId
    this.session = session
  }
}

/** Puts an open session together. */
export const createOpened = (
  ticket: string,
  id: string,
  version: number,
  shared: SharedPart,
  accessToken: string,
  refreshToken: string | undefined,
  idToken: string | undefined,
  rest: Rest,
): OpenSession => {
  const tokens: { -readonly [K in keyof Tokens]: Tokens[K] } = new OpenedTokens(
    accessToken,
    rest[6],
    shared.scopes,
  )
  if (refreshToken !== undefined) tokens.refreshToken = refreshToken
  if (idToken !== undefined) tokens.idToken = idToken
  const session = new OpenedSession(shared, Object.assign(tokens, rest[7]), rest)
  return new Opened(id, ticket, version, shared.keyId, Object.assign(session, rest[8]))
}
