import type { Policy, Rule } from '../../../core/policy/policy.ts'
import type { Exchange } from '../../../core/policy/upstream.ts'
import type { Client } from '../../../core/registration/client.ts'
import type { Finding } from '../object/findings.ts'
import { type Followed, follow, type Referables } from '../object/link.ts'
import type { ExchangeDraft } from './exchange.ts'

interface FollowedClients {
  readonly client?: Followed<Client>
  readonly actor?: Followed<Client>
}

/** The clients of exchanges, looked at. */
export type LinkedExchanges = ReadonlyMap<ExchangeDraft, FollowedClients>

interface Exchanging {
  readonly exchange?: ExchangeDraft
}

/** Follows the clients that the exchanges of a route name. */
export const followExchanges = (
  namespace: string,
  rules: readonly Exchanging[],
  clients: Referables<Client>,
): LinkedExchanges => {
  const followed = new Map<ExchangeDraft, FollowedClients>()
  for (const { exchange } of rules) {
    if (exchange === undefined || followed.has(exchange)) continue
    const { client, actor } = exchange
    followed.set(exchange, {
      ...(client === undefined ? {} : { client: follow(namespace, client, clients) }),
      ...(actor === undefined ? {} : { actor: follow(namespace, actor, clients) }),
    })
  }
  return followed
}

/** All that was followed. */
export const followedExchanges = (exchanges: LinkedExchanges): readonly Followed<Client>[] =>
  [...exchanges.values()]
    .flatMap(({ client, actor }) => [client, actor])
    .filter((one) => one !== undefined)

/** An exchange with the clients instead of their names. */
export const completeExchange = (
  draft: ExchangeDraft | undefined,
  exchanges: LinkedExchanges,
): { readonly exchange?: Exchange } => {
  if (draft === undefined) return {}
  const { client, actor } = exchanges.get(draft) ?? {}
  return {
    exchange: {
      ...draft.terms,
      ...(client?.kind === 'usable' ? { client: client.value } : {}),
      ...(actor?.kind === 'usable' ? { actor: actor.value } : {}),
    },
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

type Sessions = Pick<Rule, 'authenticate' | 'clients' | 'exchange'>

/**
 * As whom the tokens are exchanged that a rule takes. `clients`: of the route, whose sessions a
 * rule takes that has none of its own.
 */
export const exchangersOf = (rule: Sessions, clients: readonly Client[]): readonly Client[] => [
  ...(rule.authenticate.some(({ kind }) => kind === 'session') ? (rule.clients ?? clients) : []),
  ...(rule.exchange?.client === undefined ? [] : [rule.exchange.client]),
]

/** Who acts is known to whoever exchanges, and can prove itself there. */
const strangeActors = (
  { field }: ExchangeDraft,
  rule: Sessions,
  clients: readonly Client[],
): readonly Finding[] => {
  const actor = rule.exchange?.actor
  if (actor === undefined) return []
  const here = [...field, 'actor', 'clientRef']
  const found = (message: string): Finding => ({ field: here, message, reason: 'Invalid' })
  const others = exchangersOf(rule, clients).filter(
    ({ provider }) => provider.name !== actor.provider.name,
  )
  return [
    ...(actor.authentication.method === 'none'
      ? [
          found(
            `OIDCClient ${actor.name} has no credentials, so that it is given no token to act with: name one with another \`authentication.method\` than none`,
          ),
        ]
      : []),
    ...others.map(({ name, provider }) =>
      found(
        `OIDCClient ${actor.name} is registered with IdentityProvider ${actor.provider.name}, and OIDCClient ${name} exchanges at ${provider.name}, which does not know it: name a client of that one, and exchange at each provider under a rule of its own`,
      ),
    ),
  ]
}

const unique = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((one) => [`${one.field.join('.')} ${one.message}`, one])).values(),
]

/** What is wrong with the clients of exchanges, each of which is complete in its rule. */
export const findingsOfExchanges = (
  exchanges: LinkedExchanges,
  rules: readonly (readonly [ExchangeDraft, Rule])[],
  clients: readonly Client[],
): readonly Finding[] => [
  ...[...exchanges].flatMap(([{ field }, { client, actor }]) => [
    ...(client?.kind === 'finding' ? [{ field: [...field, 'clientRef'], ...client.finding }] : []),
    ...(actor?.kind === 'finding'
      ? [{ field: [...field, 'actor', 'clientRef'], ...actor.finding }]
      : []),
  ]),
  ...rules.flatMap(([draft, rule]) => strangers(draft, rule)),
  ...unique(rules.flatMap(([draft, rule]) => strangeActors(draft, rule, clients))),
]

/** What tokens are exchanged for, by the name of the client as which that is done. */
export type ClientExchanges = ReadonlyMap<string, readonly Exchange[]>

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
      for (const { name } of new Set(exchangersOf(rule, policy.clients))) {
        byClient.set(name, [...(byClient.get(name) ?? []), exchange])
      }
    }
  }
  return byClient
}
