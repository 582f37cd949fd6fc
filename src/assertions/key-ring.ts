import type { KeyAlgorithm, PublicJwk } from '../core/assertion/key-set.ts'
import type { KeyStore } from '../core/assertion/key-store.ts'
import type { Awaitable } from '../core/time/awaitable.ts'
import type { Clock } from '../core/time/clock.ts'
import { makeKeyText, readKeyText, type SigningKey } from './signing-key.ts'

/** What keys are made of, and where they are kept. */
export interface KeyRingDeps {
  readonly store: KeyStore
  readonly clock: Clock
  readonly algorithm: KeyAlgorithm
  /** How long one key signs. */
  readonly rotationMs: number
}

/** The keys that this process knows. */
export interface KeyRing {
  /** The one to sign with now; `undefined` before the first were found or made. */
  readonly signer: () => SigningKey | undefined
  /** All that sign, will sign, or have signed what is not over yet. */
  readonly published: () => readonly PublicJwk[]
  /**
   * Finds or makes the keys of this period and the next, and learns those of other replicas.
   * @throws Fault `session_store_unavailable`; what is known stays
   */
  readonly renew: () => Promise<void>
}

/** The longest that anything lives that is signed, and what clocks may differ by. */
const LONGEST_MS = 10 * 60_000
const SKEW_MS = 5 * 60_000

/**
 * How long a key is published before it signs, where another can sign meanwhile. Who verifies may
 * have fetched the keys just before, and keeps them for ten minutes, as Envoy does, or for the five
 * that the answer says; another replica needs a minute to hear of a key.
 */
const LEAD_MS = 15 * 60_000

const publishedLongEnough = ({ createdAtMs }: SigningKey, nowMs: number): boolean =>
  createdAtMs + LEAD_MS <= nowMs

/**
 * Keys by periods that are the same for every replica: the first to ask for the key of a period
 * makes it, for all. The next one is there a whole period ahead, and the last one stays until its
 * last assertion is over. Where period or algorithm were changed, the former key signs on until the
 * new one has been published long enough. Nobody leads, and while the store is away the keys that
 * are known go on.
 */
export const createKeyRing = ({ store, clock, algorithm, rotationMs }: KeyRingDeps): KeyRing => {
  /** By the name in the store: a name that is lost there may come to another key. */
  let slots: ReadonlyMap<string, SigningKey> = new Map()
  let keys: ReadonlyMap<string, SigningKey> = new Map()

  const periodOf = (nowMs: number): number => Math.floor(nowMs / rotationMs)
  const nameOf = (period: number): string => `${algorithm} ${rotationMs} ${period}`

  /** The text of each key, as it is kept: a store that lost one is given it again. */
  const texts = new Map<string, string>()

  const add = (name: string, text: string): void => {
    const key = readKeyText(text)
    if (key === undefined) return
    const { kid } = key.publicJwk
    texts.set(name, text)
    slots = new Map([...slots, [name, keys.get(kid) ?? key]])
    keys = new Map([...keys, [kid, keys.get(kid) ?? key]])
  }

  const ensure = async (period: number): Promise<void> => {
    const name = nameOf(period)
    const endsAtMs = (period + 1) * rotationMs + LONGEST_MS + SKEW_MS
    const make = (): Awaitable<string> =>
      texts.get(name) ?? makeKeyText(algorithm, { createdAtMs: clock.nowMs(), endsAtMs })
    add(name, await store.keep(name, make, endsAtMs))
  }

  const learn = async (name: string): Promise<void> => {
    if (slots.has(name)) return
    const text = await store.read(name)
    if (text !== undefined) add(name, text)
  }

  const forgetEnded = (): void => {
    const nowMs = clock.nowMs()
    const lasts = ([, { endsAtMs }]: readonly [string, SigningKey]): boolean => endsAtMs > nowMs
    slots = new Map([...slots].filter(lasts))
    keys = new Map([...keys].filter(lasts))
    for (const name of texts.keys()) if (!slots.has(name)) texts.delete(name)
  }

  const renew = async (): Promise<void> => {
    const period = periodOf(clock.nowMs())
    await ensure(period)
    await ensure(period + 1)
    for (const name of await store.names()) await learn(name)
    forgetEnded()
  }

  /** Of those that were published long enough, the one that was made last. */
  const former = (nowMs: number): SigningKey | undefined =>
    [...keys.values()]
      .filter((key) => publishedLongEnough(key, nowMs) && key.endsAtMs >= nowMs + LONGEST_MS)
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs)[0]

  const lastKnown = (): SigningKey | undefined =>
    [...keys.values()].toSorted((a, b) => b.endsAtMs - a.endsAtMs)[0]

  return {
    signer: () => {
      const nowMs = clock.nowMs()
      const own = slots.get(nameOf(periodOf(nowMs)))
      if (own !== undefined && publishedLongEnough(own, nowMs)) return own
      return former(nowMs) ?? own ?? lastKnown()
    },
    published: () => [...keys.values()].map(({ publicJwk }) => publicJwk),
    renew,
  }
}
