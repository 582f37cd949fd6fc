import type { KeyObject } from 'node:crypto'
import type { Seal } from '../../core/session/seal.ts'
import type { Random } from '../../core/time/random.ts'
import { decrypt, encrypt, NONCE_BYTES } from './aead.ts'
import { hkdf, KEY_ID_BYTES, type Keys, type ProcessKey } from './keys.ts'
import { packTightly, unpack } from './packing.ts'

/**
 * The format of a message says how its text is packed: this for plain text, the next for packed.
 */
const FIRST_FORMAT = 1
const LAST_FORMAT = 2

/** Shorter messages are hardly shorter packed; an ordinary login state stays as it is. */
const PACK_FROM_BYTES = 768
const SALT_BYTES = 12
const SALT_AT = 1 + KEY_ID_BYTES
const NONCE_AT = SALT_AT + SALT_BYTES
const CIPHERTEXT_AT = NONCE_AT + NONCE_BYTES
const INFO = 'sallyport seal message v1'

const messageKey = (key: ProcessKey, salt: Uint8Array): KeyObject =>
  hkdf(key.derive('seal'), salt, INFO)

/** A plain message is bound to its context alone, as it was before there were packed ones. */
const boundTo = (context: readonly string[], encoding: number): readonly string[] =>
  encoding === 0 ? context : [...context, `packed ${encoding}`]

const strictBytes = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/**
 * Seals with AES-256-GCM. Anybody can make this service seal as often as they like, so each message
 * has a key of its own, derived from 96 random bits, besides its random nonce: the bounds of NIST
 * SP 800-38D are out of reach. Long messages are packed, as they live in cookies and URLs: the
 * secrets beside what a stranger may have chosen in them are new in each message, so that its
 * length is no oracle. Opening never throws.
 */
export const createSeal = (deps: { readonly keys: Keys; readonly random: Random }): Seal => ({
  seal: (context, plaintext) => {
    const key = deps.keys.newest()
    const random = Buffer.from(deps.random.token(SALT_BYTES + NONCE_BYTES), 'base64url')
    const salt = random.subarray(0, SALT_BYTES)
    const nonce = random.subarray(SALT_BYTES)
    const { encoding, bytes } = packTightly(plaintext, PACK_FROM_BYTES)
    const bound = boundTo(context, encoding)
    const ciphertext = encrypt(messageKey(key, salt), nonce, bound, bytes)
    const header = [Buffer.of(FIRST_FORMAT + encoding), Buffer.from(key.id, 'base64url')]
    return Buffer.concat([...header, random, ciphertext]).toString('base64url')
  },
  open: (context, sealed) => {
    const bytes = strictBytes(sealed)
    if (bytes === undefined || bytes.length < CIPHERTEXT_AT) return undefined
    const format = bytes.readUInt8(0)
    if (format < FIRST_FORMAT || format > LAST_FORMAT) return undefined
    const key = deps.keys.find(bytes.toString('base64url', 1, SALT_AT))
    if (key === undefined) return undefined
    const salt = bytes.subarray(SALT_AT, NONCE_AT)
    const nonce = bytes.subarray(NONCE_AT, CIPHERTEXT_AT)
    const ciphertext = bytes.subarray(CIPHERTEXT_AT)
    const encoding = format - FIRST_FORMAT
    const bound = boundTo(context, encoding)
    const packed = decrypt(messageKey(key, salt), nonce, bound, ciphertext)
    return packed === undefined ? undefined : unpack({ encoding, bytes: packed })
  },
})
