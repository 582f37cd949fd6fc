import type { CheckPorts } from '../../core/check-ports.ts'
import type { ExchangesOf } from '../../core/provider/token-exchange.ts'
import type { SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import { createRateLimit } from '../../core/time/rate-limit.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { createObserveRevocation } from '../../observability/observe-revocation.ts'
import { createCompleteClaims } from '../../oidc/claims/bearer-sources.ts'
import { createFollowSources } from '../../oidc/claims/claim-sources.ts'
import { followingSources } from '../../oidc/claims/session-sources.ts'
import { mergingAccessToken } from '../../oidc/client/access-token-merge.ts'
import { createRelyingParty } from '../../oidc/client/relying-party.ts'
import { createTokenRevocation } from '../../oidc/client/revocation.ts'
import { createUserinfo } from '../../oidc/client/userinfo.ts'
import { askingUserinfo } from '../../oidc/client/userinfo-claims.ts'
import { createClientDocuments } from '../../oidc/document/client-documents.ts'
import { createTokenExchange } from '../../oidc/exchange/token-exchange.ts'
import { createTokenGrants } from '../../oidc/grant/token-grants.ts'
import { createTokenInquiry } from '../../oidc/inquiry/token-inquiry.ts'
import type { Providers } from '../../oidc/provider/providers.ts'
import { createCodeRelay } from '../../oidc/relay/code-relay.ts'
import { sharingRefreshes } from '../../oidc/relay/shared-refreshes.ts'
import { createTokenVerifier } from '../../oidc/token/access-token.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import type { AbsentClaimsMemory } from './absent-claims.ts'
import { countedSignIns } from './counted-sign-ins.ts'

/** Tokens that are remembered: those that were verified, and those that were asked about. */
const TOKEN_CACHE_ENTRIES = 10_000

/** What is exchanged is kept as such: each new token is verified once. */
const EXCHANGED_CACHE_ENTRIES = 1

/** Credentials whose tokens are remembered, and as many that were refused. */
const GRANT_CACHE_ENTRIES = 10_000

/** What a check asks providers and clients, and how it verifies what they signed. */
export const createProviderPorts = (deps: {
  readonly outbound: OutboundOptions
  readonly providers: Providers
  readonly absentClaims: AbsentClaimsMemory
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly random: Random
  readonly sharedAnswers: SharedAnswers
  readonly exchangesOf: ExchangesOf
  readonly newBudget: (timeoutMs: number) => Budget
  readonly behind: (work: Promise<unknown>) => void
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
}) => {
  const { providers, absentClaims, clock, random, logger, metrics } = deps
  const { sharedAnswers, newBudget, behind } = deps
  const signIns = askingUserinfo(
    createRelyingParty({ providers, clock }),
    createUserinfo({ providers, clock }),
  )
  const merging = mergingAccessToken(signIns, { providers, clock, tell: logger.warn })
  const follow = createFollowSources({ providers, clock, observe: metrics.countClaimSource })
  const following = followingSources(merging, { follow, tell: logger.warn })
  const revocation = createTokenRevocation({
    providers,
    clock,
    newBudget,
    observe: createObserveRevocation({ logger, metrics }),
  })
  const verifier = createTokenVerifier({
    providers,
    clock,
    cacheMaxEntries: TOKEN_CACHE_ENTRIES,
    complete: createCompleteClaims({ follow, shared: sharedAnswers, clock, tell: logger.warn }),
  })
  const observe = metrics.countExchange
  return {
    verifier,
    tokenExchange: createTokenExchange({
      ...deps,
      // Nobody here is told what a new token says of its subject, so that no source is asked.
      verifier: createTokenVerifier({
        providers,
        clock,
        cacheMaxEntries: EXCHANGED_CACHE_ENTRIES,
      }),
      revocation,
      observe,
      tell: logger.warn,
    }),
    inquiry: createTokenInquiry({
      providers,
      clock,
      shared: sharedAnswers,
      maxEntries: TOKEN_CACHE_ENTRIES,
      observe: metrics.countInquiry,
    }),
    relyingParty: absentClaims.noting(countedSignIns(following, metrics)),
    codeRelay: sharingRefreshes(createCodeRelay({ providers, clock }), { sharedAnswers, clock }),
    grants: createTokenGrants({
      providers,
      clock,
      random,
      newBudget,
      behind,
      observe: metrics.countGrant,
      cacheMaxEntries: GRANT_CACHE_ENTRIES,
    }),
    revocation,
    clientDocuments: createClientDocuments({ ...deps, tell: logger.warn }),
    documentRate: createRateLimit(clock),
    registrationRate: createRateLimit(clock),
  } satisfies Partial<CheckPorts>
}
