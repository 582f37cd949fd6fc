import type { DecisionPoint } from '../core/policy/decision-point.ts'
import type { CompileExpression } from '../core/policy/expression.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { Client } from '../core/registration/client.ts'
import type { Provider } from '../core/registration/provider.ts'
import { finish, flatMapInSteps, mapInSteps, type Steps } from '../core/time/steps.ts'
import {
  callbackClaims,
  callbackEntries,
  unreachableCallbacks,
} from './compile/host/callback-hosts.ts'
import { assignHosts, claimsOf, type RouteSummary } from './compile/host/hosts.ts'
import { type Settled, settleHosts } from './compile/host/ownership.ts'
import {
  type Registered,
  type Registration,
  registrationsOf,
} from './compile/host/registrations.ts'
import { type ByKind, byKind } from './compile/object/currents.ts'
import type { LabelsOf } from './compile/object/grant.ts'
import type { InvalidObject } from './compile/object/invalid-object.ts'
import type { Weighed } from './compile/object/last-good.ts'
import { type ObjectSummary, ownProvider, providersOf } from './compile/object/object-summary.ts'
import { linkEach, referables, usable } from './compile/object/outcome.ts'
import { createFloors, type PlatformTerms } from './compile/platform/floor.ts'
import { type ClientDraft, linkClient } from './compile/registration/client.ts'
import type { WhyNoPair } from './compile/registration/key-pair.ts'
import { createReadData } from './compile/registration/keyed-data.ts'
import type { DescribeKey } from './compile/registration/profile-key.ts'
import { linkProvider } from './compile/registration/provider.ts'
import { linkRoute } from './compile/route/link-route.ts'
import { gatherHeaders, type NamespaceHeaders } from './compile/route/namespace-headers.ts'
import { type WantedClaims, wantedClaims } from './compile/route/wanted-claims.ts'
import { routeWarnings, type Warning } from './compile/route/warnings.ts'
import { asksForAssertion, type KeptAudience } from './compile/upstream/assertion.ts'
import { type ClientExchanges, clientExchanges } from './compile/upstream/link-exchange.ts'
import { createWork } from './compile-work.ts'
import { type LastGood, weighAll } from './in-force.ts'
import { createHostTable, type HostTable } from './matching/host-table.ts'
import type { Problem, Resource } from './resource/resource.ts'
import { type ServingFacts, servingWarnings } from './serving-warnings.ts'

/** What was read. */
export interface CompilerInput {
  /** Each object at most once, valid by its schema, defaults filled in. */
  readonly resources: readonly Resource[]
  /** Objects that are there, but invalid by their schema. None of them is in `resources`. */
  readonly invalid: readonly InvalidObject[]
  /** `lastGood` of the compilation before this one; absent at the first. */
  readonly previous?: LastGood
}

/** What every compilation depends on besides. */
export interface CompilerOptions {
  /**
   * A one-way function: secrets go into it, and the outcome is kept as the generation of what holds
   * them.
   */
  readonly hash: (text: string) => string
  /**
   * What reads expressions, asked at each compilation; without it, what holds one is refused. It
   * must not change once it is there.
   */
  readonly expressions?: () => CompileExpression | undefined
  /**
   * What looks into certificates and their keys; without it, whether they belong together is found
   * out where they are used.
   */
  readonly whyNoPair?: WhyNoPair
  /** What looks into private keys; without it, one is taken for what its client says of it. */
  readonly describeKey?: DescribeKey
  readonly options: {
    /** Whether providers may be reached over `http`: for local trials only. */
    readonly allowInsecureIssuers: boolean
    /** Whether the process has no issuer for assertions; unset where no process is known. */
    readonly lacksAssertionIssuer?: boolean
    /** The audience by which administrators come in, and the route that has it. Absent: none. */
    readonly keptAudience?: KeptAudience
    /** Whether the process takes no passwords of people; unset where no process is known. */
    readonly forbidsPasswordGrant?: boolean
    /** What the routes are held against besides, for warnings. Absent: nothing. */
    readonly serving?: ServingFacts
    /** What the platform requires of routes, whatever their owners write. Absent: nothing. */
    readonly platform?: readonly PlatformTerms[]
  }
}

/** Everything that a compilation depends on. */
export type CompileInput = CompilerInput & CompilerOptions

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
  /** Whether anything has to be signed for an upstream. */
  readonly asksForAssertions: boolean
  /** What tokens are exchanged for, by the name of the client as which that is done. */
  readonly clientExchanges: ClientExchanges
  /** The providers that can be used. */
  readonly providers: readonly Provider[]
  /** The clients that can be used. */
  readonly clients: readonly Client[]
  /** Whom the routes that can be used ask besides. */
  readonly decisionPoints: readonly DecisionPoint[]
  readonly routes: readonly RouteSummary[]
  /** Every IdentityProvider, OIDCClient and ProtectedRoute that is there, valid or not. */
  readonly objects: readonly ObjectSummary[]
  readonly lastGood: LastGood
}

const namespaceLabels = ({ namespaces }: ByKind): LabelsOf => {
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels]))
  return (namespace) => labels.get(namespace)
}

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

/** Whom a policy asks besides, each once. */
const pointsOf = ({ rules, fallback }: Policy): readonly DecisionPoint[] => [
  ...new Set([fallback, ...rules].flatMap(({ decisionPoint }) => decisionPoint ?? [])),
]

