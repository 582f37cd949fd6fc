import type { Session } from '../../core/session/session.ts'
import type { Random } from '../../core/time/random.ts'
import type { Keys } from './keys.ts'
import { openText, type RecordBinding, sealText } from './sealed-text.ts'

/** A session as it was written. */
export interface OpenRecord {
  readonly version: number
  /** Names the key that sealed it. */
  readonly keyId: string
  readonly session: Session
}

/** Seals a session under the newest key. */
export const sealRecord = (
  deps: { readonly keys: Keys; readonly random: Random },
  binding: RecordBinding,
  { version, session }: Omit<OpenRecord, 'keyId'>,
): Buffer => sealText(deps, 'session record', binding, { version, text: JSON.stringify(session) })

/**
 * Opens a record; `undefined` if it is damaged, bound to something else, or its key has left the
 * list. Never throws.
 */
export const openRecord = (
  keys: Keys,
  binding: RecordBinding,
  bytes: Buffer,
): OpenRecord | undefined => {
  const opened = openText(keys, 'session record', binding, bytes)
  if (opened === undefined) return undefined
  const session = JSON.parse(opened.text) as Session
  const { version, keyId } = opened
  return session.tenant === binding.tenant ? { version, keyId, session } : undefined
}
