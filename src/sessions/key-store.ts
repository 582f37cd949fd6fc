import type { KeyStore } from '../core/assertion/key-store.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import type { Backend } from './backend/backend.ts'
import { storeKey } from './backend/store-key.ts'
import type { Keys, ProcessKey } from './sealing/keys.ts'
import { createSeal } from './sealing/seal.ts'

/** What a key store is built from. */
export interface KeyStoreDependencies {
  readonly backend: Pick<Backend, 'entries' | 'idSets'>
  readonly keys: Keys
  readonly clock: Clock
  readonly random: Random
  /** In front of every key of the store. */
  readonly keyPrefix: string
}

/**
 * What keys are for: a kind, and whose they are where there is more than one. What one purpose
 * keeps is nothing to another.
 */
export type KeyPurpose = readonly ['assertion'] | readonly ['client', tenant: string]

/** More names than that are not looked at. */
const MOST_NAMES = 64

/**
 * Keeps the keys of a purpose sealed under the process keys: who can read the store learns none of
 * them, and who can write to it can add none. Each stands there once for every process key that has
 * been the newest, so that what one replica cannot open yet is in nobody's way. All calls throw
 * `Fault` `session_store_unavailable`.
 */
export const createKeyStore = (deps: KeyStoreDependencies, purpose: KeyPurpose): KeyStore => {
  const { keys, clock, keyPrefix } = deps
  const { entries, idSets } = deps.backend
  const seal = createSeal(deps)
  const [kind, ...whose] = purpose
  const place = whose.map((one) => `${one} `).join('')
  const set = storeKey(keyPrefix, `${kind}`, `${place}names`)

  const placeOf = (name: string, key: ProcessKey): string =>
    storeKey(keyPrefix, kind, `${place}${key.id} ${name}`)

  const contextOf = (name: string, { id }: ProcessKey): readonly string[] => [
    `${kind} key`,
    ...whose,
    name,
    id,
  ]

  const readUnder = async (name: string, key: ProcessKey): Promise<string | undefined> => {
    const bytes = await entries.read(placeOf(name, key))
    return bytes === undefined ? undefined : seal.open(contextOf(name, key), bytes.toString())
  }

  const read = async (name: string): Promise<string | undefined> => {
    for (const key of keys.all()) {
      const text = await readUnder(name, key)
      if (text !== undefined) return text
    }
    return undefined
  }

  /** Under the newest process key; what is there already is left alone. */
  const write = async (name: string, text: string, untilMs: number): Promise<void> => {
    const key = keys.newest()
    const sealed = Buffer.from(seal.seal(contextOf(name, key), text))
    const ttlMs = Math.max(1, Math.ceil(untilMs - clock.nowMs()))
    await entries.create(placeOf(name, key), sealed, ttlMs)
    await idSets.add(set, { id: name, expiresAtMs: untilMs }, clock.nowMs())
  }

  return {
    keep: async (name, make, untilMs) => {
      const own = await readUnder(name, keys.newest())
      if (own !== undefined) return own
      const text = (await read(name)) ?? (await make())
      await write(name, text, untilMs)
      return (await readUnder(name, keys.newest())) ?? text
    },
    read,
    names: async () => {
      const members = await idSets.page(set, undefined, MOST_NAMES, clock.nowMs())
      return members.map(({ id }) => id)
    },
  }
}
