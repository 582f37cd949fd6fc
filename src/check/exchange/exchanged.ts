import type { CheckPorts } from '../../core/check-ports.ts'
import { type Prepared, prepareAllow } from '../../core/decision/prepared.ts'
import type { Identity, Unauthenticated } from '../../core/identity/identity.ts'
import { partOf } from '../../core/policy/part.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { Exchange } from '../../core/policy/upstream.ts'
import type { ExchangeOutcome, SubjectToken } from '../../core/provider/token-exchange.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import { sessionRefused } from '../session/opened-session.ts'
import { accessTokenOf } from './access-token.ts'

/** Whom a rule permits, with the token of the upstream, and the allow that this makes. */
export interface WithExchanged {
  readonly kind: 'exchanged'
  readonly identity: Identity
  readonly prepared: Prepared
}

/** Has the access token of whoever is permitted exchanged, under a rule that asks for that. */
export type Exchanged = (
  request: Request,
  policy: Policy,
  rule: Rule & { readonly exchange: Exchange },
  identity: Identity,
  prepared: Prepared | undefined,
  budget: Budget,
) => Awaitable<WithExchanged | Unauthenticated>

interface Kept {
  readonly outcome: WithExchanged
  readonly untilMs: number
}

/**
 * Who signed in a moment ago comes back with tokens that are as new: another login would mend
 * nothing, and lead here again.
 */
const NEW_MS = 10_000

const clientOf = (policy: Policy, rule: Rule, exchange: Exchange, identity: Identity): Client => {
  const client =
    identity.via === 'session'
      ? partOf(policy, rule).clients.find(({ name }) => name === identity.client)
      : exchange.client
  if (client !== undefined) return client
  const message = `There is no client to exchange a token as that was found by \`${identity.via}\`.`
  throw new Fault('exchange_refused', message)
}

/** The claims of a session are about its subject, and those of another identity about its token. */
const subjectOf = (request: Request, identity: Identity): SubjectToken => {
  const { via, issuer, subject, accessTokenExpiresAtMs, expiresAtMs } = identity
  const mayAct = via === 'session' ? undefined : identity.claims.may_act
  const token = accessTokenOf(request, identity)
  if (token === undefined) {
    throw new Fault('exchange_refused', 'There is no access token that could be exchanged.')
  }
  const endsAtMs = via === 'session' ? accessTokenExpiresAtMs : expiresAtMs
  return {
    token,
    issuer,
    subject,
    ...(endsAtMs === undefined ? {} : { expiresAtMs: endsAtMs }),
    ...(mayAct === undefined ? {} : { mayAct }),
  }
}

/**
 * The token of an upstream is kept with what was prepared of the allow, and no longer than it may
 * be used. Where the provider does not take the access token, its holder is nobody here: a session
 * is over, and a bearer is told that its token is.
 */
export const createExchanged = ({
  tokenExchange,
  clock,
}: Pick<CheckPorts, 'tokenExchange' | 'clock'>): Exchanged => {
  const kept = new WeakMap<Prepared, Kept>()

  const refusedFor = (identity: Identity, detail: string): Unauthenticated => {
    if (identity.via !== 'session') {
      const reason = 'token_inactive'
      return { kind: 'unauthenticated', reason, presented: 'bearer', detail, clearCookies: [] }
    }
    const { tokensReceivedAtMs = Number.NEGATIVE_INFINITY } = identity
    if (clock.nowMs() - tokensReceivedAtMs >= NEW_MS) {
      return sessionRefused('session_ended', { detail })
    }
    const message = `${detail} It issued that token a moment ago, so that another login would not help: see what the provider logs.`
    throw new Fault('exchange_refused', message)
  }

  const withToken = (
    policy: Policy,
    rule: Rule,
    identity: Identity,
    { token, expiresAtMs }: Extract<ExchangeOutcome, { kind: 'token' }>,
  ): WithExchanged => {
    const exchanged = { token, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) }
    const whom = { ...identity, exchanged }
    return { kind: 'exchanged', identity: whom, prepared: prepareAllow(policy, rule, whom) }
  }

  return (request, policy, rule, identity, prepared, budget) => {
    const known = prepared === undefined ? undefined : kept.get(prepared)
    if (known !== undefined && known.untilMs > clock.nowMs()) return known.outcome
    const { exchange } = rule
    const client = clientOf(policy, rule, exchange, identity)
    const subject = subjectOf(request, identity)
    return andThen(tokenExchange.of(client, subject, exchange, budget), (answer) => {
      if (answer.kind === 'subject_refused') return refusedFor(identity, answer.detail)
      const outcome = withToken(policy, rule, identity, answer)
      if (prepared !== undefined) kept.set(prepared, { outcome, untilMs: answer.untilMs })
      return outcome
    })
  }
}
