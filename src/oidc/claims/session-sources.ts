import { claimNamesIn, withoutPlaces } from '../../core/identity/elsewhere.ts'
import type { Claims, Json } from '../../core/identity/identity.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Budget } from '../../core/time/budget.ts'
import { refuseLogin } from '../client/authorization-response.ts'
import { type Followed, type FollowSources, listedIn } from './claim-sources.ts'
import { createTellOnce } from './tell-once.ts'

const DOCUMENTS = ['claims', 'accessTokenClaims', 'userinfo'] as const

/** The documents that tokens hold, in the order in which one has the last word. */
const documentsOf = (tokens: Tokens): readonly Claims[] =>
  DOCUMENTS.map((name) => tokens[name]).filter((document) => document !== undefined)

/** What sources say that a document refers to. */
interface Sourced {
  /** Claims by name, each with the issuer of the source that said it. */
  readonly said: ReadonlyMap<string, readonly [value: Json, issuer: string]>
  /** The claims that were asked for just now: what was known of them before counts no more. */
  readonly asked: ReadonlySet<string>
}

const NOTHING: Sourced = { said: new Map(), asked: new Set() }

/** The former claims of those that a document says are elsewhere, if `stands` for its source. */
const formerOf = (
  document: Claims,
  { sourcedClaims = {}, sourcedFrom = {} }: Tokens,
  stands: (name: string, issuer: string) => boolean,
): Sourced => {
  const names = claimNamesIn(document)
  const said = Object.entries(sourcedClaims).flatMap(([name, value]) => {
    const issuer = Object.hasOwn(sourcedFrom, name) ? sourcedFrom[name] : undefined
    return issuer !== undefined && Object.hasOwn(names, name) && stands(name, issuer)
      ? [[name, [value, issuer] as const] as const]
      : []
  })
  return { ...NOTHING, said: new Map(said) }
}

/** What came of following a document. */
const sourcedOf = (provider: Provider, document: Claims, outcome: Followed): Sourced => {
  const listed = listedIn(provider, document)
  const claims = outcome.kind === 'claims' ? Object.entries(outcome.claims) : []
  const said = claims.map(([name, value]) => [name, [value, listed.get(name) ?? '']] as const)
  return { said: new Map(said), asked: new Set(listed.keys()) }
}

/** All of them together: what was asked for just now has no former answer. */
const joined = (all: readonly Sourced[]): Sourced['said'] => {
  const asked = new Set(all.flatMap((one) => [...one.asked]))
  const counting = all.flatMap((one) =>
    [...one.said].filter(([name]) => one.asked.has(name) || !asked.has(name)),
  )
  return new Map(counting)
}

/** Tokens with what sources said, and without the places where it was to be had. */
const completed = (tokens: Tokens, all: readonly Sourced[]): Tokens => {
  const said = [...joined(all)]
  const { accessTokenClaims, userinfo } = tokens
  return {
    ...tokens,
    claims: withoutPlaces(tokens.claims),
    ...(accessTokenClaims && { accessTokenClaims: withoutPlaces(accessTokenClaims) }),
    ...(userinfo && { userinfo: withoutPlaces(userinfo) }),
    ...(said.length > 0 && {
      sourcedClaims: Object.fromEntries(said.map(([name, [value]]) => [name, value])),
      sourcedFrom: Object.fromEntries(said.map(([name, [, issuer]]) => [name, issuer])),
    }),
  }
}

/**
 * A relying party that also takes the claims which a provider says are elsewhere, from the sources
 * that its IdentityProvider lists. At a login there is no session without them, because rules may
 * depend on them. At a refresh what a source said before stands where it cannot be reached, or
 * where what refers to it is the same as before: rotated tokens must not be lost over it. It does
 * not where the source is no longer listed, or where another document had it asked for anew.
 */
export const followingSources = (
  relyingParty: RelyingParty,
  deps: {
    readonly follow: FollowSources
    /** Hears a sentence. */
    readonly tell: (sentence: string) => void
  },
): RelyingParty => {
  const { follow } = deps
  const told = createTellOnce(deps.tell)

  const followed = (
    { provider, clientId }: Client,
    { claims: { sub } }: Tokens,
    document: Claims,
    budget: Budget,
  ): Promise<Followed> =>
    follow({ provider, claims: document, subject: String(sub), audiences: [clientId] }, budget)

  const anew = async (
    client: Client,
    tokens: Tokens,
    document: Claims,
    old: Tokens,
    budget: Budget,
  ): Promise<Sourced> => {
    const { provider } = client
    const { claimSources = [] } = provider
    if (claimSources.length === 0) return NOTHING
    if (documentsOf(old).includes(document)) {
      const issuers = new Set(claimSources.map((source) => source.provider.issuer))
      return formerOf(document, old, (_, issuer) => issuers.has(issuer))
    }
    try {
      const outcome = await followed(client, tokens, document, budget)
      if (outcome.kind === 'refused') told.refused(client.name, outcome)
      return sourcedOf(provider, document, outcome)
    } catch (thrown) {
      if (asFault(thrown).code === 'internal') throw thrown
      const listed = listedIn(provider, document)
      return formerOf(document, old, (name, issuer) => listed.get(name) === issuer)
    }
  }

  return {
    ...relyingParty,
    exchange: async (client, login, query, budget) => {
      const outcome = await relyingParty.exchange(client, login, query, budget)
      if (outcome.kind !== 'tokens') return outcome
      const { tokens } = outcome
      const documents = documentsOf(tokens)
      for (const document of documents) told.unlisted(client.name, client.provider, document)
      const all = await Promise.all(
        documents.map(async (document) => ({
          document,
          outcome: await followed(client, tokens, document, budget),
        })),
      )
      const wrong = all.map((one) => one.outcome).find((one) => one.kind === 'refused')
      if (wrong !== undefined) return refuseLogin('claim_source_refused', wrong.detail)
      const sourced = all.map(({ document, outcome }) =>
        sourcedOf(client.provider, document, outcome),
      )
      return { kind: 'tokens', tokens: completed(tokens, sourced) }
    },
    refresh: async (client, old, budget) => {
      const outcome = await relyingParty.refresh(client, old, budget)
      if (outcome.kind !== 'tokens') return outcome
      const { tokens } = outcome
      const all = await Promise.all(
        documentsOf(tokens).map((document) => anew(client, tokens, document, old, budget)),
      )
      return { kind: 'tokens', tokens: completed(tokens, all) }
    },
  }
}
