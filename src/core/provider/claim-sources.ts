import type { Claims } from '../identity/identity.ts'
import type { Provider } from '../registration/provider.ts'

/** What a provider says of somebody in one document: a token, or an answer of an endpoint. */
export interface ToldClaims {
  readonly provider: Provider
  readonly claims: Claims
  /** Whom it is about, as the provider calls them. */
  readonly subject: string
  /** Whom it is for; claims that are for somebody else are not taken. */
  readonly audiences: readonly string[]
}

/** What became of claims that a document says are elsewhere. */
export interface ClaimSourceFacts {
  /** `aggregated`: they came inside of it; `distributed`: an endpoint was asked. */
  readonly way: 'aggregated' | 'distributed'
  /** `failed`: there was no answer. `refused`: it cannot be trusted, or is no JWT. */
  readonly outcome: 'taken' | 'refused' | 'failed'
}
