import { createHmac } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type {
  Credential,
  GrantFacts,
  GrantOutcome,
  GrantTerms,
  TokenGrants,
} from '../../core/provider/token-grants.ts'
import { Fault } from '../../core/reason/fault.ts'
import { networkOf } from '../../core/request/network.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { onceUnderWay } from '../../core/time/once-under-way.ts'
import type { Random } from '../../core/time/random.ts'
import { withinBudget } from '../../core/time/within-budget.ts'
import type { Providers } from '../provider/providers.ts'
import { readJwt } from '../token/jwt.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import { createAttempts } from './attempts.ts'
import { createAskForToken, type GrantAnswer } from './grant-endpoint.ts'

const MS = 1_000

/** An asking takes no longer, whether or not the request that began it is still there. */
const ASKING_BUDGET_MS = 10_000

/** A credential that was refused is not asked about again for this long. */
const REFUSED_MS = 5_000

/** A token is given up this long before its end, or by half of what is left of a shorter one. */
const MARGIN_MS = 5_000

/** What an entry may weigh on average, in characters of token. */
const AVERAGE_TOKEN_LENGTH = 2_048
const MAX_TOKEN_LENGTH = 256 * 1_024

const KEY_BYTES = 32

interface Remembered {
  readonly outcome: GrantOutcome
  readonly untilMs: number
}

/** What tells one credential, and what it is wanted for, from every other. */
const namedParts = (credential: Credential, { scopes }: GrantTerms): readonly unknown[] => {
  switch (credential.kind) {
    case 'client_credentials': {
      const { kind, provider, clientId, clientSecret } = credential
      return [kind, provider.name, provider.generation, scopes, clientId, clientSecret]
    }
    case 'password': {
      const { kind, client, username, password } = credential
      const { provider } = client
      return [kind, client.name, client.generation, provider.generation, scopes, username, password]
    }
    case 'refresh_token': {
      const { kind, client, refreshToken } = credential
      return [kind, client.name, client.generation, client.provider.generation, refreshToken]
    }
  }
}

/** When a token ends, by what the endpoint said and by what it says itself, the sooner of both. */
const endOf = (
  { accessToken, expiresInMs = Number.POSITIVE_INFINITY }: GrantAnswer & { kind: 'granted' },
  askedAtMs: number,
): number => {
  const exp = readJwt(accessToken)?.claims.exp
  const ofItself = isNumericDate(exp) ? exp * MS : Number.POSITIVE_INFINITY
  return Math.min(askedAtMs + expiresInMs, ofItself)
}

/** A little before the end, and never beyond what the terms say. */
const keptUntilMs = (endMs: number, { keptMs }: GrantTerms, nowMs: number): number =>
  Math.min(endMs - Math.min(MARGIN_MS, Math.max(endMs - nowMs, 0) / 2), nowMs + keptMs)

/** At least one, as the cache wants it. */
const sizeOf = (outcome: GrantOutcome): number =>
  outcome.kind === 'token' ? outcome.accessToken.length + 1 : 1

/** Callers whose gateway tells no address are one place. */
const NOWHERE = ''

type UnderWay = Map<string, Promise<GrantOutcome>>

const spent = (): Fault =>
  new Fault('provider_unreachable', 'The provider did not answer within the budget.')

/**
 * Access tokens for what callers hold. A token, or that a credential is not good, is remembered in
 * this process alone under a hash by a key that nobody else has: the credential itself is not kept,
 * and no hash in a dump of the memory can be tried against guesses. One asking for one credential
 * is under way at a time, which goes on when the request that began it is given up: of a refresh
 * token that rotates, the answer is had once. Those not good are counted by their network, so that
 * nobody guesses at the provider through here.
 */
