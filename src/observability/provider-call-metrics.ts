import type { ClaimSourceFacts } from '../core/provider/claim-sources.ts'
import type { GrantFacts } from '../core/provider/token-grants.ts'
import type { InquiryFacts } from '../core/provider/token-inquiry.ts'
import { createCounter } from './series/counter.ts'

/** What providers were asked about tokens. */
const createInquiryMetrics = () =>
  createCounter({
    name: 'sallyport_token_inquiries_total',
    help: 'Calls to providers about tokens, by way (`introspection`, `userinfo`) and outcome (`active`; `inactive`: the token is not good; `failed`: no answer that counts, see the decision log). Answers that are remembered are no calls.',
    labelNames: ['way', 'outcome'],
  })

/** What became of credentials that a token endpoint takes. */
const createGrantMetrics = () =>
  createCounter({
    name: 'sallyport_credential_grants_total',
    help: 'Credentials of callers that were to become access tokens, by kind (`client_credentials`, `password`, `refresh_token`) and outcome (`granted`; `refused` by the provider; `limited`: not asked, as too many from that address were refused; `failed`: no answer about the credential). Those that are remembered are not counted.',
    labelNames: ['kind', 'outcome'],
  })

/** What became of claims that providers say are elsewhere. */
const createClaimSourceMetrics = () =>
  createCounter({
    name: 'sallyport_claim_sources_total',
    help: 'Claims that a provider says are elsewhere, and that a listed claim source was to say, by way (`aggregated`: they came along; `distributed`: its endpoint was asked) and outcome (`taken`; `refused`: what came cannot be trusted, see the log; `failed`: nothing came). Those that are remembered are not counted.',
    labelNames: ['way', 'outcome'],
  })

/** What is counted of calls to providers. */
export interface ProviderCallCounts {
  /** Counts what became of a credential that a token endpoint takes. */
  readonly countGrant: (facts: GrantFacts) => void
  /** Counts what a provider was asked about a token. */
  readonly countInquiry: (facts: InquiryFacts) => void
  /** Counts what became of claims that a provider says are elsewhere. */
  readonly countClaimSource: (facts: ClaimSourceFacts) => void
}

/** Counts calls to providers about tokens, credentials and claims. */
export const createProviderCallMetrics = () => {
  const grants = createGrantMetrics()
  const inquiries = createInquiryMetrics()
  const claimSources = createClaimSourceMetrics()
  const counts: ProviderCallCounts = {
    countGrant: ({ kind, outcome }) => grants.at(kind, outcome)(),
    countInquiry: ({ way, outcome }) => inquiries.at(way, outcome)(),
    countClaimSource: ({ way, outcome }) => claimSources.at(way, outcome)(),
  }
  return { counts, families: [grants, inquiries, claimSources].map(({ family }) => family) }
}
