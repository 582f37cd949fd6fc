import type { AuthenticateMethod, Policy, Rule } from '../../core/policy/policy.ts'
import type { Exchange } from '../../core/policy/upstream.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Random } from '../../core/time/random.ts'
import { EXCHANGE_GRANT } from '../../oidc/exchange/exchange-request.ts'
import { listed } from '../../oidc/inspection/offers.ts'
import type { ProbeExchange } from '../../oidc/inspection/probe-exchange.ts'
import { exchangersOf } from '../../policy/compile/upstream/link-exchange.ts'
import type { Interest } from './inquiry-findings.ts'
import type { RouteFinding } from './report.ts'

/** What the metadata of a provider say of grant types; `undefined`: nothing. */
export type GrantsOf = (provider: string) => readonly string[] | undefined

/** What asking whether clients may exchange tokens takes. */
export interface ProbeParts {
  readonly probeExchange: ProbeExchange
  readonly random: Pick<Random, 'token'>
  readonly newBudget: (timeoutMs: number) => Budget
}

interface Use {
  readonly check: RouteFinding['check']
  readonly provider: string
  readonly grant: string
  /** Who needs it and for what, as the end of a sentence. */
  readonly by: string
  /** How a request ends without it. */
  readonly end: string
}

const GRANTS: Readonly<Record<string, string>> = {
  clientCredentials: 'client_credentials',
  password: 'password',
  refreshToken: 'refresh_token',
}

const wayUses = (method: AuthenticateMethod): readonly Use[] => {
  const grant = method.kind === 'credential' ? GRANTS[method.way] : undefined
  if (method.kind !== 'credential' || grant === undefined) return []
  const by = `the way in \`${method.way}\` needs`
  const end = '503 provider_misconfigured'
  return [{ check: 'way in', provider: method.provider.name, grant, by, end }]
}

const exchangeUses = (rule: Rule, { clients }: Pick<Policy, 'clients'>): readonly Use[] => {
  if (rule.exchange === undefined) return []
  const use = ({ name, provider }: Client, grant: string, what: string): Use => ({
    check: 'exchange',
    provider: provider.name,
    grant,
    by: `OIDCClient ${name} needs to ${what}`,
    end: '503 exchange_refused',
  })
  const { actor } = rule.exchange
  return [
    ...exchangersOf(rule, clients).map((one) => use(one, EXCHANGE_GRANT, 'exchange tokens')),
    ...(actor === undefined ? [] : [use(actor, 'client_credentials', 'act in exchanges')]),
  ]
}

const ofUse = (
  { check, provider, grant, by, end }: Use,
  grantsOf: GrantsOf,
): readonly RouteFinding[] => {
  const offered = grantsOf(provider)
  if (offered === undefined) return []
  if (offered.includes(grant)) {
    const message = `IdentityProvider ${provider} offers the grant type ${grant}, which ${by}.`
    return [{ check, state: 'well', message }]
  }
  const message = `grant_types_supported of IdentityProvider ${provider} has ${listed(offered)}, and not ${grant}, which ${by}: have the provider offer it, or requests end in ${end}.`
  return [{ check, state: 'warning', message }]
}

type Rules = Pick<Policy, 'rules' | 'fallback' | 'clients'>

const rulesOf = ({ rules, fallback }: Rules): readonly Rule[] => [fallback, ...rules]

const uniqueBy = <T>(values: readonly T[], name: (value: T) => string): readonly T[] => [
  ...new Map(values.map((one) => [name(one), one])).values(),
]

/** The grant types that a route needs, held against what its providers say they offer. */
export const grantFindings = (
  policy: Rules | undefined,
  grantsOf: GrantsOf,
): readonly RouteFinding[] => {
  if (policy === undefined) return []
  const uses = rulesOf(policy).flatMap((rule) => [
    ...rule.authenticate.flatMap(wayUses),
    ...exchangeUses(rule, policy),
  ])
  return uniqueBy(uses, ({ provider, grant, by }) => `${provider} ${grant} ${by}`).flatMap((use) =>
    ofUse(use, grantsOf),
  )
}

interface Asking {
  readonly client: Client
  readonly exchange: Exchange
}

const askingsOf = (policy: Rules): readonly Asking[] =>
  rulesOf(policy).flatMap((rule): readonly Asking[] => {
    const { exchange } = rule
    if (exchange === undefined) return []
    return exchangersOf(rule, policy.clients).map((client) => ({ client, exchange }))
  })

/**
 * Asks, once for each client that a route has tokens exchanged as, whether it may do that; of the
 * providers that are of interest.
 */
export const exchangeFindings = (
  policy: Rules,
  { isAsked, triesCredentials }: Interest,
  { probeExchange, random, newBudget }: ProbeParts,
): Promise<readonly RouteFinding[]> => {
  const askings = askingsOf(policy).filter(({ client }) => isAsked(client.provider.name))
  return Promise.all(
    uniqueBy(askings, ({ client }) => client.name).map(
      async ({ client, exchange }): Promise<RouteFinding> => {
        if (!triesCredentials) {
          const message = `Whether OIDCClient ${client.name} may exchange tokens was not asked, as was asked for.`
          return { check: 'exchange', state: 'unknown', message }
        }
        const madeUp = `sallyport-doctor-${random.token(24)}`
        const budget = newBudget(2 * client.provider.requestTimeoutMs)
        return { check: 'exchange', ...(await probeExchange(client, exchange, madeUp, budget)) }
      },
    ),
  )
}
