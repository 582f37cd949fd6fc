import { hash } from 'node:crypto'
import type { Seal } from '../core/session/seal.ts'
import type { Session } from '../core/session/session.ts'
import type { SessionEntry } from '../core/session/session-directory.ts'

const VERSION = 1

const deviceOf = ({ device }: Session): Pick<SessionEntry, 'device'> => {
  if (device === undefined) return {}
  if (device.bound === undefined) return { device: {} }
  const { key, boundAtMs, provenAtMs } = device.bound
  return { device: { bound: { algorithm: key.algorithm, boundAtMs, provenAtMs } } }
}

/** What may be known of a session without its ticket: no claim, and of its tokens one digest. */
export const entryOf = (id: string, session: Session): SessionEntry => {
  const { sid, address, agent } = session
  return {
    id,
    tenant: session.tenant,
    client: session.client,
    clientId: session.clientId,
    issuer: session.issuer,
    subject: session.subject,
    ...(sid === undefined ? {} : { sid }),
    accessTokenDigest: hash('sha256', session.tokens.accessToken, 'base64url'),
    host: session.host,
    createdAtMs: session.createdAtMs,
    lastSeenAtMs: session.lastSeenAtMs,
    expiresAtMs: session.absoluteExpiresAtMs,
    idleTimeoutMs: session.idleTimeoutMs,
    ...(address === undefined ? {} : { address }),
    ...(agent === undefined ? {} : { agent }),
    ...deviceOf(session),
  }
}

const contextOf = (id: string): readonly string[] => ['session entry', `v${VERSION}`, id]

/** Seals an entry under the process keys alone: who lists sessions has no tickets. */
export const sealEntry = (seal: Seal, entry: SessionEntry): Buffer =>
  Buffer.from(seal.seal(contextOf(entry.id), JSON.stringify(entry)))

/** Opens the entry of an id; `undefined` for anything that is not exactly that. Never throws. */
export const openEntry = (seal: Seal, id: string, bytes: Buffer): SessionEntry | undefined => {
  const text = seal.open(contextOf(id), bytes.toString())
  return text === undefined ? undefined : (JSON.parse(text) as SessionEntry)
}