/** What a compilation makes of all objects together, as far as the next one looks at it. */
interface Before {
  readonly settled: Settled
  readonly headers: NamespaceHeaders
  readonly registered: Registered
}

const FIRST: Before = {
  settled: { claims: [], standings: new Map() },
  headers: new Map(),
  registered: new Map(),
}

/** Compiles again and again, and makes again only what the last compilation did not make. */
export interface Compiler {
  /**
   * The same as `compile` for the same input, in steps. What these come to while steps of a former
   * input are still to be taken is not defined: finish or forget one before beginning another.
   */
  readonly steps: (input: CompilerInput) => Steps<Compilation>
}

/**
 * A compiler that has compiled nothing yet. Resources are known by their identity, and must not be
 * changed: one that is the same object, and whose references are, keeps its policy, client or
 * provider as the same object, too.
 */
export const createCompiler = (given: CompilerOptions): Compiler => {
  const { hash, expressions, whyNoPair, describeKey, options } = given
  const work = createWork()
  const floorsBy = createFloors(options.platform ?? [])
  let before = FIRST

  const steps = function* (input: CompilerInput): Steps<Compilation> {
    const { resources, invalid, previous } = input
    const objects = yield* byKind(resources)
    const read = yield* createReadData(objects.data, invalid)
    const labelsOf = namespaceLabels(objects)
    const floorOf = floorsBy(labelsOf)
    const reading = { ...options, floorOf, compileExpression: expressions?.() }
    const inForce = yield* weighAll(objects, invalid, work, reading, previous)

    const providers = yield* linkEach(inForce.providers, {
      link: (draft) => linkProvider(draft, read, hash, work.providers.linked),
      standsOn: ownProvider,
      memo: work.providers.outcomes,
    })
    const providerRefs = yield* referables('IdentityProvider', providers, labelsOf)

    const claims = [
      ...(yield* claimsOf(inForce.routes, work.claims)),
      ...(yield* callbackClaims(inForce.clients, inForce.routes, work.claims)),
    ]
    const standings = yield* settleHosts(claims, before.settled)
    const unreachable = yield* unreachableCallbacks(
      inForce.clients,
      inForce.routes,
      standings,
      labelsOf,
    )
    const surroundings = {
      providers: providerRefs,
      read,
      hash,
      whyNoPair,
      describeKey,
      unreachable,
    }
    const clients = yield* linkEach(inForce.clients, {
      link: (draft) => linkClient(draft, surroundings, work.clients.linked),
      standsOn: ownProvider,
      askingOf: ({ asking }) => asking,
      memo: work.clients.outcomes,
    })
    const clientRefs = yield* referables('OIDCClient', clients, labelsOf)
    const headers = yield* gatherHeaders(inForce.routes, before.headers)
    const references = { clients: clientRefs, providers: providerRefs }
    const surrounding = { ...references, headers, floorOf, data: { read, hash } }
    const routes = yield* linkEach(inForce.routes, {
      link: (draft) => linkRoute(draft, surrounding, work.routes.linked),
      standsOn: providersOf,
      platformOf: ({ platform }) => platform,
      memo: work.routes.outcomes,
    })
    const hosts = yield* assignHosts(routes, standings, work.hosts)
    const callbacks = yield* callbackEntries(clients, standings)
    const registered = yield* registrationsOf(
      inForce.clients,
      inForce.routes,
      standings,
      before.registered,
    )

    const outcomes = [...providers, ...clients, ...routes]
    const policies = yield* usable(routes)

    const compilation: Compilation = {
      table: yield* createHostTable([...hosts.entries, ...callbacks]),
      problems: Object.freeze([
        ...(yield* flatMapInSteps(outcomes, ({ problems }) => problems)),
        ...hosts.problems,
      ]),
      warnings: Object.freeze([
        ...(yield* routeWarnings(inForce.routes, requestedScopes(inForce.clients), work.warnings)),
        ...(options.serving === undefined
          ? []
          : yield* servingWarnings(inForce.routes, options.serving)),
      ]),
      registrations: Object.freeze([...registered.values()].map((one) => one.registration)),
      wantedClaims: yield* wantedClaims(policies),
      asksForAssertions: policies.some(asksForAssertion),
      clientExchanges: clientExchanges(policies),
      providers: Object.freeze(yield* usable(providers)),
      clients: Object.freeze(yield* usable(clients)),
      decisionPoints: Object.freeze(yield* flatMapInSteps(policies, pointsOf)),
      routes: Object.freeze(hosts.summaries),
      objects: Object.freeze(yield* mapInSteps(outcomes, ({ summary }) => summary)),
      lastGood: inForce.lastGood,
    }
    work.retain()
    before = { settled: { claims, standings }, headers, registered }
    return compilation
  }
  return { steps }
}

/**
 * Resources to policies: pure, total and independent of their order. An object that is invalid by
 * itself keeps its last good version (R29); a reference that is missing, not granted or damaged
 * makes the hosts that need it answer 503 at once, never open and never by an old secret; a host
 * belongs to the oldest route that names it (R28). Whatever is wrong is told as problems.
 */
export const compile = (input: CompileInput): Compilation =>
  finish(createCompiler(input).steps(input))
