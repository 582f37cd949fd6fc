import type { ProviderStanding } from '../../core/provider/standing.ts'
import { countKeys, type KeySet } from './keys.ts'
import { ISSUER_MISMATCH, loginHindrance, type ProviderMetadata } from './metadata.ts'
import type { ProviderHandle } from './provider-handle.ts'

/** How a provider stands, with what readiness and metrics tell besides. */
export interface ProviderHealth extends ProviderStanding {
  /** Calls are held back after failures. */
  readonly isHeldBack: boolean
  /** How far its clock was ahead of ours at its latest answer that told the time. */
  readonly clockAheadMs?: number
}

/** A published key, and what it may verify. */
export interface LookedAtKey {
  /** Absent: it has no name. */
  readonly id?: string
  readonly algorithms: readonly string[]
}

/** The same with the keys themselves, for a person to look at. */
export interface ProviderLook extends ProviderHealth {
  readonly lastKeysMs?: number
  readonly verificationKeys: readonly LookedAtKey[]
}

const healthBy = (
  handle: ProviderHandle,
  known: ProviderMetadata | undefined,
  set: KeySet | undefined,
): ProviderHealth => {
  const { provider, fetch, metadata, keys, notes } = handle
  const hindrance = known === undefined ? undefined : loginHindrance(provider, known)
  const discovered = metadata.status()
  const fault = discovered.fault ?? keys.status().fault
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

/** How a provider stands now; a renewal that is due begins behind it. */
export const healthOf = (handle: ProviderHandle): ProviderHealth =>
  healthBy(handle, handle.metadata.peek(), handle.keys.peek())

const keysIn = (set: KeySet): readonly LookedAtKey[] =>
  [...Map.groupBy(set.values(), ({ keyId, key }) => keyId ?? key).values()].map((same) => {
    const id = same[0]?.keyId
    const algorithms = same.map(({ algorithm }) => algorithm)
    return { ...(id === undefined ? {} : { id }), algorithms }
  })

/** How a provider stands now; nothing begins by being looked at. */
export const lookAt = (handle: ProviderHandle): ProviderLook => {
  const { metadata, keys } = handle
  const set = keys.known()
  const { loadedAtMs } = keys.status()
  return {
    ...healthBy(handle, metadata.known(), set),
    ...(loadedAtMs === undefined ? {} : { lastKeysMs: loadedAtMs }),
    verificationKeys: set === undefined ? [] : keysIn(set),
  }
}
