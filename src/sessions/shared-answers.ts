import { createHmac } from 'node:crypto'
import { asFault } from '../core/reason/fault.ts'
import type { HeldLock } from '../core/session/lock.ts'
import type { SharedAnswer, SharedAnswers } from '../core/session/shared-answers.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import { onceUnderWay } from '../core/time/once-under-way.ts'
import type { Random } from '../core/time/random.ts'
import type { Backend } from './backend/backend.ts'
import { withinBudget } from './backend/budget.ts'
import type { Keys, ProcessKey } from './sealing/keys.ts'
import { createSeal } from './sealing/seal.ts'

/** What shared answers are built from. */
export interface SharedAnswersDependencies {
  /** Where replicas meet; absent: there is one alone, which keeps what it needs by itself. */
  readonly shared?: Pick<Backend, 'entries' | 'lock'>
  readonly keys: Keys
  readonly clock: Clock
  readonly random: Random
  /** In front of every key of the store. */
  readonly keyPrefix: string
  readonly newBudget: (timeoutMs: number) => Budget
  readonly behind: (work: Promise<unknown>) => void
}

/** A lost holder's lock expires by itself after this; one that lives renews it. */
const LOCK_TTL_MS = 5_000

/** An asking takes no longer, whether or not the request that began it is still there. */
const ASKING_BUDGET_MS = 4_500

/** Is kept for nobody. */
const NOTHING: SharedAnswer = { text: '', untilMs: Number.NEGATIVE_INFINITY }

const isOutage = (thrown: unknown): boolean => asFault(thrown).code === 'session_store_unavailable'

const letGo = (held: HeldLock): Promise<void> => held.release().catch(() => undefined)

const readAnswer = (text: string): SharedAnswer | undefined => {
  const [untilMs, answer]: readonly unknown[] = JSON.parse(text)
  return typeof untilMs === 'number' && typeof answer === 'string'
    ? { untilMs, text: answer }
    : undefined
}

/**
 * Keeps answers as sealed records under keyed names: who can read the store learns none of them,
 * and who can write to it can neither make one nor put one in the place of another.
 */
export const createSharedAnswers = (deps: SharedAnswersDependencies): SharedAnswers => {
  const { shared, keys, clock, keyPrefix, newBudget, behind } = deps
  const seal = createSeal(deps)
  const inFlight = new Map<string, Promise<SharedAnswer>>()

  const placeUnder = (key: ProcessKey, name: string): string => {
    const hash = createHmac('sha256', key.derive('shared answers')).update(name).digest('base64url')
    return `${keyPrefix}:answer:${hash}`
  }

  const contextOf = (name: string): readonly string[] => ['shared answer', name]

  const read = async (
    { entries }: Pick<Backend, 'entries'>,
    name: string,
  ): Promise<SharedAnswer | undefined> => {
    const bytes = await entries.read(placeUnder(keys.newest(), name))
    const text = bytes === undefined ? undefined : seal.open(contextOf(name), bytes.toString())
    const answer = text === undefined ? undefined : readAnswer(text)
    return answer !== undefined && answer.untilMs > clock.nowMs() ? answer : undefined
  }

  /** What cannot be written is asked for again by whoever needs it. */
  const keep = async (
    { entries }: Pick<Backend, 'entries'>,
    name: string,
    { text, untilMs }: SharedAnswer,
  ): Promise<void> => {
    const ttlMs = Math.floor(untilMs - clock.nowMs())
    if (ttlMs <= 0) return
    const place = placeUnder(keys.newest(), name)
    const sealed = Buffer.from(seal.seal(contextOf(name), JSON.stringify([untilMs, text])))
    try {
      if (!(await entries.create(place, sealed, ttlMs))) await entries.renew(place, sealed, ttlMs)
    } catch (thrown) {
      if (!isOutage(thrown)) throw thrown
    }
  }

  type Ask = (budget: Budget) => Promise<SharedAnswer>

  const asHolder = async (
    place: Pick<Backend, 'entries'>,
    name: string,
    ask: Ask,
    budget: Budget,
  ): Promise<SharedAnswer> => {
    const before = await read(place, name)
    if (before !== undefined) return before
    const answer = await ask(budget)
    await keep(place, name, answer)
    return answer
  }

  const acrossReplicas = async (
    { entries, lock }: Pick<Backend, 'entries' | 'lock'>,
    name: string,
    ask: Ask,
    budget: Budget,
  ): Promise<SharedAnswer> => {
    const lockName = `answer:${placeUnder(keys.newest(), name)}`
    for (;;) {
      const known = await read({ entries }, name)
      if (known !== undefined) return known
      const held = await lock.acquire(lockName, LOCK_TTL_MS, budget)
      if (held !== undefined) {
        return asHolder({ entries }, name, ask, budget).finally(() => letGo(held))
      }
      await lock.pause(budget)
    }
  }

  /** A failure of the one who is asked is told; one of the store leaves each process to itself. */
  const answerOf = async (name: string, ask: Ask): Promise<SharedAnswer> => {
    const budget = newBudget(ASKING_BUDGET_MS)
    if (shared === undefined) return ask(budget)
    let asked: Promise<SharedAnswer> | undefined
    const askOnce: Ask = (within) => {
      asked ??= ask(within)
      return asked
    }
    try {
      return await acrossReplicas(shared, name, askOnce, budget)
    } catch (thrown) {
      if (asked === undefined && isOutage(thrown)) return askOnce(budget)
      if (asked !== undefined) return asked
      throw thrown
    }
  }

  return {
    of: (parts, ask, budget) => {
      const name = JSON.stringify(parts)
      const asking = onceUnderWay(inFlight, name, () => {
        const begun = answerOf(name, ask)
        behind(begun.catch(() => undefined))
        return begun
      })
      return withinBudget(asking, budget)
    },
    peek: async (parts, budget) => {
      const name = JSON.stringify(parts)
      const asking = inFlight.get(name)
      if (asking !== undefined) return withinBudget(asking, budget)
      if (shared === undefined) return undefined
      const looking = acrossReplicas(shared, name, async () => NOTHING, budget)
      const answer = await withinBudget(looking, budget)
      return answer === NOTHING ? undefined : answer
    },
    forget: async (parts, budget) => {
      if (shared === undefined) return
      const name = JSON.stringify(parts)
      const removals = keys.all().map((key) => shared.entries.remove(placeUnder(key, name)))
      await withinBudget(Promise.allSettled(removals), budget).catch(() => undefined)
    },
  }
}
