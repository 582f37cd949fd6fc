import type { Session } from '../../core/session/session.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import { createOpened, type Rest } from './opened.ts'
import { packedEnd, packedRoom, readPacked, writePacked } from './packed-text.ts'
import type { SharedPart } from './shared-parts.ts'

/**
 * An open session as bytes, with what many have in common left out: its version and the number of
 * the shared part, four bytes each, its ticket, id and tokens as packed text, and all else as JSON.
 */

const VERSION_AT = 0
const SHARED_AT = 4
const FLAGS_AT = 8
const TICKET_AT = 9

const HAS_REFRESH_TOKEN = 1
const HAS_ID_TOKEN = 2

/** A session of more has its own scratch space. */
const SCRATCH_BYTES = 64 * 1024
const ordinary = Buffer.allocUnsafeSlow(SCRATCH_BYTES)

/** What of a session is kept for many at once. */
export const sharedOf = ({ keyId, session }: OpenSession): SharedPart => {
  const { tenant, client, host, issuer, clientId, tokens } = session
  return { keyId, tenant, client, host, issuer, clientId, scopes: tokens.scopes }
}

const restOf = (session: Session): string => {
  const { tenant, client, host, issuer, clientId, subject, tokens, ...more } = session
  const { tokensReceivedAtMs, createdAtMs, lastSeenAtMs, ...others } = more
  const { absoluteExpiresAtMs, idleTimeoutMs, ...ofSession } = others
  const { accessToken, refreshToken, idToken, scopes, claims, ...ofTokens } = tokens
  const rest: Rest = [
    subject,
    tokensReceivedAtMs,
    createdAtMs,
    lastSeenAtMs,
    absoluteExpiresAtMs,
    idleTimeoutMs,
    claims,
    ofTokens,
    ofSession,
  ]
  return JSON.stringify(rest)
}

/** Writes an open session; the bytes are a view, good until the next call. */
export const keptBytes = (open: OpenSession, shared: number): Buffer => {
  const { accessToken, refreshToken, idToken } = open.session.tokens
  const texts = [open.ticket, open.id, accessToken, refreshToken, idToken]
  const rest = restOf(open.session)
  const room = texts.reduce(
    (sum, text) => sum + packedRoom(text ?? ''),
    TICKET_AT + 3 * rest.length,
  )
  const bytes = room <= SCRATCH_BYTES ? ordinary : Buffer.allocUnsafeSlow(room)
  bytes.writeUInt32LE(open.version, VERSION_AT)
  bytes.writeUInt32LE(shared, SHARED_AT)
  const refreshFlag = refreshToken === undefined ? 0 : HAS_REFRESH_TOKEN
  bytes.writeUInt8(refreshFlag | (idToken === undefined ? 0 : HAS_ID_TOKEN), FLAGS_AT)
  let at = TICKET_AT
  for (const text of texts) if (text !== undefined) at = writePacked(bytes, at, text)
  at += bytes.write(rest, at)
  return bytes.subarray(0, at)
}

/** The version of a session that `keptBytes` wrote. */
export const keptVersion = (bytes: Buffer): number => bytes.readUInt32LE(VERSION_AT)

/** The number of its shared part. */
export const keptShared = (bytes: Buffer): number => bytes.readUInt32LE(SHARED_AT)

/** Its ticket. */
export const keptTicket = (bytes: Buffer): string => readPacked(bytes, TICKET_AT)

/** Its id. */
export const keptId = (bytes: Buffer): string => readPacked(bytes, packedEnd(bytes, TICKET_AT))

/** Reads what `keptBytes` wrote: equal to what was given, and no part of it is a view. */
export const openKept = (bytes: Buffer, shared: SharedPart): OpenSession => {
  const flags = bytes.readUInt8(FLAGS_AT)
  const idAt = packedEnd(bytes, TICKET_AT)
  const accessAt = packedEnd(bytes, idAt)
  const refreshAt = packedEnd(bytes, accessAt)
  const hasRefresh = (flags & HAS_REFRESH_TOKEN) > 0
  const hasId = (flags & HAS_ID_TOKEN) > 0
  const idTokenAt = hasRefresh ? packedEnd(bytes, refreshAt) : refreshAt
  const restAt = hasId ? packedEnd(bytes, idTokenAt) : idTokenAt
  return createOpened(
    readPacked(bytes, TICKET_AT),
    readPacked(bytes, idAt),
    keptVersion(bytes),
    shared,
    readPacked(bytes, accessAt),
    hasRefresh ? readPacked(bytes, refreshAt) : undefined,
    hasId ? readPacked(bytes, idTokenAt) : undefined,
    JSON.parse(bytes.toString('utf8', restAt)) as Rest,
  )
}
