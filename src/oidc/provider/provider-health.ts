import { countKeys } from './keys.ts'
import { ISSUER_MISMATCH } from './metadata.ts'
import type { ProviderHandle } from './provider-handle.ts'

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

/** How a provider stands now; asks nobody. */
export const healthOf = ({ fetch, metadata, keys }: ProviderHandle): ProviderHealth => {
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
