import type { ResourcesConfig } from '../config/config.ts'
import type { ClientSource } from '../core/client-source.ts'
import type { ExchangesOf } from '../core/provider/token-exchange.ts'
import type { Client } from '../core/registration/client.ts'
import type { Provider } from '../core/registration/provider.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import { eachInSteps, type Pace, type Steps } from '../core/time/steps.ts'
import type { Timers } from '../kubernetes/timers.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Providers } from '../oidc/provider/providers.ts'
import type { LiveDecisionPoints } from '../pdp/decision-points.ts'
import type { Snapshot } from '../policy/applying/snapshot.ts'
import { createClientTable } from '../policy/client-table.ts'
import type { PlatformTerms } from '../policy/compile/platform/floor.ts'
import type { KeptAudience } from '../policy/compile/upstream/assertion.ts'
import type { LastGood } from '../policy/in-force.ts'
import { formatProblem } from '../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../resources/manifest/joined-manifests.ts'
import { type CompiledResources, createResourceCompiler } from './compile-resources.ts'
import { createProblemLog } from './problem-log.ts'
import type { AbsentClaimsMemory } from './providers/absent-claims.ts'
import type { ClientStandings } from './providers/client-standings.ts'
import { createResourceSource, type ResourceSource } from './resource-source.ts'

/** What the road from the resources to the snapshot passes. */
export interface ResourcesDeps {
  readonly from: ResourcesConfig
  readonly allowInsecureIssuers: boolean
  readonly lacksAssertionIssuer?: boolean
  readonly keptAudience?: KeptAudience
  readonly forbidsPasswordGrant?: boolean
  /** What the platform requires of routes. Absent: nothing. */
  readonly platform?: readonly PlatformTerms[]
  readonly snapshot: Snapshot
  readonly providers: Pick<Providers, 'warm' | 'retain' | 'health'>
  readonly decisionPoints: Pick<LiveDecisionPoints, 'retain'>
  readonly absentClaims: Pick<AbsentClaimsMemory, 'of' | 'want'>
  readonly clientStandings: Pick<ClientStandings, 'of' | 'take'>
  readonly metrics: Pick<
    Metrics,
    'noteSnapshot' | 'noteProblems' | 'noteEdit' | 'showProvider' | 'showClient'
  >
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  readonly pace: Pace
  /** Hears the clients of each new snapshot. */
  readonly onClients?: (clients: readonly Client[]) => void
  /** Hears what each read came to, whether or not anything in force has changed by it. */
  readonly onCompiled?: ((compiled: CompiledResources) => void) | undefined
  /** Hears of each new snapshot by which something has to be signed for upstreams. */
  readonly onAssertions?: () => void
  /** Absent: those of the machine. */
  readonly timers?: Timers
}

/**
 * The configuration path: files or the API server → compile → snapshot. Never runs inside a check.
 */
export interface Resources extends ResourceSource {
  /** The providers of the current snapshot. */
  readonly providers: () => readonly Provider[]
  /** The clients of the current snapshot. */
  readonly clients: ClientSource
  /** What tokens are exchanged for as a client, by the current snapshot. */
  readonly exchangesOf: ExchangesOf
  /** Problems in the resources as last read. */
  readonly problems: () => number
  /** What of them is in force, and the first of what has problems. */
  readonly served: () => Served
}

/** What a snapshot answers for. */
export interface Served {
  readonly policies: number
  readonly hosts: number
  /** The problems that come first by their places, as sentences. */
  readonly firstProblems: readonly string[]
}

const MOST_PROBLEMS = 5

const NOT_SYNCED: ClientSource = { find: () => ({ kind: 'not_synced' }) }

/** How many hosts are answered for by a policy, and how many policies there are. */
const countsOf = function* ({
  routes,
}: CompiledResources): Steps<{ readonly policies: number; readonly hosts: number }> {
  let policies = 0
  let programmed = 0
  yield* eachInSteps(routes, ({ inForce, hosts }) => {
    if (inForce !== 'none') policies += 1
    for (const { state } of hosts) if (state === 'Programmed') programmed += 1
  })
  return { policies, hosts: programmed }
}

