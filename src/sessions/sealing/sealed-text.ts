import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Random } from '../../core/time/random.ts'
import { decrypt, encrypt, NONCE_BYTES } from './aead.ts'
import { hkdf, KEY_ID_BYTES, type Keys, type ProcessKey } from './keys.ts'
import { pack, unpack } from './packing.ts'

/** What a sealed text is bound to. */
export interface RecordBinding {
  readonly tenant: string
  /** The key that the record is stored under. */
  readonly storeKey: string
  readonly ticketSecret: string
}

/** What a record is for: one of another purpose opens nothing. */
export type RecordPurpose = 'session record' | 'form record'

/** A text as it was written, and its version. */
export interface OpenText {
  readonly version: number
  /** Names the key that sealed it. */
  readonly keyId: string
  readonly text: string
}

const FORMAT = 2

/**
 * Where the version stands in a record, in clear, four bytes, big-endian: compare-and-set looks at
 * nothing else.
 */
export const VERSION_AT = 1

/** The end of the version. */
export const VERSION_END = VERSION_AT + 4

const ENCODING_AT = VERSION_END
const KEY_ID_AT = ENCODING_AT + 1
const NONCE_AT = KEY_ID_AT + KEY_ID_BYTES
const CIPHERTEXT_AT = NONCE_AT + NONCE_BYTES

/** A version as it stands in a record. */
export const versionBytes = (version: number): Buffer => {
  const bytes = Buffer.alloc(VERSION_END - VERSION_AT)
  bytes.writeUInt32BE(version)
  return bytes
}

/**
 * Neither the ticket's secret nor a process key gives this key without the other: HMAC is keyed by
 * one and fed the other.
 */
const recordKey = (purpose: RecordPurpose, binding: RecordBinding, key: ProcessKey): KeyObject =>
  hkdf(
    createSecretKey(binding.ticketSecret, 'utf8'),
    key.derive(purpose).export(),
    `sallyport ${purpose}`,
  )

const contextOf = (
  purpose: RecordPurpose,
  binding: RecordBinding,
  header: Buffer,
): readonly string[] => [purpose, binding.tenant, binding.storeKey, header.toString('base64url')]

/**
 * Seals a text under the newest key. The header, version included, is in clear and authenticated.
 */
export const sealText = (
  deps: { readonly keys: Keys; readonly random: Random },
  purpose: RecordPurpose,
  binding: RecordBinding,
  { version, text }: Omit<OpenText, 'keyId'>,
): Buffer => {
  const key = deps.keys.newest()
  const packed = pack(text)
  const header = Buffer.concat([
    Buffer.of(FORMAT),
    versionBytes(version),
    Buffer.of(packed.encoding),
    Buffer.from(key.id, 'base64url'),
  ])
  const nonce = Buffer.from(deps.random.token(NONCE_BYTES), 'base64url')
  const context = contextOf(purpose, binding, header)
  const ciphertext = encrypt(recordKey(purpose, binding, key), nonce, context, packed.bytes)
  return Buffer.concat([header, nonce, ciphertext])
}

/**
 * Opens a sealed text; `undefined` if it is damaged, bound to something else, or its key has left
 * the list. Never throws.
 */
export const openText = (
  keys: Keys,
  purpose: RecordPurpose,
  binding: RecordBinding,
  bytes: Buffer,
): OpenText | undefined => {
  if (bytes.length < CIPHERTEXT_AT || bytes[0] !== FORMAT) return undefined
  const header = bytes.subarray(0, NONCE_AT)
  const key = keys.find(header.toString('base64url', KEY_ID_AT))
  if (key === undefined) return undefined
  const nonce = bytes.subarray(NONCE_AT, CIPHERTEXT_AT)
  const context = contextOf(purpose, binding, header)
  const ciphertext = bytes.subarray(CIPHERTEXT_AT)
  const packed = decrypt(recordKey(purpose, binding, key), nonce, context, ciphertext)
  if (packed === undefined) return undefined
  const text = unpack({ encoding: header.readUInt8(ENCODING_AT), bytes: packed })
  if (text === undefined) return undefined
  return { version: header.readUInt32BE(VERSION_AT), keyId: key.id, text }
}
