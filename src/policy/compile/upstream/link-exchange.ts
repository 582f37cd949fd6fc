import type { Policy, Rule } from '../../../core/policy/policy.ts'
import type { Exchange } from '../../../core/policy/upstream.ts'
import type { Client } from '../../../core/registration/client.ts'
import type { Finding } from '../object/findings.ts'
import { type Followed, follow, type Referables } from '../object/link.ts'
import type { ExchangeDraft } from './exchange.ts'

/** The clients of exchanges, looked at. */
export type LinkedExchanges = ReadonlyMap<ExchangeDraft, Followed<Client>>

interface Exchanging {
  readonly exchange?: ExchangeDraft
}

/** Follows the clients that the exchanges of a route name. */
export const followExchanges = (
  namespace: string,
  rules: readonly Exchanging[],
  clients: Referables<Client>,
): LinkedExchanges => {
  const followed = new Map<ExchangeDraft, Followed<Client>>()
  for (const { exchange } of rules) {
    if (exchange?.client === undefined || followed.has(exchange)) continue
    followed.set(exchange, follow(namespace, exchange.client, clients))
  }
  return followed
}

/** An exchange with the client instead of its name. */
export const completeExchange = (
  draft: ExchangeDraft | undefined,
  exchanges: LinkedExchanges,
): { readonly exchange?: Exchange } => {
  if (draft === undefined) return {}
  const client = exchanges.get(draft)
  return {
    exchange: { ...draft.terms, ...(client?.kind === 'usable' ? { client: client.value } : {}) },
  }
}

/** A provider exchanges the tokens that it issued, for clients of its own. */
const strangers = (
  { field }: ExchangeDraft,
  { exchange, authenticate }: Pick<Rule, 'exchange' | 'authenticate'>,
): readonly Finding[] => {
  const { client } = exchange ?? {}
  if (client === undefined) return []
  return authenticate.flatMap((method): readonly Finding[] => {
    if (!('provider' in method) || method.provider.name === client.provider.name) return []
    const message = `OIDCClient ${client.name} is registered with IdentityProvider ${client.provider.name}, which cannot exchange the tokens of ${method.provider.name}: name a client of that one, and take the tokens of each provider under a rule of its own`
    return [{ field: [...field, 'clientRef'], message, reason: 'Invalid' }]
  })
}

/** What is wrong with the clients of exchanges, each of which is complete in its rule. */
export const findingsOfExchanges = (
  exchanges: LinkedExchanges,
  rules: readonly (readonly [ExchangeDraft, Rule])[],
): readonly Finding[] => [
  ...[...exchanges].flatMap(([{ field }, followed]) =>
    followed.kind === 'finding' ? [{ field: [...field, 'clientRef'], ...followed.finding }] : [],
  ),
  ...rules.flatMap(([draft, rule]) => strangers(draft, rule)),
]

/** What tokens are exchanged for, by the name of the client as which that is done. */
export type ClientExchanges = ReadonlyMap<string, readonly Exchange[]>

const exchangersOf = (rule: Rule, { clients }: Policy): readonly Client[] => [
  ...(rule.authenticate.some(({ kind }) => kind === 'session') ? (rule.clients ?? clients) : []),
  ...(rule.exchange?.client === undefined ? [] : [rule.exchange.client]),
]

/**
 * Of all policies that can be used, so that a sign-out on one host finds what others asked for. The
 * access token of a session may have come as a bearer token as well.
 */
export const clientExchanges = (policies: readonly Policy[]): ClientExchanges => {
  const byClient = new Map<string, Exchange[]>()
  for (const policy of policies) {
    for (const rule of [policy.fallback, ...policy.rules]) {
      const { exchange } = rule
      if (exchange === undefined) continue
      for (const { name } of new Set(exchangersOf(rule, policy))) {
        byClient.set(name, [...(byClient.get(name) ?? []), exchange])
      }
    }
  }
  return byClient
}
