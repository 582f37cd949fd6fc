import type { Claims, Json } from '../../src/core/identity/identity.ts'
import { sessionClaims } from '../../src/core/identity/session-claims.ts'
import type { ClaimSourceFacts } from '../../src/core/provider/claim-sources.ts'
import type {
  CodeOutcome,
  RefreshOutcome,
  RelyingParty,
} from '../../src/core/provider/relying-party.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Client } from '../../src/core/registration/client.ts'
import type { ClaimSource, Provider } from '../../src/core/registration/provider.ts'
import { createFollowSources } from '../../src/oidc/claims/claim-sources.ts'
import { followingSources } from '../../src/oidc/claims/session-sources.ts'
import { evaluate } from '../../src/policy/applying/evaluate.ts'
import { aClient, anIdentity, aProvider, someTokens } from './builders.ts'
import { unlimited } from './check-ports.ts'
import { handSetClock } from './hand-set-clock.ts'
import { type HostileAnswer, type HostileProvider, text } from './hostile-provider.ts'
import { aHostileProvider, localProviders } from './local-providers.ts'
import { aLogin } from './logins.ts'
import { patient } from './patience.ts'

/** A claims provider that does what it is told, and what an IdentityProvider says of it. */
export interface AClaimSource {
  readonly hostile: HostileProvider
  readonly source: ClaimSource
  readonly endpoint: string
  /** A JWT of it, which says `groups` unless told otherwise; `undefined` takes a claim away. */
  readonly says: (
    other?: Readonly<Record<string, Json | undefined>>,
    header?: Readonly<Record<string, Json>>,
  ) => string
}

/** A claims provider on this machine; stopped when the test is over. */
export const aClaimSource = async (changes: Partial<Provider> = {}): Promise<AClaimSource> => {
  const { hostile } = await aHostileProvider()
  const endpoint = `${hostile.issuer}/claims`
  const provider = aProvider({
    name: `shop/keycloak (claim source ${hostile.issuer})`,
    generation: 'source-1',
    issuer: hostile.issuer,
    discovery: false,
    endpoints: { jwks: `${hostile.issuer}/jwks` },
    isClaimSource: true,
    ...changes,
  })
  const says: AClaimSource['says'] = (other = {}, header = {}) => {
    const claims = { iss: hostile.issuer, groups: ['buyers'], ...other }
    return hostile.signer.sign(JSON.parse(JSON.stringify(claims)), header)
  }
  hostile.answer('claims', jwt(says()))
  return { hostile, source: { provider, endpoints: [endpoint] }, endpoint, says }
}

/** Answers with a JWT, or what is meant to be one. */
export const jwt = (token: string): HostileAnswer => text(token, 200, 'application/jwt')

/** What a document says of claims that an endpoint has. */
export const distributed = (endpoint: string, names: readonly string[] = ['groups']): Claims => ({
  _claim_names: Object.fromEntries(names.map((name) => [name, 'src1'])),
  _claim_sources: { src1: { endpoint, access_token: 'ksj3n283dke' } },
})

/** What a document says of claims that it has with it, signed by another. */
export const aggregated = (token: string, names: readonly string[] = ['groups']): Claims => ({
  _claim_names: Object.fromEntries(names.map((name) => [name, 'src1'])),
  _claim_sources: { src1: { JWT: token } },
})

/**
 * A relying party whose code and refresh are always good, with the claims that it is given, at a
 * provider that lists one claim source.
 */
export const aSourcedWorld = async (changes: Partial<Provider> = {}) => {
  const claimsProvider = await aClaimSource({ requestTimeoutMs: patient(1_000) })
  const { hostile, source, endpoint } = claimsProvider
  const provider = aProvider({ claimSources: [source], ...changes })
  const client = aClient({ provider })
  const clock = handSetClock()
  const facts: ClaimSourceFacts[] = []
  const told: string[] = []
  let next: Tokens = someTokens(clock.nowMs())
  const party: Partial<RelyingParty> = {
    exchange: async () => ({ kind: 'tokens', tokens: next }),
    refresh: async () => ({ kind: 'tokens', tokens: next }),
  }
  const following = followingSources(party as RelyingParty, {
    follow: createFollowSources({
      providers: localProviders(clock),
      clock,
      observe: (one) => void facts.push(one),
    }),
    tell: (sentence) => void told.push(sentence),
  })
  const having = (claims: Claims, more: Partial<Tokens> = {}): Tokens => ({
    ...someTokens(clock.nowMs(), { claims: { sub: 'alice', ...claims } }),
    ...more,
  })
  const login = (claims: Claims, more: Partial<Tokens> = {}, by: Client = client) => {
    next = having(claims, more)
    return following.exchange(by, aLogin(), new URLSearchParams(), unlimited)
  }
  const refresh = (old: Tokens, tokens: Tokens, by: Client = client) => {
    next = tokens
    return following.refresh(by, old, unlimited)
  }
  const tokensOf = async (outcome: Promise<CodeOutcome | RefreshOutcome>): Promise<Tokens> => {
    const settled = await outcome
    if (settled.kind !== 'tokens') throw new Error(JSON.stringify(settled))
    return settled.tokens
  }
  const seconds = Math.floor(clock.nowMs() / 1_000)
  return {
    ...{ ...claimsProvider, hostile, endpoint, provider, client, clock, facts, told, seconds },
    ...{ having, login, refresh, tokensOf },
  }
}

/** What a test has of it. */
export type SourcedWorld = Awaited<ReturnType<typeof aSourcedWorld>>

/** The groups of somebody with these tokens. */
export const groupsOf = (tokens: Tokens) => sessionClaims(tokens).groups

/** Whether somebody with these tokens passes a rule that shuts a group out. */
export const passesNoneOf = (tokens: Tokens): boolean =>
  evaluate(
    [{ kind: 'claim', path: ['groups'], written: 'groups', noneOf: ['blocked'] }],
    anIdentity({ claims: sessionClaims(tokens) }),
  ).kind === 'permitted'
