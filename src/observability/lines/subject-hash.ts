import { createHmac, type KeyObject } from 'node:crypto'

const LENGTH = 16

/** Names a subject in the log so that lines can be put together and nobody can be looked up. */
export type SubjectHash = (subject: string) => string

/** What a process key derives the key of the hashes for. */
export const SUBJECT_HASH_PURPOSE = 'subject hash'

const MAX_REMEMBERED = 10_000

/**
 * A keyed hash (HMAC-SHA-256, RFC 2104) cut to 96 bits. The same in every replica that has the key,
 * and of no use to who has not: subjects are often guessable. Hashes are remembered, as one subject
 * asks many times; all are forgotten at once when there are too many, or when the key is another.
 */
export const createSubjectHash = (currentKey: () => KeyObject): SubjectHash => {
  let key: KeyObject | undefined
  const remembered = new Map<string, string>()

  return (subject) => {
    const now = currentKey()
    if (now !== key || remembered.size >= MAX_REMEMBERED) remembered.clear()
    key = now
    const known = remembered.get(subject)
    if (known !== undefined) return known
    const digest = createHmac('sha256', now).update(subject).digest('base64url')
    const hash = digest.slice(0, LENGTH)
    remembered.set(subject, hash)
    return hash
  }
}
