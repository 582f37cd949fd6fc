import type { Provider } from '../../core/policy/policy.ts'

/** How a provider stands at present. */
export interface ProviderStanding {
  /** Metadata and keys are there, if perhaps not the newest. */
  readonly isReady: boolean
  /** Verification keys in use. */
  readonly keys: number
  readonly lastDiscoveryMs?: number
  /** Why the latest fetch of metadata or keys failed, as a sentence. */
  readonly lastError?: string
  /** Whether it failed because the metadata names another issuer. */
  readonly isIssuerWrong: boolean
}

/** Asks how a provider stands; does no I/O. */
export type StandingOf = (provider: Provider) => ProviderStanding
