import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Exchange } from '../../core/policy/upstream.ts'
import type {
  ExchangeFacts,
  ExchangeOutcome,
  ExchangesOf,
  FormerToken,
  SubjectToken,
  TokenExchange,
} from '../../core/provider/token-exchange.ts'
import type { TokenVerifier } from '../../core/provider/token-verifier.ts'
import { asFault, Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { SharedAnswer, SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { createConfigureClient } from '../client/client-configuration.ts'
import type { StoppableRevocation } from '../client/revocation.ts'
import type { Providers } from '../provider/providers.ts'
import { createActorTokens } from './actor-token.ts'
import { createAskExchange } from './asking.ts'
import { REFUSED_MS, usedUntilMs } from './keeping.ts'
import { type Known, readKnown, textOf } from './known.ts'
import { createTakingBack, type TakingBackDeps } from './taking-back.ts'

/** What exchanges are made with. */
export interface TokenExchangeDeps extends Omit<TakingBackDeps<unknown>, 'clientOf' | 'letGo'> {
  readonly providers: Providers
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly revocation: Pick<StoppableRevocation, 'revoked'>
  readonly sharedAnswers: SharedAnswers
  readonly exchangesOf: ExchangesOf
  readonly clock: Clock
  readonly observe: (facts: ExchangeFacts) => void
  /** What is kept in this process, in bytes; absent: 32 MiB. */
  readonly maxBytes?: number
}

/** Exchanges that the end of the process can be told of. */
export interface HurriedTokenExchange extends TokenExchange {
  /** Begins now what was to be taken back soon: the process ends. */
  readonly hurry: () => void
}

const MAX_BYTES = 32 * 1024 * 1024
const OVERHEAD_BYTES = 512

const outcomeOfFault = (code: string): ExchangeFacts['outcome'] =>
  code === 'exchange_refused' || code === 'provider_misconfigured' ? 'refused' : 'unavailable'

/** An actor as it is now; none is none, as names were written before there were any. */
const actorOf = ({ actor }: Exchange): readonly string[] =>
  actor === undefined ? [] : [actor.name, actor.generation, actor.provider.generation]

const targetOf = (exchange: Exchange): string =>
  JSON.stringify([
    exchange.audience,
    exchange.resource,
    exchange.scopes,
    exchange.requestedTokenType,
    exchange.takesOpaque,
    ...actorOf(exchange),
  ])

/** Nothing where nobody acts, or nobody said who may. */
const mayActOf = ({ mayAct }: Told, { actor }: Exchange): readonly string[] =>
  mayAct === undefined || actor === undefined ? [] : [JSON.stringify(mayAct)]

/** A token of any time, and who may act for its subject if that was said. */
type Told = FormerToken & Pick<SubjectToken, 'mayAct'>

/**
 * What tells one exchange from all others: the token and whose it is, the client as it is now, and
 * what is asked for, with whoever acts, and may. The token is no part of it, and cannot be guessed
 * from it.
 */
const nameOf = (client: Client, subject: Told, exchange: Exchange): readonly string[] => [
  'exchange',
  'digest' in subject ? subject.digest : hash('sha256', subject.token, 'base64url'),
  subject.issuer,
  subject.subject,
  client.name,
  client.generation,
  client.provider.generation,
  targetOf(exchange),
  ...mayActOf(subject, exchange),
]

/** What may have been got for a token, by the names that it is kept under. */
interface Former {
  readonly client: Client
  readonly names: readonly (readonly string[])[]
}

/**
 * Exchanges that are asked for once by all replicas and kept: in this process by weight, and sealed
 * where replicas meet, until the new token or the one that it was got for is about to end. Refusals
 * are kept for seconds, and a provider that cannot be reached is none.
 */
export const createTokenExchange = (deps: TokenExchangeDeps): HurriedTokenExchange => {
  const { sharedAnswers, exchangesOf, revocation, clock, observe } = deps
  const configure = createConfigureClient(deps)
  const actorTokens = createActorTokens({ configure, sharedAnswers, clock })
  const ask = createAskExchange({ ...deps, configure, actorTokens })
  const kept = new LRUCache<string, Known>({
    maxSize: deps.maxBytes ?? MAX_BYTES,
    sizeCalculation: ({ text }, key) => OVERHEAD_BYTES + key.length + 2 * text.length,
  })

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
      if (answer.kind !== 'token') return { text: textOf(answer), untilMs: refusedUntilMs }
      const untilMs = usedUntilMs(answer.expiresAtMs, clock.nowMs(), subject.expiresAtMs)
      return { text: textOf(answer), untilMs }
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
    const answer = await sharedAnswers.peek(name, budget)
    return answer === undefined ? undefined : readKnown(answer)
  }

  const letGo = async ({ client, names }: Former, budget: Budget): Promise<void> => {
    await Promise.all(names.map((name) => letGoOf(client, name, budget)))
  }

  const letGoOf = async (
    client: Client,
    name: readonly string[],
    budget: Budget,
  ): Promise<void> => {
    const key = JSON.stringify(name)
    const known = knownHere(key) ?? (await found(name, budget).catch(() => undefined))
    kept.delete(key)
    await sharedAnswers.forget(name, budget)
    if (known?.outcome.kind !== 'token' || !client.logout.revokeTokens) return
    const { token, expiresAtMs } = known.outcome
    const ends = expiresAtMs === undefined ? {} : { accessTokenExpiresAtMs: expiresAtMs }
    const tokens = { accessToken: token, ...ends, claims: {}, scopes: [] }
    await revocation.revoked(client, tokens, budget)
  }

  const takingBack = createTakingBack({ ...deps, clientOf: ({ client }) => client.name, letGo })

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
    takeBack: (client, former, when) => {
      const targets = new Map(exchangesOf(client).map((one) => [targetOf(one), one]))
      if (targets.size === 0) return
      const names = [...targets.values()].map((one) => nameOf(client, former, one))
      takingBack.add({ client, names }, when)
    },
    hurry: takingBack.hurry,
  }
}
