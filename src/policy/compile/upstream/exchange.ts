import type { Exchange, Upstream } from '../../../core/policy/upstream.ts'
import type { FieldPath, ProtectedRoute } from '../../resource/resource.ts'
import type { ProtectedRouteUpstreamExchange } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

interface ClientName {
  readonly namespace: string
  readonly name: string
}

/** What a token is exchanged for, with the names of clients instead of the clients. */
export interface ExchangeDraft {
  /** Of `exchange`, as it is written. */
  readonly field: FieldPath
  readonly client?: ClientName
  readonly actor?: ClientName
  readonly terms: Omit<Exchange, 'client' | 'actor'>
}

/** A way to authenticate, as far as it brings a token. */
interface Method {
  readonly kind: string
  readonly way?: string
  readonly field?: FieldPath
  readonly settings?: Readonly<Record<string, unknown>>
}

interface Rule {
  readonly name: string
  readonly public: boolean
  readonly upstream: Upstream
  readonly authenticate: readonly Method[]
  readonly exchange?: ExchangeDraft
}

interface Asking {
  readonly rules: readonly Rule[]
  readonly fallback: Rule
}

const TYPES = { AccessToken: 'access_token', JWT: 'jwt' } as const

const draftOf = (
  written: ProtectedRouteUpstreamExchange,
  namespace: string,
  field: FieldPath,
  findings: Findings,
): ExchangeDraft => {
  const { clientRef, actor, audience, resource, scopes, requestedTokenType, opaque } = written
  if (audience === undefined && resource === undefined && scopes === undefined) {
    const message =
      'An exchange asks for something: set at least one of `audience`, `resource` and `scopes`'
    findings.add(field, message)
  }
  return {
    field,
    ...(clientRef === undefined ? {} : { client: { namespace, ...clientRef } }),
    ...(actor === undefined ? {} : { actor: { namespace, ...actor.clientRef } }),
    terms: {
      ...(audience === undefined ? {} : { audience }),
      ...(resource === undefined ? {} : { resource }),
      scopes: [...(scopes ?? [])],
      ...(requestedTokenType === undefined
        ? {}
        : { requestedTokenType: TYPES[requestedTokenType] }),
      takesOpaque: opaque === 'Accept',
    },
  }
}

/** The ways in whose tokens no session holds. */
const waysBesides = ({ authenticate }: Rule): readonly Method[] =>
  authenticate.filter(({ kind }) => kind !== 'session' && kind !== 'anonymous')

const nameOf = ({ kind, way = kind }: Method): string => `\`${way}\``

const takesIdTokens = ({ settings }: Method): boolean => {
  const accepts = settings?.accepts
  return Array.isArray(accepts) && accepts.includes('id_token')
}

/** An ID token is for a client, and says nothing of what its holder may do. */
const checkAccepts = (methods: readonly Method[], findings: Findings): void => {
  for (const { field = [], ...method } of methods) {
    if (!takesIdTokens(method)) continue
    const message =
      'Only access tokens are exchanged, and the rule takes ID tokens as well: remove `IDToken`, or exchange nothing'
    findings.add([...field.slice(0, -1), 'accept'], message)
  }
}

interface Written {
  /** The rule's own; absent: it has that of the route. */
  readonly own?: ExchangeDraft | undefined
  readonly ofRoute?: ExchangeDraft | undefined
}

/** What a rule exchanges; nothing beside a finding. */
const exchangeFor = (
  { name, upstream }: Rule,
  { own, ofRoute }: Written,
  field: FieldPath,
  findings: Findings,
): ExchangeDraft | undefined => {
  if (upstream.authorization !== 'Exchange') {
    if (own === undefined) return undefined
    const message = `\`exchange\` says what the upstream gets with \`authorization: Exchange\`, and that is ${upstream.authorization} for ${name}: set it, or remove \`exchange\``
    findings.add(own.field, message)
    return undefined
  }
  const exchange = own ?? ofRoute
  if (exchange === undefined) {
    const message =
      '`authorization: Exchange` does not say what for: set `exchange`, of the rule or of the route'
    findings.add([...field, 'upstream', 'authorization'], message)
  }
  return exchange
}

/** As whom tokens are exchanged is said where, and only where, no session says it. */
const checkClients = (
  users: ReadonlyMap<ExchangeDraft, readonly Rule[]>,
  findings: Findings,
): void => {
  for (const [{ field, client }, rules] of users) {
    const others = [...new Set(rules.flatMap(waysBesides).map(nameOf))]
    const here = [...field, 'clientRef']
    if (client === undefined && others.length > 0) {
      const message = `Nothing says as whom the tokens of ${others.join(', ')} are exchanged: name an OIDCClient of their provider in \`clientRef\``
      findings.add(here, message)
    }
    if (client !== undefined && others.length === 0) {
      const message =
        'Only tokens of sessions are exchanged here, as the client of each: remove `clientRef`'
      findings.add(here, message)
    }
  }
}

/**
 * The rules of a route with what they exchange. A rule that says nothing of it has that of the
 * route where it has the route's `Exchange` or an own one.
 */
export const withExchanges = <D extends Asking>(
  draft: D,
  { metadata: { namespace }, spec }: ProtectedRoute,
  findings: Findings,
): D => {
  const users = new Map<ExchangeDraft, readonly Rule[]>()
  const read = (written: ProtectedRouteUpstreamExchange | undefined, field: FieldPath) =>
    written === undefined
      ? undefined
      : draftOf(written, namespace, [...field, 'upstream', 'exchange'], findings)
  const ofRoute = read(spec.upstream.exchange, ['spec'])

  const give = (rule: Rule, written: Written, field: FieldPath): Rule => {
    if (rule.public) return rule
    const exchange = exchangeFor(rule, written, field, findings)
    if (exchange === undefined) return rule
    users.set(exchange, [...(users.get(exchange) ?? []), rule])
    return { ...rule, exchange }
  }
  const rules = draft.rules.map((rule, at) => {
    const field = ['spec', 'rules', at]
    return give(rule, { own: read(spec.rules[at]?.upstream?.exchange, field), ofRoute }, field)
  })
  const fallback = give(draft.fallback, { own: ofRoute }, ['spec'])
  checkClients(users, findings)
  checkAccepts([...new Set([...users.values()].flat().flatMap(waysBesides))], findings)
  return { ...draft, rules, fallback }
}
