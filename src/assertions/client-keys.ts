import type { KeyAlgorithm, KeySet, PublicJwk } from '../core/assertion/key-set.ts'
import type { KeyStore } from '../core/assertion/key-store.ts'
import { Fault } from '../core/reason/fault.ts'
import type { Awaitable } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import { withinBudget } from '../core/time/within-budget.ts'
import { type LookedAfterKeys, type LookingAfterDeps, lookAfterKeys } from './looked-after-keys.ts'
import type { SigningKey } from './signing-key.ts'

/** The keys that a client wants made for it. */
export interface WantedKeys {
  /** `namespace/name`. */
  readonly client: string
  /** The registration that they are for: another one has other keys. */
  readonly tenant: string
  readonly algorithm: KeyAlgorithm
  readonly rotationMs: number
}

/** What the keys of clients are looked after with. */
export interface ClientKeysDeps extends Pick<LookingAfterDeps, 'clock' | 'after' | 'tell'> {
  /** Where the keys of a registration are kept: those of each apart. */
  readonly storeOf: (tenant: string) => KeyStore
}

/** How the keys of a client stand. */
export interface KeysStanding {
  /** The `kid` of the key that signs now; absent while there is none. */
  readonly keyId?: string
  /** When that key was made. */
  readonly madeAtMs?: number
  /** Why they cannot be looked after at present. */
  readonly problem?: string
}

/** The keys that clients prove themselves with, where the process makes them. */
export interface ClientKeys {
  /**
   * From now on keys are looked after for these clients, and for no others. What those in `resting`
   * had, by name, is published as ever, and signs nothing.
   */
  readonly take: (wanted: readonly WantedKeys[], resting?: readonly string[]) => void
  /**
   * The key that a client signs with now. Waits for the first, within the budget.
   * @throws Fault `client_key_unavailable`
   */
  readonly keyOf: (client: string, budget: Budget) => Awaitable<SigningKey>
  readonly keySetOf: (client: string) => KeySet
  /** `undefined` of a client that wants none, or rests. */
  readonly standingOf: (client: string) => KeysStanding | undefined
  /** How many keys are published. */
  readonly count: () => number
  readonly close: () => void
}

interface Entry {
  readonly wanted: WantedKeys
  readonly keys: LookedAfterKeys
  /** What the same registration had before it was edited; signs until the new ones are there. */
  readonly former: Pick<LookedAfterKeys, 'signer' | 'published'> | undefined
}

const isSame = (a: WantedKeys, b: WantedKeys): boolean =>
  a.tenant === b.tenant && a.algorithm === b.algorithm && a.rotationMs === b.rotationMs

const signerOf = ({ keys, former }: Entry): SigningKey | undefined =>
  keys.signer() ?? former?.signer()

/** The one that signs now comes first. */
const publishedOf = (entry: Entry): readonly PublicJwk[] => {
  const own = entry.keys.published()
  const all = own.length > 0 ? own : (entry.former?.published() ?? [])
  const first = signerOf(entry)?.publicJwk.kid
  return [...all.filter(({ kid }) => kid === first), ...all.filter(({ kid }) => kid !== first)]
}

const noKey = (client: string, why: string): Fault =>
  new Fault('client_key_unavailable', `${client}: there is no key to sign with yet: ${why}`)

const SPENT = 'the session store did not answer within the budget of the check.'

/**
 * A ring of keys for each client, shared by all replicas: made, published, used and let go of as
 * those of assertions are.
 */
export const createClientKeys = ({ storeOf, ...looking }: ClientKeysDeps): ClientKeys => {
  let entries: ReadonlyMap<string, Entry> = new Map()
  let atRest: ReadonlyMap<string, Entry> = new Map()

  const knownOf = (client: string): Entry | undefined => entries.get(client) ?? atRest.get(client)

  const entryFor = (wanted: WantedKeys): Entry => {
    const { client, tenant, algorithm, rotationMs } = wanted
    const known = knownOf(client)
    if (known !== undefined && isSame(known.wanted, wanted)) return known
    const ring = { ...looking, store: storeOf(tenant), algorithm, rotationMs }
    return {
      wanted,
      keys: lookAfterKeys(`The keys of OIDCClient ${client}`, ring),
      former: known?.wanted.tenant === tenant ? known.keys : undefined,
    }
  }

  const keyNow = (client: string): SigningKey => {
    const entry = entries.get(client)
    if (entry === undefined) {
      const isAtRest = atRest.has(client)
      throw noKey(client, isAtRest ? 'it cannot be used at present.' : 'none is made for it.')
    }
    const key = signerOf(entry)
    if (key !== undefined) return key
    throw noKey(client, entry.keys.problem() ?? 'none could be opened.')
  }

  const all = (): readonly Entry[] => [...entries.values(), ...atRest.values()]

  const replace = (next: typeof entries, nextAtRest: typeof atRest): void => {
    const before = all()
    entries = next
    atRest = nextAtRest
    const kept = new Set(all())
    for (const entry of before) if (!kept.has(entry)) entry.keys.close()
  }

  return {
    take: (wanted, resting = []) => {
      const next = new Map(wanted.map((one) => [one.client, entryFor(one)]))
      const others = resting.flatMap((client) => {
        const entry = next.has(client) ? undefined : knownOf(client)
        return entry === undefined ? [] : [[client, entry] as const]
      })
      replace(next, new Map(others))
    },
    keyOf: (client, budget) => {
      const entry = entries.get(client)
      if (entry === undefined || entry.keys.problem() !== undefined) return keyNow(client)
      const key = signerOf(entry)
      if (key !== undefined) return key
      const spent = (): Fault => noKey(client, SPENT)
      return withinBudget(entry.keys.begun, budget, spent).then(() => keyNow(client))
    },
    keySetOf: (client) => {
      const entry = knownOf(client)
      if (entry === undefined) return { kind: 'unused' }
      const keys = publishedOf(entry)
      return keys.length === 0 ? { kind: 'unavailable' } : { kind: 'keys', keys }
    },
    standingOf: (client) => {
      const entry = entries.get(client)
      if (entry === undefined) return undefined
      const signer = signerOf(entry)
      const problem = entry.keys.problem()
      return {
        ...(signer === undefined
          ? {}
          : { keyId: signer.publicJwk.kid, madeAtMs: signer.createdAtMs }),
        ...(problem === undefined ? {} : { problem }),
      }
    },
    count: () => all().reduce((sum, entry) => sum + publishedOf(entry).length, 0),
    close: () => replace(new Map(), new Map()),
  }
}
