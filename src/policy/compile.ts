import type { Client, Policy, Provider } from '../core/policy/policy.ts'
import {
  callbackClaims,
  callbackEntries,
  unreachableCallbacks,
} from './compile/host/callback-hosts.ts'
import { assignHosts, claimOf, type RouteOutcome, type RouteSummary } from './compile/host/hosts.ts'
import { settleHosts } from './compile/host/ownership.ts'
import { type Registration, registrationsOf } from './compile/host/registrations.ts'
import { deepFreeze } from './compile/object/deep-freeze.ts'
import { createFindings, type Finding } from './compile/object/findings.ts'
import type { LabelsOf } from './compile/object/grant.ts'
import type { InvalidObject } from './compile/object/invalid-object.ts'
import {
  type Current,
  type GoodByKey,
  goodOf,
  type Weighed,
  weigh,
} from './compile/object/last-good.ts'
import {
  type ObjectSummary,
  ownProvider,
  providersOf,
  summarize,
} from './compile/object/object-summary.ts'
import { linkEach, type Outcome, problemsOf, referables, usable } from './compile/object/outcome.ts'
import {
  type ClientDraft,
  carryOverClient,
  linkClient,
  readClient,
} from './compile/registration/client.ts'
import { createReadData } from './compile/registration/keyed-data.ts'
import { linkProvider, type ProviderDraft, readProvider } from './compile/registration/provider.ts'
import { linkRoute } from './compile/route/link-route.ts'
import { gatherHeaders } from './compile/route/namespace-headers.ts'
import { type RouteDraft, readHosts, readRoute } from './compile/route/route.ts'
import { scopeWarnings, type Warning } from './compile/route/scope-warnings.ts'
import { type WantedClaims, wantedClaims } from './compile/route/wanted-claims.ts'
import { createHostTable, type HostTable } from './matching/host-table.ts'
import { objectKey, type Problem, type Resource, refOf } from './resource/resource.ts'

/**
 * The valid state of every object at the last compilation, and before it where that was invalid.
 * Hand it on, look not inside.
 */
export interface LastGood {
  readonly providers: GoodByKey<ProviderDraft>
  readonly clients: GoodByKey<ClientDraft>
  readonly routes: GoodByKey<RouteDraft>
}

/** Everything that a compilation depends on. */
export interface CompileInput {
  /** Each object at most once, valid by its schema, defaults filled in. */
  readonly resources: readonly Resource[]
  /** Objects that are there, but invalid by their schema. None of them is in `resources`. */
  readonly invalid: readonly InvalidObject[]
  /** `lastGood` of the compilation before this one; absent at the first. */
  readonly previous?: LastGood
  /**
   * A one-way function: secrets go into it, and the outcome is kept as the generation of what holds
   * them.
   */
  readonly hash: (text: string) => string
  readonly options: {
    /** Whether providers may be reached over `http`: for local trials only. */
    readonly allowInsecureIssuers: boolean
  }
}

/** One snapshot of the configuration. Deeply frozen, except for the table's own functions. */
export interface Compilation {
  readonly table: HostTable
  /** In an order that depends on the objects alone. */
  readonly problems: readonly Problem[]
  /** What is in force as it is written, and surely not meant. */
  readonly warnings: readonly Warning[]
  /** What providers have to know of the clients. */
  readonly registrations: readonly Registration[]
  /** Which claims the routes name. */
  readonly wantedClaims: WantedClaims
  /** The providers that can be used. */
  readonly providers: readonly Provider[]
  /** The clients that can be used. */
  readonly clients: readonly Client[]
  readonly routes: readonly RouteSummary[]
  /** Every IdentityProvider, OIDCClient and ProtectedRoute that is there, valid or not. */
  readonly objects: readonly ObjectSummary[]
  readonly lastGood: LastGood
}

type Reading<D> = { readonly draft: D; readonly findings: readonly Finding[] }

const NOTHING_YET: LastGood = { providers: new Map(), clients: new Map(), routes: new Map() }

const REFUSED: Finding = {
  field: [],
  message: 'The object cannot be used as it is written',
  reason: 'Invalid',
}

const byKey = <D>(a: Current<D>, b: Current<D>): number =>
  objectKey(a.ref) < objectKey(b.ref) ? -1 : 1

const created = (meta: { readonly creationTimestampMs?: number }) =>
  meta.creationTimestampMs === undefined ? {} : { creationTimestampMs: meta.creationTimestampMs }

/** Every object of one kind as it is now, in the order of their keys. */
const currents = <K extends Resource['kind'], D>(
  { resources, invalid }: CompileInput,
  kind: K,
  read: (resource: Extract<Resource, { readonly kind: K }>) => Reading<D>,
): readonly Current<D>[] => {
  const isOfKind = (resource: Resource): resource is Extract<Resource, { readonly kind: K }> =>
    resource.kind === kind
  const readable = resources.filter(isOfKind).map((resource): Current<D> => {
    return { ref: refOf(resource), ...created(resource.metadata), ...read(resource) }
  })
  const refused = invalid
    .filter((object) => object.kind === kind)
    .map((object): Current<D> => {
      const { namespace, name } = object
      return { ref: { kind, namespace, name }, ...created(object), findings: [REFUSED] }
    })
  return [...readable, ...refused].sort(byKey)
}

