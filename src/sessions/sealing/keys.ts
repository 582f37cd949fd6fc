import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Random } from '../../core/time/random.ts'

/** The length of a process key and of everything derived from one. */
const KEY_BYTES = 32

/** Bytes of a key id where it stands in sealed data. */
export const KEY_ID_BYTES = 6

/**
 * One of the process's keys. The key itself stays in a closure: nothing that prints this object can
 * print the key.
 */
export interface ProcessKey {
  /** Names the key in what it sealed: a short hash, the same in every replica that has the key. */
  readonly id: string
  /**
   * A key for one purpose, HKDF-SHA-256 (RFC 5869); the same object each time. Keys of different
   * purposes say nothing about each other.
   */
  readonly derive: (purpose: string) => KeyObject
}

/** The newest key, which seals, and the older ones, which only open. */
export type KeyList = readonly [ProcessKey, ...ProcessKey[]]

/**
 * What is wrong with one key, as the end of a sentence that begins with where the key came from.
 */
export interface KeyProblem {
  /** Which of the texts. */
  readonly index: number
  /** Never holds the key. */
  readonly message: string
}

/** A key list, or everything that is wrong with the texts. */
export type ParsedKeys =
  | { readonly ok: true; readonly keys: KeyList }
  | { readonly ok: false; readonly problems: readonly KeyProblem[] }

/**
 * HKDF-SHA-256 with a 32 byte result. Keys are key objects from here on: handed over as bytes, each
 * use of one would cost as much again.
 */
export const hkdf = (secret: KeyObject, salt: Uint8Array, info: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, salt, info, KEY_BYTES)))

const NO_SALT = Buffer.alloc(0)

const processKey = (secret: KeyObject): ProcessKey => {
  const derived = new Map<string, KeyObject>()
  const derive = (purpose: string): KeyObject => {
    const key = derived.get(purpose) ?? hkdf(secret, NO_SALT, `sallyport ${purpose} v1`)
    derived.set(purpose, key)
    return key
  }
  const idBytes = createHash('sha256').update(derive('key id').export()).digest()
  return { id: idBytes.toString('base64url', 0, KEY_ID_BYTES), derive }
}

const BASE64 = /^(?:[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9_-]+={0,2})$/

const parseKey = (text: string): ProcessKey | string => {
  const trimmed = text.trim()
  if (trimmed === '') return 'is empty; it must hold 32 random bytes in base64.'
  if (!BASE64.test(trimmed)) return 'is not base64; it must hold 32 random bytes in base64.'
  const secret = Buffer.from(trimmed, 'base64')
  if (secret.length !== KEY_BYTES) {
    return `holds ${secret.length} bytes; it must hold 32 random bytes in base64.`
  }
  return processKey(createSecretKey(secret))
}

/**
 * Reads a key list from texts that each hold 32 bytes in base64 or base64url; space around them
 * does not count.
 */
export const parseKeys = (texts: readonly string[]): ParsedKeys => {
  const keys: ProcessKey[] = []
  const problems: KeyProblem[] = []
  for (const [index, text] of texts.entries()) {
    const key = parseKey(text)
    if (typeof key === 'string') problems.push({ index, message: key })
    else if (keys.some(({ id }) => id === key.id)) {
      problems.push({ index, message: 'is the same key as one before it; remove one of them.' })
    } else keys.push(key)
  }
  const [newest, ...older] = keys
  if (problems.length > 0) return { ok: false, problems }
  if (newest !== undefined) return { ok: true, keys: [newest, ...older] }
  return { ok: false, problems: [{ index: 0, message: 'is missing; at least one key is needed.' }] }
}

/** A key that lives and dies with this process, for the memory store. */
export const generateKey = (random: Random): ProcessKey =>
  processKey(createSecretKey(random.token(KEY_BYTES), 'base64url'))

/**
 * The process's keys, which may be replaced while it runs: key files are read again when they
 * change.
 */
export interface Keys {
  /** The key that seals. */
  readonly newest: () => ProcessKey
  /** The newest first. */
  readonly all: () => KeyList
  /** The key of an id; `undefined` once it has left the list. */
  readonly find: (id: string) => ProcessKey | undefined
  /** What the keys that leave have sealed can no longer be opened. */
  readonly replace: (list: KeyList) => void
}

/** Holds a key list that can be replaced. */
export const createKeys = (initial: KeyList): Keys => {
  let list = initial
  return {
    newest: () => list[0],
    all: () => list,
    find: (id) => list.find((key) => key.id === id),
    replace: (next) => {
      list = next
    },
  }
}
