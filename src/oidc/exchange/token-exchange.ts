import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Exchange } from '../../core/policy/upstream.ts'
import type {
  ExchangeFacts,
  ExchangeOutcome,
  ExchangesOf,
  SubjectToken,
  TokenExchange,
} from '../../core/provider/token-exchange.ts'
import type { TokenRevocation } from '../../core/provider/token-revocation.ts'
import type { TokenVerifier } from '../../core/provider/token-verifier.ts'
import { asFault, Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { SharedAnswer, SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { createConfigureClient } from '../client/client-configuration.ts'
import type { Providers } from '../provider/providers.ts'
import { createAskExchange } from './asking.ts'
import { type Known, readKnown, textOf } from './known.ts'

/** What exchanges are made with. */
export interface TokenExchangeDeps {
  readonly providers: Providers
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly revocation: TokenRevocation
  readonly sharedAnswers: SharedAnswers
  readonly exchangesOf: ExchangesOf
  readonly clock: Clock
  readonly newBudget: (timeoutMs: number) => Budget
  readonly behind: (work: Promise<unknown>) => void
  readonly observe: (facts: ExchangeFacts) => void
  /** What is kept in this process, in bytes; absent: 32 MiB. */
  readonly maxBytes?: number
}

const MAX_BYTES = 32 * 1024 * 1024
const OVERHEAD_BYTES = 512

/** What a provider refuses is not asked for again so soon. */
const REFUSED_MS = 3_000

/** A token that does not say when it ends is not used for longer. */
const UNKNOWN_END_MS = 60_000

/** Nor is any, however long it says that it lasts. */
const MOST_KEPT_MS = 3_600_000

/** One that would end on its way to the upstream is not sent; of short ones a quarter at most. */
const MARGIN_MS = 10_000
const MARGIN_PART = 0.25

/** For everything that is done behind the answer to a sign-out. */
const BEHIND_MS = 5_000

const outcomeOfFault = (code: string): ExchangeFacts['outcome'] =>
  code === 'exchange_refused' || code === 'provider_misconfigured' ? 'refused' : 'unavailable'

const targetOf = (exchange: Exchange): string =>
  JSON.stringify([
    exchange.audience,
    exchange.resource,
    exchange.scopes,
    exchange.requestedTokenType,
    exchange.takesOpaque,
  ])

/**
 * What tells one exchange from all others: the token and whose it is, the client as it is now, and
 * what is asked for. The token is no part of it, and cannot be guessed from it.
 */
const nameOf = (client: Client, subject: SubjectToken, exchange: Exchange): readonly string[] => [
  'exchange',
  hash('sha256', subject.token, 'base64url'),
  subject.issuer,
  subject.subject,
  client.name,
  client.generation,
  client.provider.generation,
  targetOf(exchange),
]

/**
 * Exchanges that are asked for once by all replicas and kept: in this process by weight, and sealed
 * where replicas meet, until the new token or the one that it was got for is about to end. Refusals
 * are kept for seconds, and a provider that cannot be reached is none.
 */
export const createTokenExchange = (deps: TokenExchangeDeps): TokenExchange => {
  const { sharedAnswers, exchangesOf, revocation, clock, newBudget, behind, observe } = deps
  const ask = createAskExchange({ ...deps, configure: createConfigureClient(deps) })
  const kept = new LRUCache<string, Known>({
    maxSize: deps.maxBytes ?? MAX_BYTES,
    sizeCalculation: ({ text }, key) => OVERHEAD_BYTES + key.length + 2 * text.length,
  })

  const untilOf = (expiresAtMs: number | undefined, subject: SubjectToken): number => {
    const nowMs = clock.nowMs()
    const endsAtMs = Math.min(
      expiresAtMs ?? nowMs + UNKNOWN_END_MS,
      subject.expiresAtMs ?? Number.POSITIVE_INFINITY,
      nowMs + MOST_KEPT_MS,
    )
    return Math.floor(endsAtMs - Math.min(MARGIN_MS, Math.max(0, endsAtMs - nowMs) * MARGIN_PART))
  }

  const asked = async (
    client: Client,
    subject: SubjectToken,
    exchange: Exchange,
    budget: Budget,
  ): Promise<SharedAnswer> => {
    const refusedUntilMs = clock.nowMs() + REFUSED_MS
    try {
      const answer = await ask(client, subject, exchange, budget)
      observe({ outcome: answer.kind === 'token' ? 'exchanged' : 'subject_refused' })
      return answer.kind === 'token'
        ? { text: textOf(answer), untilMs: untilOf(answer.expiresAtMs, subject) }
        : { text: textOf(answer), untilMs: refusedUntilMs }
    } catch (thrown) {
      const { code, message } = asFault(thrown)
      observe({ outcome: outcomeOfFault(code) })
      if (code !== 'exchange_refused') throw thrown
      return { text: textOf({ kind: 'refused', detail: message }), untilMs: refusedUntilMs }
    }
  }

  const settled = ({ outcome }: Known): ExchangeOutcome => {
    if (outcome.kind === 'refused') throw new Fault('exchange_refused', outcome.detail)
    return outcome
  }

  const remember = (key: string, answer: SharedAnswer): Known => {
    const known = readKnown(answer)
    if (known === undefined) throw new Fault('internal', 'A kept exchange cannot be read.')
    if (known.untilMs > clock.nowMs()) kept.set(key, known)
    return known
  }

  const knownHere = (key: string): Known | undefined => {
    const known = kept.get(key)
    return known !== undefined && known.untilMs > clock.nowMs() ? known : undefined
  }

  /** What replicas have of it, without asking the provider. */
  const found = async (name: readonly string[], budget: Budget): Promise<Known | undefined> => {
    const nothing = { text: '', untilMs: 0 }
    const answer = await sharedAnswers.of(name, async () => nothing, budget)
    return readKnown(answer)
  }

  const letGo = async (
    client: Client,
    subject: SubjectToken,
    exchange: Exchange,
    budget: Budget,
  ): Promise<void> => {
    const name = nameOf(client, subject, exchange)
    const key = JSON.stringify(name)
    const known = knownHere(key) ?? (await found(name, budget).catch(() => undefined))
    kept.delete(key)
    await sharedAnswers.forget(name, budget)
    if (known?.outcome.kind !== 'token' || !client.logout.revokeTokens) return
    const { token, expiresAtMs } = known.outcome
    const ends = expiresAtMs === undefined ? {} : { accessTokenExpiresAtMs: expiresAtMs }
    revocation.revoke(client, { accessToken: token, ...ends, claims: {}, scopes: [] })
  }

  return {
    of: (client, subject, exchange, budget) => {
      const name = nameOf(client, subject, exchange)
      const key = JSON.stringify(name)
      const known = knownHere(key)
      if (known !== undefined) return settled(known)
      const answer = sharedAnswers.of(
        name,
        (within) => asked(client, subject, exchange, within),
        budget,
      )
      return answer.then((one) => settled(remember(key, one)))
    },
    signedOut: (client, subject) => {
      const exchanges = new Map(exchangesOf(client).map((one) => [targetOf(one), one]))
      if (exchanges.size === 0) return
      const budget = newBudget(BEHIND_MS)
      behind(Promise.all([...exchanges.values()].map((one) => letGo(client, subject, one, budget))))
    },
  }
}