/** A grant that was taken back holds no longer, even if the same edit made the object invalid. */
const presentGrant = <D extends { readonly grant: unknown }>(good: D, now: D): D => ({
  ...good,
  grant: now.grant,
})

const weighAll = (input: CompileInput) => {
  const { allowInsecureIssuers } = input.options
  const { providers, clients, routes } = input.previous ?? NOTHING_YET
  return {
    providers: currents(input, 'IdentityProvider', (r) =>
      readProvider(r, allowInsecureIssuers),
    ).map((object) => weigh(object, providers, presentGrant)),
    clients: currents(input, 'OIDCClient', readClient).map((object) =>
      weigh(object, clients, carryOverClient),
    ),
    routes: currents(input, 'ProtectedRoute', readRoute).map((object) =>
      weigh(object, routes, (good) => good),
    ),
  }
}

const namespaceLabels = (resources: readonly Resource[]): LabelsOf => {
  const labels = new Map(
    resources.flatMap(({ kind, metadata }) =>
      kind === 'Namespace' ? [[metadata.name, metadata.labels] as const] : [],
    ),
  )
  return (namespace) => labels.get(namespace)
}

/**
 * The hosts that a route holds: those of the version in force, else those that can be read from an
 * invalid one.
 */
const heldHosts = (
  { current, inForce }: Weighed<RouteDraft>,
  invalid: readonly InvalidObject[],
): readonly string[] => {
  if (inForce.kind !== 'none') return inForce.good.draft.hosts
  if (current.draft !== undefined) return current.draft.hosts
  const key = objectKey(current.ref)
  const written = invalid.find((object) => objectKey(object) === key)?.hosts ?? []
  return readHosts(written, createFindings())
}

const withHosts = (
  routes: readonly Outcome<RouteDraft, Policy>[],
  invalid: readonly InvalidObject[],
): readonly RouteOutcome[] =>
  routes.map((route) => ({ ...route, hosts: heldHosts(route.object, invalid) }))

const requestedScopes = (
  clients: readonly Weighed<ClientDraft>[],
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    clients.flatMap(({ inForce }) => {
      if (inForce.kind === 'none') return []
      const { name, settings } = inForce.good.draft
      return [[name, settings.scopes] as const]
    }),
  )

/** Who gets which host: routes, and clients that are called back where no route of theirs is. */
const settle = ({ routes, clients }: ReturnType<typeof weighAll>, { invalid }: CompileInput) =>
  settleHosts([
    ...routes.map((route) => claimOf(route, heldHosts(route, invalid))),
    ...callbackClaims(clients, routes),
  ])

/**
 * Resources to policies: pure, total and independent of their order. An object that is invalid by
 * itself keeps its last good version (R29); a reference that is missing, not granted or damaged
 * makes the hosts that need it answer 503 at once, never open and never by an old secret; a host
 * belongs to the oldest route that names it (R28). Whatever is wrong is told as problems.
 */
export const compile = (input: CompileInput): Compilation => {
  const { resources, invalid, hash } = input
  const isData = (r: Resource) => r.kind === 'Secret' || r.kind === 'ConfigMap'
  const read = createReadData(resources.filter(isData), invalid)
  const objects = weighAll(input)

  const providers = linkEach(objects.providers, (draft) => linkProvider(draft, read, hash))
  const labelsOf = namespaceLabels(resources)
  const providerRefs = referables('IdentityProvider', providers, labelsOf)
  const standings = settle(objects, input)
  const unreachable = unreachableCallbacks(objects.clients, objects.routes, standings, labelsOf)
  const clients = linkEach(objects.clients, (draft) =>
    linkClient(draft, providerRefs, read, hash, unreachable.get(draft.name)),
  )
  const clientRefs = referables('OIDCClient', clients, labelsOf)
  const headers = gatherHeaders(objects.routes)
  const routes = linkEach(objects.routes, (draft) =>
    linkRoute(draft, clientRefs, providerRefs, headers),
  )
  const hosts = assignHosts(withHosts(routes, invalid), standings)

  return {
    table: createHostTable([...hosts.entries, ...callbackEntries(clients, standings)]),
    problems: deepFreeze([
      ...problemsOf(providers),
      ...problemsOf(clients),
      ...problemsOf(routes),
      ...hosts.problems,
    ]),
    warnings: deepFreeze(scopeWarnings(objects.routes, requestedScopes(objects.clients))),
    registrations: deepFreeze(registrationsOf(objects.clients, objects.routes, standings)),
    wantedClaims: wantedClaims(usable(routes)),
    providers: Object.freeze(usable(providers)),
    clients: Object.freeze(usable(clients)),
    routes: deepFreeze(hosts.summaries),
    objects: deepFreeze([
      ...providers.map((outcome) => summarize(outcome, ownProvider)),
      ...clients.map((outcome) => summarize(outcome, ownProvider)),
      ...routes.map((outcome) => summarize(outcome, providersOf)),
    ]),
    lastGood: {
      providers: goodOf(objects.providers),
      clients: goodOf(objects.clients),
      routes: goodOf(objects.routes),
    },
  }
}
