import type { Random, Session } from '../core/ports.ts'
import { decrypt, encrypt, NONCE_BYTES } from './aead.ts'
import { hkdf, KEY_ID_BYTES, type Keys, type ProcessKey } from './keys.ts'
import { pack, unpack } from './packing.ts'

/** What a record is bound to. */
export interface RecordBinding {
  readonly tenant: string
  /** The key that the record is stored under. */
  readonly storeKey: string
  readonly ticketSecret: string
}

/** A session as it was written. */
export interface OpenRecord {
  readonly version: number
  /** Names the key that sealed it. */
  readonly keyId: string
  readonly session: Session
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
const recordKey = (binding: RecordBinding, key: ProcessKey): Buffer =>
  hkdf(Buffer.from(binding.ticketSecret), key.derive('session record'), 'sallyport session record')

const contextOf = (binding: RecordBinding, header: Buffer): readonly string[] => [
  'session record',
  binding.tenant,
  binding.storeKey,
  header.toString('base64url'),
]

/**
 * Seals a session under the newest key. The header, version included, is in clear and
 * authenticated.
 */
export const sealRecord = (
  deps: { readonly keys: Keys; readonly random: Random },
  binding: RecordBinding,
  record: Omit<OpenRecord, 'keyId'>,
): Buffer => {
  const key = deps.keys.newest()
  const packed = pack(JSON.stringify(record.session))
  const header = Buffer.concat([
    Buffer.of(FORMAT),
    versionBytes(record.version),
    Buffer.of(packed.encoding),
    Buffer.from(key.id, 'base64url'),
  ])
  const nonce = Buffer.from(deps.random.token(NONCE_BYTES), 'base64url')
  const context = contextOf(binding, header)
  const ciphertext = encrypt(recordKey(binding, key), nonce, context, packed.bytes)
  return Buffer.concat([header, nonce, ciphertext])
}

/**
 * Opens a record; `undefined` if it is damaged, bound to something else, or its key has left the
 * list. Never throws.
 */
export const openRecord = (
  keys: Keys,
  binding: RecordBinding,
  bytes: Buffer,
): OpenRecord | undefined => {
  if (bytes.length < CIPHERTEXT_AT || bytes[0] !== FORMAT) return undefined
  const header = bytes.subarray(0, NONCE_AT)
  const key = keys.find(header.toString('base64url', KEY_ID_AT))
  if (key === undefined) return undefined
  const nonce = bytes.subarray(NONCE_AT, CIPHERTEXT_AT)
  const context = contextOf(binding, header)
  const packed = decrypt(recordKey(binding, key), nonce, context, bytes.subarray(CIPHERTEXT_AT))
  if (packed === undefined) return undefined
  const text = unpack({ encoding: header.readUInt8(ENCODING_AT), bytes: packed })
  if (text === undefined) return undefined
  const session = JSON.parse(text) as Session
  if (session.tenant !== binding.tenant) return undefined
  return { version: header.readUInt32BE(VERSION_AT), keyId: key.id, session }
}
