import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const TAG_BYTES = 16

/** The nonce of AES-GCM: 96 random bits (NIST SP 800-38D section 8.2.2). */
export const NONCE_BYTES = 12

const partBytes = (part: string): readonly Uint8Array[] => {
  const bytes = Buffer.from(part)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}

/** The parts with their lengths in front, so that no two lists of parts have the same bytes. */
const contextBytes = (parts: readonly string[]): Buffer => Buffer.concat(parts.flatMap(partBytes))

/**
 * AES-256-GCM: the ciphertext with its tag behind it; `context` is authenticated and not part of
 * it.
 */
export const encrypt = (
  key: KeyObject,
  nonce: Uint8Array,
  context: readonly string[],
  plaintext: Uint8Array,
): Buffer => {
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(contextBytes(context))
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The plaintext of `encrypt`; `undefined` when key, nonce, context or any bit is another one. */
export const decrypt = (
  key: KeyObject,
  nonce: Uint8Array,
  context: readonly string[],
  ciphertext: Uint8Array,
): Buffer | undefined => {
  const tagAt = ciphertext.length - TAG_BYTES
  if (tagAt < 0) return undefined
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(contextBytes(context))
  decipher.setAuthTag(ciphertext.subarray(tagAt))
  const plaintext = decipher.update(ciphertext.subarray(0, tagAt))
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    return undefined
  }
}
