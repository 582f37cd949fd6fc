import type { Provider } from '../../core/policy/policy.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Authorities } from '../outbound/authorities.ts'
import type { OutboundOptions } from '../outbound/outbound-options.ts'
import { createKeys, type KeySet, type VerificationKey } from './keys.ts'
import { createMetadata, type ProviderMetadata } from './metadata.ts'
import { createProviderFetch, type ProviderFetch } from './provider-fetch.ts'
import type { Refreshed } from './refreshed.ts'

/** Everything we hold of one generation of a provider. */
export interface ProviderHandle {
  readonly fetch: ProviderFetch
  readonly metadata: Refreshed<ProviderMetadata>
  readonly keys: Refreshed<KeySet>
  /** Whether a key is still among the trusted ones. Starts a renewal that is due. */
  readonly isCurrent: (key: VerificationKey) => boolean
}

/** What we hold of a provider, empty yet; nothing is fetched before it is asked for. */
export const createHandle = (
  provider: Provider,
  outbound: OutboundOptions,
  clock: Clock,
  authorities: Authorities,
): ProviderHandle => {
  const fetch = createProviderFetch(provider, outbound, clock, authorities)
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
