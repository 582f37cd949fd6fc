import type { ResourcesConfig } from '../config/config.ts'
import type { Clock, Random } from '../core/ports.ts'
import { createApiServer } from '../kubernetes/api/api-server.ts'
import {
  type ClusterRead,
  createClusterSource,
  type DecodedObject,
} from '../kubernetes/source/cluster-source.ts'
import { systemTimers, type Timers } from '../kubernetes/timers.ts'
import type { Logger } from '../observability/logger.ts'
import type { LastGood } from '../policy/compile.ts'
import { dataReferences } from '../policy/data-references.ts'
import { NOWHERE } from '../resources/diagnostics.ts'
import { formatField } from '../resources/field-path.ts'
import { createFileSource, type FileSource } from '../resources/file-source.ts'
import { readHeldHosts } from '../resources/held-hosts.ts'
import type { ManifestRead } from '../resources/manifests.ts'
import { createResourceSchema, type ResourceSchema } from '../resources/schema.ts'

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
}

/** What a source needs. */
export interface ResourceSourceDeps {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  /** Absent: those of the machine. */
  readonly timers?: Timers
  /** What the last compilation left. */
  readonly lastGood: () => LastGood | undefined
  readonly onChange: (read: ManifestRead) => void
}

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

const manifestRead = ({ resources, invalid, problems }: ClusterRead): ManifestRead => ({
  resources,
  invalid,
  problems: problems.map((problem) => ({ ...NOWHERE, ...problem })),
  locate: () => undefined,
})

const fromCluster = (
  { namespaces, kubeconfigFile }: Extract<ResourcesConfig, { source: 'kubernetes' }>,
  deps: ResourceSourceDeps,
): ResourceSource => {
  const { logger, timers = systemTimers, lastGood, onChange } = deps
  const source = createClusterSource({
    ...deps,
    api: createApiServer(kubeconfigFile === undefined ? {} : { kubeconfigFile }),
    timers,
    namespaces,
    decode: decodeWith(createResourceSchema()),
    referencesOf: (resources) => dataReferences(resources, lastGood()),
    onChange: (read) => onChange(manifestRead(read)),
    onError: (error) => logger.error('The resources of the cluster cannot be used.', { error }),
    onFailure: (sentence) => logger.warn(sentence),
    onRecovery: (sentence) => logger.info(sentence),
  })
  const troubles = (): readonly string[] => {
    const seconds = Math.round(source.stalenessMs() / 1_000)
    const stale = `The resources may be out of date: the API server was last heard ${seconds} seconds ago.`
    return [...(source.stalenessMs() > STALE_MS ? [stale] : []), ...source.failures()]
  }
  return { ...source, troubles }
}

const fromFiles = (
  { paths }: Extract<ResourcesConfig, { source: 'files' }>,
  { clock, logger, onChange }: ResourceSourceDeps,
): ResourceSource => {
  const source = createFileSource({
    paths,
    schema: createResourceSchema(),
    clock,
    debounceMs: DEBOUNCE_MS,
    onChange,
    onError: (error) => logger.error('The resource files cannot be watched.', { error }),
  })
  return { ...source, troubles: () => [], stalenessMs: () => 0 }
}

/** The source that the configuration names. Nothing is read before `start`. */
export const createResourceSource = (
  from: ResourcesConfig,
  deps: ResourceSourceDeps,
): ResourceSource => (from.source === 'files' ? fromFiles(from, deps) : fromCluster(from, deps))