type Content = Pick<ManifestRead, 'resources' | 'invalid'>

const sameMembers = function* (a: readonly unknown[], b: readonly unknown[]): Steps<boolean> {
  if (a.length !== b.length) return false
  for (const [at, one] of a.entries()) {
    if (one !== b[at] && JSON.stringify(one) !== JSON.stringify(b[at])) return false
    if (at % 16 === 0) yield
  }
  return true
}

/** Whether a read holds what another did. Sources give what did not change as the same object. */
const sameContent = function* (a: Content, b: Content | undefined): Steps<boolean> {
  if (b === undefined) return false
  return (
    (yield* sameMembers(a.resources, b.resources)) && (yield* sameMembers(a.invalid, b.invalid))
  )
}

/**
 * Reads the resources, and again whenever they change; what did not change anything is not swapped
 * in. All of it is done in steps, between which checks are answered; only the last one changes what
 * they are answered by.
 */
export const createResources = (deps: ResourcesDeps): Resources => {
  const { snapshot, providers, metrics, logger, clock } = deps
  const compiler = createResourceCompiler(deps)
  const tellProblems = createProblemLog(logger)
  let lastGood: LastGood | undefined
  let content: Content | undefined
  let live: readonly Provider[] = []
  let clients: ClientSource = NOT_SYNCED
  let problems = 0
  let served: Served = { policies: 0, hosts: 0, firstProblems: [] }
  let exchanges: CompiledResources['clientExchanges'] = new Map()

  /**
   * Whatever throws before the table is swapped leaves the former one in force, with all it had.
   */
  const swap = function* (compiled: CompiledResources): Steps<void> {
    const nextClients = yield* createClientTable(compiled)
    const { policies, hosts } = yield* countsOf(compiled)
    yield* eachInSteps(compiled.providers, ({ name }) => metrics.showProvider(name))
    yield* eachInSteps(compiled.clients, ({ name }) => metrics.showClient(name))
    for (const provider of compiled.providers) providers.warm(provider)
    snapshot.swap(compiled.table)
    live = compiled.providers
    lastGood = compiled.lastGood
    clients = nextClients
    exchanges = compiled.clientExchanges
    served = { ...served, policies, hosts }
    providers.retain(live, compiled.clients)
    deps.decisionPoints.retain(compiled.decisionPoints)
    deps.absentClaims.want(compiled.clients, compiled.wantedClaims)
    deps.clientStandings.take(compiled.clients, compiled.registrations)
    metrics.noteSnapshot({ policies, problems, atMs: clock.nowMs() })
    deps.onClients?.(compiled.clients)
    if (compiled.asksForAssertions) deps.onAssertions?.()
    logger.info('A new snapshot is in force.', { policies, hosts, problems })
  }

  /** The first content of a process is no edit. */
  const noteEdit = ({ changedAtMs }: ManifestRead): void => {
    if (content === undefined || changedAtMs === undefined) return
    metrics.noteEdit(Math.max(0, clock.nowMs() - changedAtMs))
  }

  const onChange = function* (read: ManifestRead): Steps<void> {
    const compiled = yield* compiler.steps(read, lastGood)
    problems = compiled.located.length
    const first = compiled.located.slice(0, MOST_PROBLEMS).map(formatProblem)
    served = { ...served, firstProblems: first }
    yield* tellProblems(compiled.located)
    metrics.noteProblems(problems)
    if (!(yield* sameContent(read, content))) {
      yield* swap(compiled)
      noteEdit(read)
    }
    content = { resources: read.resources, invalid: read.invalid }
    deps.onCompiled?.(compiled)
    yield* source.report(compiled)
  }

  const source = createResourceSource(deps.from, {
    ...deps,
    lastGood: () => lastGood,
    onChange,
  })
  return {
    ...source,
    providers: () => live,
    clients: { find: (name) => clients.find(name) },
    exchangesOf: ({ name }) => exchanges.get(name) ?? [],
    problems: () => problems,
    served: () => served,
  }
}
