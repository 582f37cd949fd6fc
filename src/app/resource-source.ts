import type { ResourcesConfig } from '../config/config.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import { oneStep, type Pace, type Steps } from '../core/time/steps.ts'
import { createApiServer } from '../kubernetes/api/api-server.ts'
import {
  type ClusterRead,
  type ClusterSource,
  createClusterSource,
  type PresentObject,
} from '../kubernetes/source/cluster-source.ts'
import type { DecodedObject } from '../kubernetes/source/decoded-object.ts'
import { type Controller, createController } from '../kubernetes/status/controller.ts'
import { systemTimers, type Timers } from '../kubernetes/timers.ts'
import type { Logger } from '../observability/logger.ts'
import type { Providers } from '../oidc/provider/providers.ts'
import type { Snapshot } from '../policy/applying/snapshot.ts'
import type { PlatformTerms } from '../policy/compile/platform/floor.ts'
import { dataReferences, needsNamespaceLabels } from '../policy/data-references.ts'
import type { LastGood } from '../policy/in-force.ts'
import { createFileSource, type FileSource } from '../resources/file-source.ts'
import { NOWHERE } from '../resources/manifest/diagnostics.ts'
import { readHeldHosts } from '../resources/manifest/held-hosts.ts'
import type { ManifestRead } from '../resources/manifest/joined-manifests.ts'
import { formatField } from '../resources/schema/field-path.ts'
import { createResourceSchema, type ResourceSchema } from '../resources/schema/schema.ts'
import type { CompiledResources } from './compile-resources.ts'
import { createOutcomes } from './outcome.ts'
import type { AbsentClaimsMemory } from './providers/absent-claims.ts'
import type { ClientStandings } from './providers/client-standings.ts'

/** How long it must be quiet after a change before files are read again. */
const DEBOUNCE_MS = 200

/** Beyond this, the API server should have told something: every watch ends sooner. */
const STALE_MS = 60_000

/** Where resources come from. */
export interface ResourceSource extends FileSource {
  /** Sentences about what cannot be read at present, whatever is in force meanwhile. */
  readonly troubles: () => readonly string[]
  /** How long ago the source was last heard, in milliseconds. */
  readonly stalenessMs: () => number
  /** Tells the owners of the resources what became of what was read last. */
  readonly report: (compiled: CompiledResources) => Steps<void>
}

/** What a source needs. */
export interface ResourceSourceDeps {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  readonly pace: Pace
  readonly snapshot: Pick<Snapshot, 'takeAsked'>
  readonly providers: Pick<Providers, 'health'>
  readonly absentClaims: Pick<AbsentClaimsMemory, 'of'>
  readonly clientStandings: Pick<ClientStandings, 'of'>
  /** What the platform requires of routes. Absent: nothing. */
  readonly platform?: readonly PlatformTerms[]
  /** Absent: those of the machine. */
  readonly timers?: Timers
  /** What the last compilation left. */
  readonly lastGood: () => LastGood | undefined
  /** Puts a read in force; the next read waits until its steps are taken. */
  readonly onChange: (read: ManifestRead) => Steps<void>
}

type FromCluster = Extract<ResourcesConfig, { source: 'kubernetes' }>

/** Judges an object of the API server as a manifest in a file is judged. */
const decodeWith =
  (schema: ResourceSchema) =>
  (manifest: unknown): DecodedObject => {
    const decoded = schema.decode(manifest)
    if (decoded.kind === 'resource') return { resource: decoded.resource, problems: [] }
    const { ref } = decoded
    const object = ref === undefined ? {} : { object: ref }
    return {
      ...(ref === undefined ? {} : { invalid: { ...ref, ...readHeldHosts(manifest) } }),
      problems: decoded.problems.map(({ field, message }) => ({
        ...object,
        field: formatField(field),
        message,
      })),
    }
  }

const manifestRead = ({
  resources,
  invalid,
  problems,
  changedAtMs,
}: ClusterRead): ManifestRead => ({
  resources,
  invalid,
  problems: problems.map((problem) => ({ ...NOWHERE, ...problem })),
  locate: () => undefined,
  changedAtMs,
})

const troublesOf = (source: ClusterSource, controller: Controller): readonly string[] => {
  const seconds = Math.round(source.stalenessMs() / 1_000)
  const stale = `The resources may be out of date: the API server was last heard ${seconds} seconds ago.`
  const isStale = source.stalenessMs() > STALE_MS
  return [...(isStale ? [stale] : []), ...source.failures(), ...controller.troubles()]
}

const fromCluster = (
  { namespaces, kubeconfigFile, leaderElection }: FromCluster,
  deps: ResourceSourceDeps,
): ResourceSource => {
  const { logger, timers = systemTimers, platform, lastGood, onChange } = deps
  const common = {
    ...deps,
    timers,
    api: createApiServer(kubeconfigFile === undefined ? {} : { kubeconfigFile }),
    onFailure: (sentence: string) => logger.warn(sentence),
    onRecovery: (sentence: string) => logger.warn(sentence),
    onError: (error: unknown) =>
      logger.error('The resources of the cluster cannot be used.', { error }),
  }
  let present: readonly PresentObject[] = []
  const outcomes = createOutcomes()
  const source = createClusterSource({
    ...common,
    namespaces,
    decode: decodeWith(createResourceSchema()),
    referencesOf: (resources) => dataReferences(resources, lastGood()),
    needsLabels: (resources) => needsNamespaceLabels(resources, lastGood(), platform),
    onChange: (read) => {
      present = read.present
      return onChange(manifestRead(read))
    },
    onStatus: () => controller.notice(),
  })
  const controller = createController({
    ...common,
    ...leaderElection,
    source,
    standingOf: deps.providers.health,
    absentClaimsOf: deps.absentClaims.of,
    clientStandingOf: deps.clientStandings.of,
    takeAsked: deps.snapshot.takeAsked,
    onLeading: (isLeader) =>
      logger.info(isLeader ? 'This replica writes status now.' : 'Another replica writes status.'),
  })
  return {
    ...source,
    start: () => {
      controller.start()
      return source.start()
    },
    close: async () => {
      await controller.close()
      await source.close()
      await common.api.close()
    },
    troubles: () => troublesOf(source, controller),
    report: function* (compiled) {
      controller.report(yield* outcomes.of(compiled, present))
    },
  }
}

/** Files have no owner to be told. */
const nothing = (): Steps<void> => oneStep(() => undefined)

const fromFiles = (
  { paths }: Extract<ResourcesConfig, { source: 'files' }>,
  { clock, logger, pace, onChange }: ResourceSourceDeps,
): ResourceSource => {
  const source = createFileSource({
    paths,
    schema: createResourceSchema(),
    clock,
    pace,
    debounceMs: DEBOUNCE_MS,
    onChange,
    onError: (error) => logger.error('The resource files cannot be watched.', { error }),
  })
  return { ...source, troubles: () => [], stalenessMs: () => 0, report: nothing }
}

/** The source that the configuration names. Nothing is read before `start`. */
export const createResourceSource = (
  from: ResourcesConfig,
  deps: ResourceSourceDeps,
): ResourceSource => (from.source === 'files' ? fromFiles(from, deps) : fromCluster(from, deps))
