import type { Claims } from '../../core/identity/identity.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault, Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import { signersFor } from '../../core/registration/signers.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import type { Providers } from '../provider/providers.ts'
import { skewOf } from '../token/access-token-claims.ts'
import { isAccessTokenIssuer } from '../token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import { type Bare, createOpenForClient } from '../token/provider-jwt.ts'
import { checkFreshSignature } from '../token/signature.ts'
import { bearerKindOf } from '../token/token-type.ts'

type Reading =
  | { readonly kind: 'claims'; readonly claims: Claims }
  /** `why` completes "the access token …"; without its full stop. */
  | { readonly kind: 'unusable'; readonly why: string }
  /** The keys cannot be had at the moment. */
  | { readonly kind: 'unknown' }

const unusable = (why: string): Reading => ({ kind: 'unusable', why })

/** What is wrong with it besides the signature. */
const complaintAbout = (
  jwt: UnverifiedJwt,
  client: Client,
  subject: unknown,
  nowMs: number,
): string | undefined => {
  const { sub, exp, nbf } = jwt.claims
  const { provider } = client
  const admitted = admittedAlgorithms(signersFor(client))
  if (jwt.hasCritical) return 'has a crit header with an unknown extension'
  if (!admitted.includes(jwt.algorithm)) return 'has an alg header that is not in signingAlgorithms'
  if (bearerKindOf(jwt).kind !== 'access_token') return 'is none, by what it says of itself'
  if (!isAccessTokenIssuer(provider, jwt.claims)) return 'comes from another issuer'
  if (sub !== subject) return 'has another sub than the ID token'
  if (!isNumericDate(exp)) return 'has an exp claim that is absent or malformed'
  if (nbf !== undefined && (!isNumericDate(nbf) || nbf * 1_000 - skewOf(provider) > nowMs)) {
    return 'is not valid yet, by its nbf claim'
  }
  return exp * 1_000 + skewOf(provider) <= nowMs ? 'has expired' : undefined
}

/**
 * A relying party that also reads the access token of a session, where the client says so. Nobody
 * but the provider hands it to us, so its audience need not be ours; whoever it names is the
 * subject of the ID token, or it adds nothing. A login goes on without it, which is told once
 * for a client and a cause.
 * At a refresh the claims are those of the new token: what it no longer says is gone. Where keys
 * cannot be had just then, the former ones stand.
 */
export const mergingAccessToken = (
  relyingParty: RelyingParty,
  deps: {
    readonly providers: Providers
    readonly clock: Clock
    /** Hears a sentence. */
    readonly tell: (sentence: string) => void
  },
): RelyingParty => {
  const { providers, clock, tell } = deps
  const told = new Set<string>()
  const openForClient = createOpenForClient()

  /** The token as it was signed; text that is no JWT is left for the reader to refuse. */
  const opened = async (client: Client, token: string): Promise<Bare> => {
    try {
      return await openForClient(client, token)
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      return { kind: 'refused', detail: thrown.message }
    }
  }

  const read = async (client: Client, tokens: Tokens, budget: Budget): Promise<Reading> => {
    const token = await opened(client, tokens.accessToken)
    if (token.kind === 'refused') {
      return unusable(`stays closed (${token.detail.replace(/\.$/, '')})`)
    }
    const jwt = readJwt(token.compact)
    if (jwt === undefined) return unusable('is opaque, and no JWT')
    const complaint = complaintAbout(jwt, client, tokens.claims.sub, clock.nowMs())
    if (complaint !== undefined) return unusable(complaint)
    try {
      const { keys } = providers.of(client.provider)
      const { kind } = await checkFreshSignature(jwt, keys, budget)
      return kind === 'valid'
        ? { kind: 'claims', claims: jwt.claims }
        : unusable('is not signed by a key of the provider')
    } catch (thrown) {
      if (asFault(thrown).code === 'internal') throw thrown
      return { kind: 'unknown' }
    }
  }

  const withClaims = async (
    client: Client,
    tokens: Tokens,
    former: Claims | undefined,
    budget: Budget,
  ): Promise<Tokens> => {
    const reading = await read(client, tokens, budget)
    const complaint = reading.kind === 'unusable' ? `${client.name} ${reading.why}` : ''
    if (reading.kind === 'unusable' && !told.has(complaint)) {
      told.add(complaint)
      tell(
        `${client.name}: claims.accessToken is Merge, but the access token ${reading.why}: its claims are left out.`,
      )
    }
    if (reading.kind === 'claims') return { ...tokens, accessTokenClaims: reading.claims }
    const stands = reading.kind === 'unknown' ? former : undefined
    return stands === undefined ? tokens : { ...tokens, accessTokenClaims: stands }
  }

  return {
    ...relyingParty,
    exchange: async (client, login, query, budget) => {
      const outcome = await relyingParty.exchange(client, login, query, budget)
      if (outcome.kind !== 'tokens' || client.accessTokenClaims === 'Ignore') return outcome
      return { kind: 'tokens', tokens: await withClaims(client, outcome.tokens, undefined, budget) }
    },
    refresh: async (client, old, budget) => {
      const outcome = await relyingParty.refresh(client, old, budget)
      if (outcome.kind !== 'tokens' || client.accessTokenClaims === 'Ignore') return outcome
      const { accessTokenClaims: former } = old
      return { kind: 'tokens', tokens: await withClaims(client, outcome.tokens, former, budget) }
    },
  }
}
