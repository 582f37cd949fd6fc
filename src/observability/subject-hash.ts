import { createHmac } from 'node:crypto'

const LENGTH = 16

/** Names a subject in the log so that lines can be put together and nobody can be looked up. */
export type SubjectHash = (subject: string) => string

/**
 * A keyed hash (HMAC-SHA-256, RFC 2104) cut to 96 bits. The same in every replica that has the key, and of no use to who
 * has not: subjects are often guessable.
 */
export const createSubjectHash =
  (key: () => Uint8Array): SubjectHash =>
  (subject) =>
    createHmac('sha256', key()).update(subject).digest('base64url').slice(0, LENGTH)
