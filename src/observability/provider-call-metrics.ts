import type { ClaimSourceFacts } from '../core/provider/claim-sources.ts'
import type { GrantFacts } from '../core/provider/token-grants.ts'
import type { InquiryFacts } from '../core/provider/token-inquiry.ts'
import type { FaultCode } from '../core/reason/fault.ts'
import type { Reason } from '../core/reason/reason.ts'
import { createCounter } from './series/counter.ts'
import { OF_CODES } from './series/watched-reasons.ts'

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

/** What became of the codes of sign-ins. */
const createSignInMetrics = () =>
  createCounter({
    name: 'sallyport_sign_ins_total',
    help: 'Codes of sign-ins that were to be exchanged, by IdentityProvider (`namespace/name`) and outcome: `completed`, or the [reason](../reasons.md) why the code became no session, such as `code_refused`, `id_token_invalid`, `provider_misconfigured` or `provider_unreachable`. Callbacks that were refused before, and those by which a provider says no, are in `sallyport_checks_total`.',
    labelNames: ['provider', 'outcome'],
  })

/** What became of refreshes of sessions. */
const createRefreshMetrics = () =>
  createCounter({
    name: 'sallyport_session_refreshes_total',
    help: 'Refreshes of sessions, by IdentityProvider and outcome: `completed`; `refused`: the session is over; `declined`: refused in other words, so that it goes on as long as its access token; or the fault that kept the provider from being asked, such as `provider_unreachable`.',
    labelNames: ['provider', 'outcome'],
  })

/** How often providers did not take a client for who it is. */
const createClientRefusalMetrics = () =>
  createCounter({
    name: 'sallyport_client_refusals_total',
    help: 'How often a provider refused an OIDCClient (`namespace/name`) itself, its secret, key or certificate, when a sign-in was announced or completed or a session refreshed. The decision log says which field to look at.',
    labelNames: ['client'],
  })

/** What became of a refresh: a fault is that of the call. */
type RefreshCount = 'completed' | 'refused' | 'declined' | FaultCode

const FAULTS = [
  'provider_unreachable',
  'provider_misconfigured',
  'client_key_unavailable',
  'budget_exceeded',
  'internal',
] as const satisfies readonly FaultCode[]

const SIGN_INS = ['completed', ...OF_CODES, ...FAULTS] as const

const REFRESHES = ['completed', 'refused', 'declined', ...FAULTS] as const

/**
 * What is counted of calls to providers. What is in force has its counts before anything of it is
 * counted: for its alerts, the first failure is a change of a series that is there.
 */
export interface ProviderCallCounts {
  /** From now on the counts of that IdentityProvider are there. */
  readonly showProvider: (provider: string) => void
  /** From now on the counts of that OIDCClient are there. */
  readonly showClient: (client: string) => void
  /** Counts what became of a sign-in: `completed`, or a reason. */
  readonly countSignIn: (provider: string, outcome: 'completed' | Reason) => void
  /** Counts what became of a refresh. */
  readonly countRefresh: (provider: string, outcome: RefreshCount) => void
  /** Counts that a provider did not take a client for who it is. */
  readonly countClientRefusal: (client: string) => void
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
  const signIns = createSignInMetrics()
  const refreshes = createRefreshMetrics()
  const clientRefusals = createClientRefusalMetrics()
  const counts: ProviderCallCounts = {
    showProvider: (provider) => {
      for (const outcome of SIGN_INS) signIns.at(provider, outcome)(0)
      for (const outcome of REFRESHES) refreshes.at(provider, outcome)(0)
    },
    showClient: (client) => clientRefusals.at(client)(0),
    countSignIn: (provider, outcome) => signIns.at(provider, outcome)(),
    countRefresh: (provider, outcome) => refreshes.at(provider, outcome)(),
    countClientRefusal: (client) => clientRefusals.at(client)(),
    countGrant: ({ kind, outcome }) => grants.at(kind, outcome)(),
    countInquiry: ({ way, outcome }) => inquiries.at(way, outcome)(),
    countClaimSource: ({ way, outcome }) => claimSources.at(way, outcome)(),
  }
  const counters = [signIns, refreshes, clientRefusals, grants, inquiries, claimSources]
  return { counts, families: counters.map(({ family }) => family) }
}
