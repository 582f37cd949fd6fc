import { claimNamesIn, withoutPlaces } from '../../core/identity/elsewhere.ts'
import type { Claims } from '../../core/identity/identity.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import { refuseLogin } from '../client/authorization-response.ts'
import type { Followed, FollowSources } from './claim-sources.ts'
import { createTellOnce } from './tell-once.ts'

const DOCUMENTS = ['claims', 'accessTokenClaims', 'userinfo'] as const

/** The documents that tokens hold, in the order in which one has the last word. */
const documentsOf = (tokens: Tokens): readonly Claims[] =>
  DOCUMENTS.map((name) => tokens[name]).filter((document) => document !== undefined)

const NOTHING: Followed = { kind: 'claims', claims: {}, untilMs: Number.POSITIVE_INFINITY }

/** The former claims of those that a document says are elsewhere. */
const formerOf = (document: Claims, { sourcedClaims = {} }: Tokens): Followed => {
  const names = claimNamesIn(document)
  const kept = Object.entries(sourcedClaims).filter(([name]) => Object.hasOwn(names, name))
  return { ...NOTHING, claims: Object.fromEntries(kept) }
}

const allOf = (followed: readonly Followed[]): Claims =>
  Object.fromEntries(
    followed.flatMap((one) => (one.kind === 'claims' ? Object.entries(one.claims) : [])),
  )

/** Tokens with what sources said, and without the places where it was to be had. */
const completed = (tokens: Tokens, sourced: Claims): Tokens => {
  const { accessTokenClaims, userinfo } = tokens
  return {
    ...tokens,
    claims: withoutPlaces(tokens.claims),
    ...(accessTokenClaims && { accessTokenClaims: withoutPlaces(accessTokenClaims) }),
    ...(userinfo && { userinfo: withoutPlaces(userinfo) }),
    ...(Object.keys(sourced).length === 0 ? {} : { sourcedClaims: sourced }),
  }
}

/**
 * A relying party that also takes the claims which a provider says are elsewhere, from the sources
 * that its IdentityProvider lists. At a login there is no session without them, because rules may
 * depend on them. At a refresh what a source said before stands where it cannot be reached, or
 * where what refers to it is the same as before: rotated tokens must not be lost over it.
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
  ): Promise<Followed> => {
    const { claimSources = [] } = client.provider
    if (claimSources.length === 0) return NOTHING
    if (documentsOf(old).includes(document)) return formerOf(document, old)
    try {
      const outcome = await followed(client, tokens, document, budget)
      if (outcome.kind === 'refused') told.refused(client.name, outcome.detail)
      return outcome
    } catch (thrown) {
      if (asFault(thrown).code === 'internal') throw thrown
      return formerOf(document, old)
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
        documents.map((document) => followed(client, tokens, document, budget)),
      )
      const wrong = all.find((one) => one.kind === 'refused')
      if (wrong !== undefined) return refuseLogin('claim_source_refused', wrong.detail)
      return { kind: 'tokens', tokens: completed(tokens, allOf(all)) }
    },
    refresh: async (client, old, budget) => {
      const outcome = await relyingParty.refresh(client, old, budget)
      if (outcome.kind !== 'tokens') return outcome
      const { tokens } = outcome
      const all = await Promise.all(
        documentsOf(tokens).map((document) => anew(client, tokens, document, old, budget)),
      )
      return { kind: 'tokens', tokens: completed(tokens, allOf(all)) }
    },
  }
}