export const createTokenGrants = (deps: {
  readonly providers: Providers
  readonly clock: Clock
  readonly random: Random
  readonly newBudget: (timeoutMs: number) => Budget
  readonly behind: (work: Promise<unknown>) => void
  readonly observe: (facts: GrantFacts) => void
  readonly cacheMaxEntries: number
}): TokenGrants => {
  const { clock, newBudget, behind, observe, cacheMaxEntries } = deps
  const key = deps.random.token(KEY_BYTES)
  const askForToken = createAskForToken(deps)
  const attempts = createAttempts(clock)
  const askings: UnderWay = new Map()
  const waiting: UnderWay = new Map()
  const good = new LRUCache<string, Remembered>({
    max: cacheMaxEntries,
    maxSize: cacheMaxEntries * AVERAGE_TOKEN_LENGTH,
    maxEntrySize: MAX_TOKEN_LENGTH,
  })
  const bad = new LRUCache<string, Remembered>({ max: cacheMaxEntries })

  const nameOf = (credential: Credential, terms: GrantTerms): string =>
    createHmac('sha256', key)
      .update(JSON.stringify(namedParts(credential, terms)))
      .digest('base64url')

  const known = (among: LRUCache<string, Remembered>, name: string): GrantOutcome | undefined => {
    const found = among.get(name)
    return found !== undefined && found.untilMs > clock.nowMs() ? found.outcome : undefined
  }

  const remember = (
    name: string,
    answer: GrantAnswer,
    terms: GrantTerms,
    askedAtMs: number,
  ): GrantOutcome => {
    const nowMs = clock.nowMs()
    if (answer.kind === 'refused') {
      bad.set(name, { outcome: answer, untilMs: nowMs + REFUSED_MS })
      return answer
    }
    const { accessToken } = answer
    const outcome: GrantOutcome = { kind: 'token', accessToken }
    const untilMs = keptUntilMs(endOf(answer, askedAtMs), terms, nowMs)
    if (untilMs > nowMs) {
      good.set(name, { outcome, untilMs }, { size: sizeOf(outcome) })
    }
    return outcome
  }

  const asked = async (
    name: string,
    credential: Credential,
    terms: GrantTerms,
    budget: Budget,
  ): Promise<GrantOutcome> => {
    const { kind } = credential
    const askedAtMs = clock.nowMs()
    try {
      const answer = await askForToken(credential, terms.scopes, budget)
      observe({ kind, outcome: answer.kind })
      return remember(name, answer, terms, askedAtMs)
    } catch (thrown) {
      observe({ kind, outcome: 'failed' })
      throw thrown
    }
  }

  const limited = ({ kind }: Credential, untilMs: number): GrantOutcome => {
    observe({ kind, outcome: 'limited' })
    const retryAfterSeconds = Math.max(Math.ceil((untilMs - clock.nowMs()) / MS), 1)
    return { kind: 'limited', retryAfterSeconds }
  }

  const attempt = async (
    name: string,
    credential: Credential,
    terms: GrantTerms,
    address: string,
  ): Promise<GrantOutcome> => {
    const budget = newBudget(ASKING_BUDGET_MS)
    const turn = await attempts.begin(address)
    if (turn.kind === 'limited') return limited(credential, turn.untilMs)
    let isFailure = false
    try {
      const before = known(good, name) ?? known(bad, name)
      if (before !== undefined) return before
      const outcome = await onceUnderWay(askings, name, () =>
        asked(name, credential, terms, budget),
      )
      isFailure = outcome.kind === 'refused'
      return outcome
    } finally {
      turn.end(isFailure)
    }
  }

  return {
    obtain: (credential, terms, address = NOWHERE, budget) => {
      const name = nameOf(credential, terms)
      const before = known(good, name)
      if (before !== undefined) return before
      const fromHere = `${name} ${networkOf(address)}`
      const started = onceUnderWay(waiting, fromHere, () =>
        attempt(name, credential, terms, address),
      )
      behind(started.catch(() => undefined))
      return withinBudget(started, budget, spent)
    },
    distrust: (credential, terms) => {
      const name = nameOf(credential, terms)
      const found = good.get(name)
      if (found === undefined) return
      const untilMs = Math.min(found.untilMs, clock.nowMs() + REFUSED_MS)
      good.set(name, { ...found, untilMs }, { size: sizeOf(found.outcome) })
    },
  }
}
