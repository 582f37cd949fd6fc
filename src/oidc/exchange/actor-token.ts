import { LRUCache } from 'lru-cache'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { SharedAnswer, SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { ConfigureClient } from '../client/client-configuration.ts'
import { isAboutClient, type Refusal, whyClientRefused } from '../client/refusal.ts'
import { oneGrant } from '../grant/one-grant.ts'
import { readJwt } from '../token/jwt.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import { REFUSED_MS, usedUntilMs } from './keeping.ts'

/** The token of an actor. */
export interface ActorToken {
  readonly token: string
  /** When the provider was asked for it. */
  readonly gotAtMs: number
}

/** The tokens of those who act, each got by the credentials of its client. */
export interface ActorTokens {
  /**
   * The access token of the client itself (RFC 6749 section 4.4), got once by all replicas and
   * kept until shortly before it ends.
   * @throws Fault `exchange_refused` where the provider gives it none, which is kept for seconds,
   * `provider_misconfigured`, `provider_unreachable` or `budget_exceeded`
   */
  readonly of: (client: Client, budget: Budget) => Promise<ActorToken>
  /** The provider does not take it: another one is got in a few seconds. Never throws. */
  readonly distrust: (client: Client, budget: Budget) => Promise<void>
}

/** What getting them takes. */
export interface ActorTokenDeps {
  readonly configure: ConfigureClient
  readonly sharedAnswers: SharedAnswers
  readonly clock: Clock
}

/** There are as many as clients that rules name as actors, and former generations of these. */
const MOST_KEPT = 1_000

const MS = 1_000

type Outcome =
  | ({ readonly kind: 'token' } & ActorToken)
  | { readonly kind: 'refused'; readonly detail: string }

interface Known {
  readonly outcome: Outcome
  readonly untilMs: number
}

const nameOf = ({ name, generation, provider }: Client): readonly string[] => [
  'actor token',
  name,
  generation,
  provider.generation,
]

const outcomeIn = (text: string): Outcome => {
  const { kind, token, gotAtMs, detail } = parseJsonObject(text) ?? {}
  if (kind === 'token' && typeof token === 'string' && typeof gotAtMs === 'number') {
    return { kind, token, gotAtMs }
  }
  if (kind === 'refused' && typeof detail === 'string') return { kind, detail }
  throw new Fault('internal', 'A kept actor token cannot be read.')
}

const TRANSIENT: ReadonlySet<string | undefined> = new Set([
  'temporarily_unavailable',
  'server_error',
])

const remedyOf = (client: Client, refusal: Refusal, listed: readonly string[] | undefined) =>
  isAboutClient(refusal)
    ? whyClientRefused(client, listed)
    : 'allow it the grant type client_credentials there (Keycloak: "Service accounts roles" under Capability config)'

const refusedBecause = (
  client: Client,
  refusal: Refusal,
  listed: readonly string[] | undefined,
): Outcome => {
  const { error, detail, status } = refusal
  const said = `${client.name}, which acts in exchanges, is given no token of its own: ${detail}`
  if (TRANSIENT.has(error) || status === 429 || status >= 500) {
    throw new Fault('provider_unreachable', `${said}.`)
  }
  return { kind: 'refused', detail: `${said}; ${remedyOf(client, refusal, listed)}.` }
}

/** When a token ends, by what came with it and by what it says itself, the sooner of both. */
const endOf = (token: string, expiresInMs: number | undefined, askedAtMs: number) => {
  const exp = readJwt(token)?.claims.exp
  const ends = [
    ...(expiresInMs === undefined ? [] : [askedAtMs + expiresInMs]),
    ...(isNumericDate(exp) ? [exp * MS] : []),
  ]
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** Actor tokens that are kept in this process, and sealed where replicas meet. */
export const createActorTokens = (deps: ActorTokenDeps): ActorTokens => {
  const { configure, sharedAnswers, clock } = deps
  const kept = new LRUCache<string, Known>({ max: MOST_KEPT })

  const asked = async (client: Client, budget: Budget): Promise<SharedAnswer> => {
    const askedAtMs = clock.nowMs()
    const grant = await oneGrant(
      configure,
      client,
      async (configuration) => {
        const { clientCredentialsGrant } = await import('openid-client')
        return clientCredentialsGrant(configuration)
      },
      budget,
    )
    if (grant.kind === 'refused') {
      const outcome = refusedBecause(client, grant.refusal, grant.listed)
      return { text: JSON.stringify(outcome), untilMs: askedAtMs + REFUSED_MS }
    }
    const { accessToken: token, expiresInMs } = grant
    const endsAtMs = endOf(token, expiresInMs, askedAtMs)
    const outcome: Outcome = { kind: 'token', token, gotAtMs: askedAtMs }
    return { text: JSON.stringify(outcome), untilMs: usedUntilMs(endsAtMs, clock.nowMs()) }
  }

  const knownOf = async (client: Client, budget: Budget): Promise<Known> => {
    const name = nameOf(client)
    const key = JSON.stringify(name)
    const before = kept.get(key)
    if (before !== undefined && before.untilMs > clock.nowMs()) return before
    const answer = await sharedAnswers.of(name, (within) => asked(client, within), budget)
    const known = { outcome: outcomeIn(answer.text), untilMs: answer.untilMs }
    kept.set(key, known)
    return known
  }

  return {
    of: async (client, budget) => {
      const { outcome } = await knownOf(client, budget)
      if (outcome.kind === 'refused') throw new Fault('exchange_refused', outcome.detail)
      return outcome
    },
    distrust: async (client, budget) => {
      const name = nameOf(client)
      const key = JSON.stringify(name)
      const known = kept.get(key)
      if (known === undefined) return
      kept.set(key, { ...known, untilMs: Math.min(known.untilMs, clock.nowMs() + REFUSED_MS) })
      await sharedAnswers.forget(name, budget)
    },
  }
}
