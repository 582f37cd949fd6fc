import type { ProviderStanding } from '../../core/provider/standing.ts'
import { countKeys } from './keys.ts'
import { ISSUER_MISMATCH, loginHindrance } from './metadata.ts'
import type { ProviderHandle } from './provider-handle.ts'

/** How a provider stands, with what readiness and metrics tell besides. */
export interface ProviderHealth extends ProviderStanding {
  /** Calls are held back after failures. */
  readonly isHeldBack: boolean
  /** How far its clock was ahead of ours at its latest answer that told the time. */
  readonly clockAheadMs?: number
}

/** How a provider stands now; asks nobody. */
export const healthOf = (handle: ProviderHandle): ProviderHealth => {
  const { provider, fetch, metadata, keys, notes } = handle
  const known = metadata.peek()
  const hindrance = known === undefined ? undefined : loginHindrance(provider, known)
  const discovered = metadata.status()
  const fault = discovered.fault ?? keys.status().fault
  const set = keys.peek()
  const clock = fetch.lastClock()
  return {
    isReady: discovered.loadedAtMs !== undefined && set !== undefined,
    keys: set === undefined ? 0 : countKeys(set),
    ...(discovered.loadedAtMs === undefined ? {} : { lastDiscoveryMs: discovered.loadedAtMs }),
    ...(fault === undefined ? {} : { lastError: fault.message }),
    isIssuerWrong: fault?.cause === ISSUER_MISMATCH,
    notes: notes(),
    ...(hindrance === undefined ? {} : { loginHindrance: hindrance }),
    ...(known === undefined ? {} : { requests: known.requests }),
    isHeldBack: fetch.isHeldBack(),
    ...(clock === undefined ? {} : { clockAheadMs: clock.theirMs - clock.ourMs }),
  }
}
