import type { WrittenManifest } from '../model/migration.ts'
import { type JsonObject, listIn, objectIn, textIn, withoutAbsent } from '../reading/json.ts'
import { NO_HOSTS } from './hosts.ts'
import { closingClause, closingComments, manifestOf, type Place } from './manifests.ts'

/** What holds for some paths of some hosts. */
export interface Part {
  readonly place: Place
  readonly hosts: readonly string[]
  /** The conditions of a rule; empty: every path of the hosts. */
  readonly match: readonly JsonObject[]
  /** Which goes first where several match: the higher. */
  readonly rank: number
  /** Of a route, or of a rule. */
  readonly settings: JsonObject
  /** Rules of its own, which go before it. */
  readonly rules: readonly JsonObject[]
  /** The settings whose loss closes it. */
  readonly closed: readonly string[]
  /** What stands above its route. */
  readonly comments: readonly string[]
}

const withClosing = (settings: JsonObject, closed: readonly string[]): JsonObject =>
  closed.length === 0
    ? settings
    : { ...settings, authorize: [...listIn(settings.authorize), closingClause(closed)] }

const clientOf = (settings: JsonObject): string | undefined =>
  textIn(objectIn(settings.clientRef).name)

const OTHERS = 'every path that the input names nothing for'

const elsewhere = ({ settings: { clientRef, authenticate } }: Part): JsonObject =>
  withoutAbsent({ clientRef, authenticate, authorize: [closingClause([OTHERS])] })

const matchesOf = (part: Part, rule: JsonObject): readonly JsonObject[] =>
  part.match.length === 0
    ? listIn(rule.match).map(objectIn)
    : part.match.flatMap((one) =>
        listIn(rule.match)
          .map(objectIn)
          .filter((other) => Object.keys(other).every((key) => !(key in one)))
          .map((other) => ({ ...one, ...other })),
      )

/** A rule of the part itself: within its paths, with its settings, and closed where it is. */
const ownRule = (
  part: Part,
  rule: JsonObject,
  client: string | undefined,
): readonly JsonObject[] => {
  const match = matchesOf(part, rule)
  if (match.length === 0) return []
  if (rule.public === true) return [{ ...rule, match }]
  const inherited = part.match.length === 0 ? {} : ruleOf({ ...part, closed: [] }, client)
  const own = { ...inherited, ...rule, match }
  return [
    rule.authorize === undefined && part.match.length === 0 ? own : withClosing(own, part.closed),
  ]
}

const ruleOf = (part: Part, client: string | undefined): JsonObject => {
  const { clientRef, authenticate = [{ session: {} }], authorize = [], ...rest } = part.settings
  const own = clientOf(part.settings)
  return withClosing(
    withoutAbsent({
      name: part.place.name,
      match: part.match,
      clientRef: own === client ? undefined : clientRef,
      authenticate,
      authorize,
      ...rest,
    }),
    part.closed,
  )
}

const named = (rules: readonly JsonObject[]): readonly JsonObject[] =>
  rules.map((rule, index) => {
    const before = rules.slice(0, index).filter(({ name }) => name === rule.name).length
    return before === 0 ? rule : { ...rule, name: `${rule.name}-${before + 1}` }
  })

const SEVERAL_CLIENTS =
  'INCOMPLETE: the clients of one host differ in callback.path, logout.path, session.cookie.name and displayName. Set those of all but one.'

const routeOf = (parts: readonly Part[], hosts: readonly string[]): WrittenManifest => {
  const [first] = parts
  const [base, ...further] = parts.filter(({ match }) => match.length === 0)
  const ordered = parts.filter(({ match }) => match.length > 0).toSorted((a, b) => b.rank - a.rank)
  const twice = further.map(({ place }) => `another ${place.name} for every path of these hosts`)
  const closed = base === undefined ? [] : [...base.closed, ...twice]
  const settings =
    base === undefined ? (first ? elsewhere(first) : {}) : withClosing(base.settings, closed)
  const client = clientOf(settings)
  const rules = named([
    ...ordered.flatMap((part) => [
      ...part.rules.flatMap((rule) => ownRule(part, rule, client)),
      ruleOf(part, client),
    ]),
    ...(base?.rules ?? []).flatMap((rule) => (base ? ownRule(base, rule, client) : [])),
  ])
  const place = base?.place ?? first?.place ?? { name: 'route', namespace: 'default' }
  const told = [
    ...(base === undefined ? [OTHERS] : closed),
    ...ordered.flatMap((part) => part.closed.map((one) => `${one} (rule ${part.place.name})`)),
  ]
  const { authorize, ...rest } = settings
  const clauses = listIn(authorize).length === 0 ? undefined : authorize
  const spec = withoutAbsent({
    hosts,
    ...rest,
    authorize: clauses,
    rules: rules.length === 0 ? undefined : rules,
  })
  return manifestOf('ProtectedRoute', place, spec, [
    ...(hosts.length === 0 ? [NO_HOSTS] : []),
    ...new Set(parts.flatMap(({ comments }) => comments)),
    ...(rules.some(({ clientRef }) => clientRef !== undefined) ? [SEVERAL_CLIENTS] : []),
    ...closingComments(told),
  ])
}

/**
 * The routes of some parts: hosts that have the same parts share one. Where nothing is said about
 * some paths of a host, they are denied.
 */
export const routesOf = (parts: readonly Part[]): readonly WrittenManifest[] => {
  const hosts = [...new Set(parts.flatMap((part) => part.hosts))]
  const shared = Map.groupBy(hosts, (host) =>
    parts.flatMap((part, index) => (part.hosts.includes(host) ? [index] : [])).join(),
  )
  const routes = [...shared].map(([key, ofThese]) =>
    routeOf(
      key.split(',').flatMap((index) => parts[Number(index)] ?? []),
      ofThese,
    ),
  )
  const homeless = parts.filter((part) => part.hosts.length === 0)
  return [...routes, ...homeless.map((part) => routeOf([part], []))].map(unlike)
}

const unlike = (route: WrittenManifest, index: number, all: readonly WrittenManifest[]) => {
  const { name } = route.object.metadata
  const before = all.slice(0, index).filter(({ object }) => object.metadata.name === name).length
  if (before === 0) return route
  const metadata = { ...route.object.metadata, name: `${name}-${before + 1}` }
  return { ...route, object: { ...route.object, metadata } }
}
