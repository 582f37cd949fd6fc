import type { Told, WrittenManifest } from '../model/migration.ts'
import { type JsonObject, listIn, objectIn, textIn, withoutAbsent } from '../reading/json.ts'
import { NO_HOSTS } from './hosts.ts'
import { closingClause, closingComments, manifestOf } from './manifests.ts'
import type { Part } from './part.ts'
import { type Piece, rankedParts } from './ranked-parts.ts'

const withClosing = (settings: JsonObject, closed: readonly string[]): JsonObject =>
  closed.length === 0
    ? settings
    : { ...settings, authorize: [...listIn(settings.authorize), closingClause(closed)] }

const clientOf = (settings: JsonObject): string | undefined =>
  textIn(objectIn(settings.clientRef).name)

const OTHERS = 'every path that the input names nothing for'

const elsewhere = ({ settings: { clientRef, authenticate } }: Part): JsonObject =>
  withoutAbsent({ clientRef, authenticate, authorize: [closingClause([OTHERS])] })

const matchesOf = ({ match }: Piece, rule: JsonObject): readonly JsonObject[] =>
  match.length === 0
    ? listIn(rule.match).map(objectIn)
    : match.flatMap((one) =>
        listIn(rule.match)
          .map(objectIn)
          .filter((other) => Object.keys(other).every((key) => !(key in one)))
          .map((other) => ({ ...one, ...other })),
      )

/** A rule of the part itself: within its paths, with its settings, and closed where it is. */
const ownRule = (
  piece: Piece,
  rule: JsonObject,
  client: string | undefined,
): readonly JsonObject[] => {
  const match = matchesOf(piece, rule)
  if (match.length === 0) return []
  const isDoubtful = piece.closed.length > new Set(piece.part.closed).size
  if (rule.public === true) return isDoubtful ? [] : [{ ...rule, match }]
  const isBase = piece.match.length === 0
  const inherited = isBase ? {} : ruleOf({ ...piece, closed: [] }, client)
  const own = { ...inherited, ...rule, match }
  return [rule.authorize === undefined && isBase ? own : withClosing(own, piece.closed)]
}

const ruleOf = ({ part, match, closed }: Piece, client: string | undefined): JsonObject => {
  const { clientRef, authenticate = [{ session: {} }], authorize = [], ...rest } = part.settings
  const own = clientOf(part.settings)
  return withClosing(
    withoutAbsent({
      name: part.place.name,
      match,
      clientRef: own === client ? undefined : clientRef,
      authenticate,
      authorize,
      ...rest,
    }),
    closed,
  )
}

const named = (rules: readonly JsonObject[]): readonly JsonObject[] =>
  rules.map((rule, index) => {
    const before = rules.slice(0, index).filter(({ name }) => name === rule.name).length
    return before === 0 ? rule : { ...rule, name: `${rule.name}-${before + 1}` }
  })

const SEVERAL_CLIENTS =
  'INCOMPLETE: the clients of one host differ in callback.path, logout.path, session.cookie.name and displayName. Set those of all but one.'

const unreachedComments = (parts: readonly Part[]): readonly string[] =>
  parts.length === 0
    ? []
    : [
        `Left out, as others go before it for every request: ${parts.map(({ place }) => place.name).join(', ')}`,
      ]

interface RouteWritten {
  readonly manifest: WrittenManifest
  readonly undecided: readonly string[]
}

const rulesOf = (
  pieces: readonly Piece[],
  base: Piece | undefined,
  client: string | undefined,
): readonly JsonObject[] =>
  named([
    ...pieces.flatMap((piece) => [
      ...piece.part.rules.flatMap((rule) => ownRule(piece, rule, client)),
      ruleOf(piece, client),
    ]),
    ...(base === undefined ? [] : base.part.rules.flatMap((rule) => ownRule(base, rule, client))),
  ])

const routeOf = (parts: readonly Part[], hosts: readonly string[]): RouteWritten => {
  const [first] = parts
  const { rules: pieces, base, unreached, undecided } = rankedParts(parts)
  const settings =
    base === undefined
      ? first === undefined
        ? {}
        : elsewhere(first)
      : withClosing(base.part.settings, base.closed)
  const rules = rulesOf(pieces, base, clientOf(settings))
  const told = [
    ...(base === undefined ? [OTHERS] : base.closed),
    ...pieces.flatMap(({ part, closed }) =>
      closed.map((one) => `${one} (rule ${part.place.name})`),
    ),
  ]
  const { authorize, ...rest } = settings
  const spec = withoutAbsent({
    hosts,
    ...rest,
    authorize: listIn(authorize).length === 0 ? undefined : authorize,
    rules: rules.length === 0 ? undefined : rules,
  })
  const place = (base?.part ?? first)?.place ?? { name: 'route', namespace: 'default' }
  const manifest = manifestOf('ProtectedRoute', place, spec, [
    ...(hosts.length === 0 ? [NO_HOSTS] : []),
    ...new Set(parts.flatMap(({ comments }) => comments)),
    ...(rules.some(({ clientRef }) => clientRef !== undefined) ? [SEVERAL_CLIENTS] : []),
    ...unreachedComments(unreached),
    ...closingComments(told),
  ])
  return { manifest, undecided }
}

/** The routes of some parts, and what became of their order. */
export interface RoutesWritten {
  readonly manifests: readonly WrittenManifest[]
  readonly told: readonly Told[]
}

const undecidedTold = (setting: string): Told => ({
  setting,
  goes: 'none',
  words:
    'which of them counts is not known here: both are closed until you keep one, or order them',
  closes: true,
})

/**
 * The routes of some parts: hosts that have the same parts share one. Where nothing is said about
 * some paths of a host, they are denied.
 */
export const routesOf = (parts: readonly Part[]): RoutesWritten => {
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
  const unplaced = homeless.filter((part) => part.isUnplaced === true).map((part) => [part])
  const placed = homeless.filter((part) => part.isUnplaced !== true)
  const further = [...unplaced, ...(placed.length === 0 ? [] : [placed])]
  const written = [...routes, ...further.map((some) => routeOf(some, []))]
  return {
    manifests: written.map(({ manifest }) => manifest).map(unlike),
    told: [...new Set(written.flatMap(({ undecided }) => undecided))].map(undecidedTold),
  }
}

const unlike = (route: WrittenManifest, index: number, all: readonly WrittenManifest[]) => {
  const { name } = route.object.metadata
  const before = all.slice(0, index).filter(({ object }) => object.metadata.name === name).length
  if (before === 0) return route
  const metadata = { ...route.object.metadata, name: `${name}-${before + 1}` }
  return { ...route, object: { ...route.object, metadata } }
}
