import type { Provider } from '../../core/policy/policy.ts'
import type { Clock, Random } from '../../core/ports.ts'
import { countKeys, createKeys, type KeySet, type VerificationKey } from './keys.ts'
import { createMetadata, ISSUER_MISMATCH, type ProviderMetadata } from './metadata.ts'
import { createProviderFetch, type OutboundOptions, type ProviderFetch } from './provider-fetch.ts'
import type { Refreshed } from './refreshed.ts'
import { createRetryDelay, createWarming, type RetryDelay } from './warming.ts'

/** Everything we hold of one generation of a provider. */
export interface ProviderHandle {
  readonly fetch: ProviderFetch
  readonly metadata: Refreshed<ProviderMetadata>
  readonly keys: Refreshed<KeySet>
  /** Whether a key is still among the trusted ones. Starts a renewal that is due. */
  readonly isCurrent: (key: VerificationKey) => boolean
}

/** How a provider stands, for readiness and metrics. */
export interface ProviderHealth {
  /** Metadata and keys are there, if perhaps not the newest. */
  readonly isReady: boolean
  readonly keys: number
  readonly lastDiscoveryMs?: number
  /** Why the latest fetch of metadata or keys failed, as a sentence. */
  readonly lastError?: string
  /** Whether it failed because the metadata names another issuer than the configured one. */
  readonly isIssuerWrong: boolean
  /** Calls are held back after failures. */
  readonly isHeldBack: boolean
}

/** The providers in use, each on its own. */
export interface Providers {
  /** What we hold of this very generation; made on first use, without I/O. */
  readonly of: (provider: Provider) => ProviderHandle
  /**
   * Fetches metadata and keys in the background, and tries again until they are there. Never
   * throws.
   */
  readonly warm: (provider: Provider) => void
  /**
   * Lets go of every generation that is not among these; calls in flight are finished. To be called
   * after each swap of the snapshot.
   */
  readonly retain: (live: readonly Provider[]) => void
  readonly health: (provider: Provider) => ProviderHealth
  /** Closes every connection and stops what runs in the background. */
  readonly close: () => Promise<void>
}

interface Entry {
  readonly handle: ProviderHandle
  readonly warm: () => void
  readonly retire: () => Promise<void>
  readonly destroy: () => Promise<void>
}

const nameOf = ({ name, generation }: Provider): string => `${generation} ${name}`

const createHandle = (
  provider: Provider,
  outbound: OutboundOptions,
  clock: Clock,
): ProviderHandle => {
  const fetch = createProviderFetch(provider, outbound, clock)
  const metadata = createMetadata({ provider, fetch, outbound, clock })
  const keys = createKeys({ provider, fetch, metadata, clock })
  let checked: KeySet | undefined
  let current: ReadonlySet<VerificationKey> = new Set()
  const isCurrent = (key: VerificationKey): boolean => {
    const set = keys.peek()
    if (set !== checked) current = new Set(set?.values())
    checked = set
    return current.has(key)
  }
  return { fetch, metadata, keys, isCurrent }
}

const healthOf = ({ fetch, metadata, keys }: ProviderHandle): ProviderHealth => {
  const discovered = metadata.status()
  const fault = discovered.fault ?? keys.status().fault
  const set = keys.peek()
  return {
    isReady: discovered.loadedAtMs !== undefined && set !== undefined,
    keys: set === undefined ? 0 : countKeys(set),
    ...(discovered.loadedAtMs === undefined ? {} : { lastDiscoveryMs: discovered.loadedAtMs }),
    ...(fault === undefined ? {} : { lastError: fault.message }),
    isIssuerWrong: fault?.cause === ISSUER_MISMATCH,
    isHeldBack: fetch.isHeldBack(),
  }
}

/**
 * The registry of providers. Connections, breaker, metadata and keys live per name and generation,
 * so an edited provider starts afresh and a slow one harms nobody else (R26).
 */
export const createProviders = (deps: {
  readonly outbound: OutboundOptions
  readonly clock: Clock
  readonly random: Random
  /**
   * How long to wait before the given attempt, counted from 1, to warm a provider; absent: doubling
   * from 1 s to 30 s, with jitter.
   */
  readonly delayMs?: RetryDelay
}): Providers => {
  const { outbound, clock, random, delayMs = createRetryDelay(random) } = deps
  const entries = new Map<string, Entry>()

  const create = (provider: Provider): Entry => {
    const handle = createHandle(provider, outbound, clock)
    const warming = createWarming(handle, delayMs)
    const retire = (): Promise<void> => {
      warming.stop()
      return handle.fetch.close()
    }
    const destroy = (): Promise<void> => {
      warming.stop()
      return handle.fetch.destroy()
    }
    return { handle, warm: warming.start, retire, destroy }
  }

  const entryOf = (provider: Provider): Entry => {
    const name = nameOf(provider)
    const known = entries.get(name)
    if (known !== undefined) return known
    const made = create(provider)
    entries.set(name, made)
    return made
  }

  return {
    of: (provider) => entryOf(provider).handle,
    warm: (provider) => entryOf(provider).warm(),
    retain: (live) => {
      const kept = new Set(live.map(nameOf))
      for (const [name, entry] of entries) {
        if (kept.has(name)) continue
        entries.delete(name)
        void entry.retire()
      }
    },
    health: (provider) => healthOf(entryOf(provider).handle),
    close: async () => {
      await Promise.all([...entries.values()].map((entry) => entry.destroy()))
    },
  }
}
