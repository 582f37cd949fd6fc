import type { Provider } from '../registration/provider.ts'
import type { RequestTerms } from './request-terms.ts'

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
  /** What is odd about it although it can be used; sentences without their full stop. */
  readonly notes: readonly string[]
  /** Why nobody can sign in at it, although tokens can be verified, as a sentence. */
  readonly loginHindrance?: string
  /** What it says of authorization requests; absent until its metadata are there. */
  readonly requests?: RequestTerms
}

/** Asks how a provider stands; does no I/O. */
export type StandingOf = (provider: Provider) => ProviderStanding

/** How a client stands at present, besides its provider. */
export interface ClientStanding {
  /** Why nobody can sign in by it; a sentence without its full stop that begins with the field. */
  readonly hindrance?: string
  /** What is odd about it although it can be used; sentences without their full stop. */
  readonly notes: readonly string[]
}

/** Asks by the name of a client; `undefined`: there is nothing to say. Does no I/O. */
export type ClientStandingOf = (client: string) => ClientStanding | undefined
