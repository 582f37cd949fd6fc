import type { ResourcesConfig } from '../config/config.ts'
import type { ClientSource } from '../core/client-source.ts'
import type { Client, Provider } from '../core/policy/policy.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import type { Timers } from '../kubernetes/timers.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Providers } from '../oidc/provider/providers.ts'
import type { Snapshot } from '../policy/applying/snapshot.ts'
import { createClientTable } from '../policy/client-table.ts'
import type { LastGood } from '../policy/compile.ts'
import type { ManifestRead } from '../resources/manifest/manifests.ts'
import type { AbsentClaimsMemory } from './absent-claims.ts'
import { type CompiledResources, compileResources } from './compile-resources.ts'
import { createProblemLog } from './problem-log.ts'
import { createResourceSource, type ResourceSource } from './resource-source.ts'
import { sha256 } from './system.ts'

/** What the road from the resources to the snapshot passes. */
export interface ResourcesDeps {
  readonly from: ResourcesConfig
  readonly allowInsecureIssuers: boolean
  readonly snapshot: Snapshot
  readonly providers: Pick<Providers, 'warm' | 'retain' | 'health'>
  readonly absentClaims: Pick<AbsentClaimsMemory, 'of' | 'want'>
  readonly metrics: Pick<Metrics, 'noteSnapshot' | 'noteProblems'>
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  /** Hears the clients of each new snapshot. */
  readonly onClients?: (clients: readonly Client[]) => void
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
  /** Problems in the resources as last read. */
  readonly problems: () => number
}

const NOT_SYNCED: ClientSource = { find: () => ({ kind: 'not_synced' }) }

const hostsOf = ({ routes }: CompiledResources): number =>
  routes.flatMap(({ hosts }) => hosts).filter(({ state }) => state === 'Programmed').length

const contentOf = ({ resources, invalid }: ManifestRead): string =>
  sha256(JSON.stringify([resources, invalid]))

/**
 * Reads the resources, and again whenever they change; what did not change anything is not swapped
 * in.
 */
export const createResources = (deps: ResourcesDeps): Resources => {
  const { snapshot, providers, metrics, logger, clock } = deps
  const tellProblems = createProblemLog(logger)
  let lastGood: LastGood | undefined
  let content: string | undefined
  let live: readonly Provider[] = []
  let clients: ClientSource = NOT_SYNCED
  let problems = 0

  const swap = (compiled: CompiledResources): void => {
    live = compiled.providers
    lastGood = compiled.lastGood
    clients = createClientTable(compiled)
    for (const provider of live) providers.warm(provider)
    snapshot.swap(compiled.table)
    providers.retain(live)
    deps.absentClaims.want(compiled.clients, compiled.wantedClaims)
    const policies = compiled.routes.filter(({ inForce }) => inForce !== 'none').length
    metrics.noteSnapshot({ policies, problems, atMs: clock.nowMs() })
    deps.onClients?.(compiled.clients)
    logger.info('A new snapshot is in force.', { policies, hosts: hostsOf(compiled), problems })
  }

  const onChange = (read: ManifestRead): void => {
    const compiled = compileResources(read, deps, lastGood)
    problems = compiled.located.length
    tellProblems(compiled.located)
    metrics.noteProblems(problems)
    const next = contentOf(read)
    if (next !== content) swap(compiled)
    content = next
    source.report(compiled)
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
    problems: () => problems,
  }
}
