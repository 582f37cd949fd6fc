import { LRUCache } from 'lru-cache'
import type { Claims } from '../../core/identity/identity.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import type { SharedAnswer, SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import { isNumericDate } from '../token/numeric-date.ts'

/** What is asked about a token. */
export interface Question {
  /** Keeps the answer apart from every other; holds digests and generations, and no token. */
  readonly name: string
  /** How long an answer counts; 0: for nobody but who asked. */
  readonly ttlMs: number
  /** When the token ends by what itself says; absent: it says nothing. */
  readonly tokenEndsAtMs?: number
  /** How much later than it says a token ends. */
  readonly skewMs: number
  /** Asks the provider; `undefined`: the token is not good. @throws Fault */
  readonly ask: (budget: Budget) => Promise<Claims | undefined>
  /** What an answer comes to. */
  readonly read: (told: Claims) => Verification
  /** What it comes to that the token is not good. */
  readonly inactive: () => Verification
}

/** Answers of providers about tokens, remembered. */
export interface Remembered {
  /** The answer that still counts, as the same object each time. */
  readonly known: (name: string) => Verification | undefined
  /** Asks, once at a time for all replicas, and remembers. @throws Fault whatever `ask` throws. */
  readonly of: (question: Question, budget: Budget) => Promise<Verification>
}

/** How long a refusal is remembered at most: a token may be made good, or a client be permitted. */
const REFUSED_MS = 5_000

/** What an entry may weigh on average, in characters. */
const AVERAGE_LENGTH = 2_048

/** A longer answer is not kept. */
const MAX_LENGTH = 256 * 1_024

interface Kept {
  readonly verification: Verification
  readonly untilMs: number
}

/** A token that is not good, as shared text: no object, so that it is never taken for an answer. */
const INACTIVE = 'inactive'

/**
 * Remembers in this process, and has replicas share what is good. Refusals stay in the process
 * alone, in a place of their own: nobody fills the store, or drives out what is good, with tokens
 * that are made up.
 */
export const createRemembered = (deps: {
  readonly clock: Clock
  readonly shared: Pick<SharedAnswers, 'of'>
  readonly maxEntries: number
}): Remembered => {
  const { clock, shared, maxEntries } = deps
  const good = new LRUCache<string, Kept>({
    max: maxEntries,
    maxSize: maxEntries * AVERAGE_LENGTH,
    maxEntrySize: MAX_LENGTH,
  })
  const refused = new LRUCache<string, Kept>({ max: maxEntries })

  const known = (name: string): Verification | undefined => {
    const kept = good.get(name) ?? refused.get(name)
    return kept !== undefined && kept.untilMs > clock.nowMs() ? kept.verification : undefined
  }

  /** When an answer that comes now ends. */
  const endOf = ({ ttlMs, tokenEndsAtMs, skewMs }: Question, { exp }: Claims): number =>
    Math.min(
      clock.nowMs() + ttlMs,
      ...(tokenEndsAtMs === undefined ? [] : [tokenEndsAtMs + skewMs]),
      ...(isNumericDate(exp) ? [exp * 1_000 + skewMs] : []),
    )

  const askToShare = async (question: Question, budget: Budget): Promise<SharedAnswer> => {
    const told = await question.ask(budget)
    return told === undefined
      ? { text: INACTIVE, untilMs: clock.nowMs() }
      : { text: JSON.stringify(told), untilMs: endOf(question, told) }
  }

  const keep = (
    { name, ttlMs }: Question,
    verification: Verification,
    { text, untilMs }: SharedAnswer,
  ): Verification => {
    if (verification.kind === 'verified') {
      refused.delete(name)
      good.set(name, { verification, untilMs }, { size: text.length })
      return verification
    }
    good.delete(name)
    const endsAtMs = clock.nowMs() + Math.min(REFUSED_MS, ttlMs)
    refused.set(name, { verification, untilMs: endsAtMs })
    return verification
  }

  const outcomeOf = ({ read, inactive }: Question, told: Claims | undefined): Verification =>
    told === undefined ? inactive() : read(told)

  return {
    known,
    of: async (question, budget) => {
      const { name, ttlMs } = question
      if (ttlMs === 0) return outcomeOf(question, await question.ask(budget))
      const answer = await shared.of([name], (within) => askToShare(question, within), budget)
      // Of those who waited for one answer, the first has read it.
      const read = known(name)
      if (read !== undefined) return read
      return keep(question, outcomeOf(question, parseJsonObject(answer.text)), answer)
    },
  }
}
