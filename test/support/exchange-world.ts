import type { Claims } from '../../src/core/identity/identity.ts'
import type { Exchange } from '../../src/core/policy/upstream.ts'
import type { ExchangeFacts, SubjectToken } from '../../src/core/provider/token-exchange.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import { asFault } from '../../src/core/reason/fault.ts'
import type { Client } from '../../src/core/registration/client.ts'
import type { Budget } from '../../src/core/time/budget.ts'
import { TOKEN_TYPES } from '../../src/oidc/exchange/exchange-request.ts'
import { createTokenExchange } from '../../src/oidc/exchange/token-exchange.ts'
import { createTokenVerifier } from '../../src/oidc/token/access-token.ts'
import { createMemoryBackend } from '../../src/sessions/memory/backend.ts'
import { createSharedAnswers } from '../../src/sessions/shared-answers.ts'
import { aClient } from './builders.ts'
import { unlimited } from './check-ports.ts'
import { handSetClock } from './hand-set-clock.ts'
import { handSetTimers } from './hand-set-timers.ts'
import { aHostileProvider, localProviders } from './local-providers.ts'
import { keysOf } from './process-keys.ts'
import { seededRandom } from './seeded-random.ts'

/** What most of the tests exchange for. */
export const ORDERS: Exchange = {
  audience: 'orders',
  scopes: ['orders:read'],
  takesOpaque: false,
}

export const HOUR_MS = 3_600_000

/** A provider that exchanges, processes that ask it, and a store where these meet. */
export const anExchangeWorld = async () => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const random = seededRandom('exchange')
  const shared = createMemoryBackend({ clock, random, maxEntries: 1_000 })
  const client = aClient({ provider })
  const facts: ExchangeFacts['outcome'][] = []
  const revoked: Tokens[] = []
  const revokedWithin: Budget[] = []
  const given: { readonly ms: number; readonly budget: Budget }[] = []
  const work: Promise<unknown>[] = []
  const told: string[] = []
  const timers = handSetTimers(clock)
  const providers = localProviders(clock)
  let exchanges: readonly Exchange[] = [ORDERS]

  const process = (changes: { readonly maxBytes?: number; readonly isAlone?: true } = {}) =>
    createTokenExchange({
      providers,
      verifier: createTokenVerifier({ providers, clock, cacheMaxEntries: 100 }),
      revocation: {
        revoked: async (_client, tokens, budget) => {
          revoked.push(tokens)
          revokedWithin.push(budget)
        },
      },
      sharedAnswers: createSharedAnswers({
        ...(changes.isAlone === true ? {} : { shared }),
        keys: keysOf('a'),
        clock,
        random,
        keyPrefix: 'sallyport',
        newBudget: () => unlimited,
        behind: () => undefined,
      }),
      exchangesOf: () => exchanges,
      clock,
      newBudget: (ms) => {
        const budget = { ...unlimited }
        given.push({ ms, budget })
        return budget
      },
      behind: (one) => void work.push(one),
      after: timers.after,
      tell: (sentence) => void told.push(sentence),
      observe: ({ outcome }) => void facts.push(outcome),
      ...(changes.maxBytes === undefined ? {} : { maxBytes: changes.maxBytes }),
    })

  const seconds = (ms: number): number => Math.floor((clock.nowMs() + ms) / 1000)
  const claimsOf = (sub: string, aud: string): Claims => ({
    iss: hostile.issuer,
    sub,
    aud,
    typ: 'Bearer',
    iat: seconds(0),
    exp: seconds(HOUR_MS / 2),
  })
  const subjectOf = (sub = 'alice', changes: Partial<SubjectToken> = {}): SubjectToken => ({
    token: hostile.signer.sign(claimsOf(sub, 'shop')),
    issuer: hostile.issuer,
    subject: sub,
    expiresAtMs: clock.nowMs() + HOUR_MS,
    ...changes,
  })
  const issued = (claims: Claims = {}, more: Claims = {}): Claims => ({
    access_token: hostile.signer.sign({ ...claimsOf('alice', 'orders'), ...claims }),
    token_type: 'Bearer',
    issued_token_type: TOKEN_TYPES.access_token,
    expires_in: 1_800,
    ...more,
  })
  hostile.setTokens(issued())

  const one = process()
  const ask = async (
    subject = subjectOf(),
    exchange: Partial<Exchange> = {},
    as: Client = client,
    by = one,
  ) => {
    try {
      const outcome = await by.of(as, subject, { ...ORDERS, ...exchange }, unlimited)
      return outcome.kind === 'token' ? outcome.token : `${outcome.kind}: ${outcome.detail}`
    } catch (thrown) {
      const { code, message } = asFault(thrown)
      return `${code}: ${message}`
    }
  }
  return {
    hostile,
    provider,
    clock,
    timers,
    client,
    facts,
    revoked,
    /** The budgets that these were taken back within. */
    revokedWithin,
    /** The budgets that were made, in order. */
    given,
    told,
    process,
    one,
    ask,
    subjectOf,
    issued,
    claimsOf,
    /** Resolves when what is done behind answers is done. */
    settled: () => Promise.all(work),
    exchangeFor: (next: readonly Exchange[]) => {
      exchanges = next
    },
    asked: () => hostile.requestCount('token'),
  }
}
