import type { CheckPorts } from '../../core/check-ports.ts'
import type { Client } from '../../core/registration/client.ts'
import { causeOf, isSpeculative } from '../../core/request/navigation.ts'
import type { Request } from '../../core/request/request.ts'
import type { Budget } from '../../core/time/budget.ts'
import { attemptTimeMs } from './login-cookie.ts'

/** What is known of an attempt besides its own browser's cookie. */
export interface Attempts {
  /** True for the first callback of an attempt, on whatever replica (R16). */
  readonly claim: (attempt: string, client: Client, budget: Budget) => Promise<boolean>
  /** Says to the others that the callback which claimed the attempt has its answer. */
  readonly finished: (attempt: string, client: Client) => void
  /** Resolves when the callback that claimed the attempt is answered, or has had its time. */
  readonly whenFinished: (attempt: string) => Promise<void>
  /**
   * Ends an attempt whose answer arrived in another browser, so that its code is of use in none,
   * nor in the one that the attempt began in.
   */
  readonly spoil: (request: Request, attempt: string, client: Client) => void
  /** Whether that has happened. */
  readonly isSpoiled: (attempt: string, budget: Budget) => Promise<boolean>
}

/** Longer than a code exchange takes as a rule, and shorter than Envoy waits for a check. */
const WAIT_MS = 2_500

/** Of at least 25 ms each. */
const MOST_PAUSES = 100

/**
 * How many attempts are waited for at a time; whoever asks for one of them waits with the others.
 */
const MOST_WAITING = 50

const BEHIND_BUDGET_MS = 1_000

/** Anybody can make up callbacks; no more of them than that are remembered in a second. */
const MOST_SPOILED = 10
const WINDOW_MS = 1_000

const usedId = (attempt: string): string => `login:${attempt}`
const finishedId = (attempt: string): string => `login-finished:${attempt}`
const spoiledId = (attempt: string): string => `login-spoiled:${attempt}`

/** A page that a person opens; not what a page, a browser or a program loads by itself. */
const isVisit = (request: Request): boolean =>
  request.header('sec-fetch-mode') === 'navigate' &&
  request.header('sec-fetch-dest') === 'document' &&
  causeOf(request) !== 'unknown' &&
  !isSpeculative(request)

/** The fates of attempts, which all replicas share by the replay guard. */
export const createAttempts = (ports: CheckPorts): Attempts => {
  const { replay, lock, clock, newBudget, behind } = ports
  let windowStartMs = 0
  let spoiledInWindow = 0
  const waiting = new Map<string, Promise<void>>()

  /** How long the state of an attempt can still be accepted. */
  const ttlMs = (attempt: string, { loginLifetimeMs }: Client): number => {
    const leftMs = attemptTimeMs(attempt) + loginLifetimeMs - clock.nowMs()
    return Math.min(Math.max(leftMs, WINDOW_MS), loginLifetimeMs)
  }

  const mayRemember = (): boolean => {
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - windowStartMs) >= WINDOW_MS) {
      windowStartMs = nowMs
      spoiledInWindow = 0
    }
    spoiledInWindow += 1
    return spoiledInWindow <= MOST_SPOILED
  }

  const claim: Attempts['claim'] = (attempt, client, budget) =>
    replay.claim(usedId(attempt), ttlMs(attempt, client), budget)

  const pollFinished = async (attempt: string): Promise<void> => {
    const budget = newBudget(WAIT_MS)
    for (let pauses = 0; pauses < MOST_PAUSES; pauses += 1) {
      const isFinished = await replay.isClaimed(finishedId(attempt), budget).catch(() => true)
      await lock.pause(budget)
      if (isFinished) return
    }
  }

  const spoilNow = async (attempt: string, client: Client): Promise<void> => {
    const budget = newBudget(BEHIND_BUDGET_MS)
    if (!(await claim(attempt, client, budget))) return
    await replay.claim(spoiledId(attempt), ttlMs(attempt, client), budget)
  }

  return {
    claim,
    finished: (attempt, client) => {
      const ended = replay.claim(
        finishedId(attempt),
        ttlMs(attempt, client),
        newBudget(BEHIND_BUDGET_MS),
      )
      behind(ended.catch(() => undefined))
    },
    whenFinished: async (attempt) => {
      const known = waiting.get(attempt)
      if (known !== undefined) return known
      if (waiting.size >= MOST_WAITING) return
      const wait = pollFinished(attempt).finally(() => waiting.delete(attempt))
      waiting.set(attempt, wait)
      return wait
    },
    spoil: (request, attempt, client) => {
      const isOver = attemptTimeMs(attempt) + client.loginLifetimeMs <= clock.nowMs()
      if (isOver || !isVisit(request) || !mayRemember()) return
      behind(spoilNow(attempt, client).catch(() => undefined))
    },
    isSpoiled: (attempt, budget) => replay.isClaimed(spoiledId(attempt), budget).catch(() => false),
  }
}
