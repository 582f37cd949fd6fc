import { type CompiledResources, compileResources } from '../../app/compile-resources.ts'
import { createOutcomes } from '../../app/outcome.ts'
import type { ProviderStanding } from '../../core/provider/standing.ts'
import { finish } from '../../core/time/steps.ts'
import type { DesiredCondition, DesiredStatus } from '../../kubernetes/conditions/desired-status.ts'
import { desiredStatuses } from '../../kubernetes/conditions/statuses.ts'
import type { PresentObject } from '../../kubernetes/source/cluster-source.ts'
import { isCustomKind } from '../../kubernetes/source/collections.ts'
import { createMemo } from '../../policy/compile/object/memo.ts'
import { type ObjectRef, objectKey } from '../../policy/resource/resource.ts'
import { formatProblem } from '../../resources/manifest/diagnostics.ts'
import type { GivenManifests } from '../../resources/manifest-files.ts'
import { readWrittenChecks, writtenManifests } from '../../resources/written-status.ts'
import { loadPlatform } from '../offline/offline-platform.ts'
import { standIn } from '../offline/stand-ins.ts'
import type { Io } from '../terminal/io.ts'
import { givenManifests, readGiven } from '../terminal/manifests.ts'
import type { Found } from './found.ts'
import { showObject, type Written } from './shown-object.ts'

/** What is read of files, and as what. */
export interface FileOptions {
  readonly resources: readonly string[]
  readonly allowInsecureIssuers: boolean
  /** Secrets and ConfigMaps that are referred to may be absent. */
  readonly skipReferences: boolean
  /** The configuration file of `serve`, which says what the platform requires. */
  readonly config?: string
}

/** Of a provider that nobody asks: whatever does not depend on it is told as if it answered. */
const AS_IF_READY: ProviderStanding = { isReady: true, keys: 0, isIssuerWrong: false, notes: [] }

const NOT_ASKED: DesiredCondition = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'NotAsked',
  message: 'As far as files tell, all is well; no provider was asked. `sallyport doctor` asks.',
}

const statusOf = (
  { conditions, hosts, registration }: DesiredStatus,
  standsOnProviders: boolean,
  lastChecks: ReadonlyMap<string, string> | undefined,
): object => ({
  conditions: conditions.map((one) =>
    one.type === 'Ready' && one.status === 'True' && standsOnProviders ? NOT_ASKED : one,
  ),
  hosts: hosts?.map((one) => ({ ...one, lastCheckTime: lastChecks?.get(one.host) })),
  redirectURIs: registration?.redirectUris,
  postLogoutRedirectURIs: registration?.postLogoutRedirectUris,
})

const statusesOf = async (
  compiled: CompiledResources,
  present: readonly PresentObject[],
  given: GivenManifests,
): Promise<ReadonlyMap<string, object>> => {
  const outcome = finish(createOutcomes().of(compiled, present))
  const around = {
    standingOf: () => AS_IF_READY,
    absentClaimsOf: () => undefined,
    clientStandingOf: () => undefined,
    missingRightsIn: () => [],
  }
  const statuses = finish(desiredStatuses({ ...outcome, ...around }, createMemo()))
  const checks = new Map(
    (await readWrittenChecks(given)).map((one) => [one.route, one.lastChecks] as const),
  )
  const onProviders = new Set(
    compiled.objects.flatMap(({ ref, providers }) =>
      providers.length > 0 ? [objectKey(ref)] : [],
    ),
  )
  return new Map(
    statuses.map((status) => {
      const { ref } = status
      const route = `${ref.namespace}/${ref.name}`
      const lastChecks = ref.kind === 'ProtectedRoute' ? checks.get(route) : undefined
      return [objectKey(ref), statusOf(status, onProviders.has(objectKey(ref)), lastChecks)]
    }),
  )
}

const refOf = (manifest: unknown): ObjectRef => {
  const { kind, metadata } = Object(manifest)
  return { kind, namespace: Object(metadata).namespace ?? 'default', name: Object(metadata).name }
}

const writtenBy = async (given: GivenManifests): Promise<ReadonlyMap<string, unknown>> =>
  new Map((await writtenManifests(given)).map((one) => [objectKey(refOf(one)), one]))

/**
 * Objects of files, with what the service would make of them: all but whether providers answer.
 * Nobody is reached.
 */
export const findInFiles = async (io: Io, options: FileOptions): Promise<Found> => {
  const platform = await loadPlatform(io, options.config)
  if (platform.kind === 'problems') return { objects: [], problems: platform.problems }
  const given = await givenManifests(io, options.resources)
  const read = await readGiven(given)
  const resources = options.skipReferences ? standIn(read.resources).resources : read.resources
  const compiled = await compileResources(
    { ...read, resources },
    {
      allowInsecureIssuers: options.allowInsecureIssuers,
      platform: platform.terms,
      serving: platform.serving,
    },
  )
  const present = compiled.objects.map(
    ({ ref }): PresentObject => ({ ref, uid: objectKey(ref), generation: 0 }),
  )
  const statuses = await statusesOf(compiled, present, given)
  const manifests = await writtenBy(given)
  const objects = present.flatMap(({ ref: { kind, namespace, name }, uid }) => {
    if (!isCustomKind(kind)) return []
    const spec: unknown = Object(manifests.get(uid)).spec
    const written: Written = {
      kind,
      metadata: { namespace, name },
      spec,
      status: statuses.get(uid),
    }
    return [showObject(written)]
  })
  const strangers = compiled.unread.filter(({ object }) => object === undefined)
  return { objects, problems: strangers.map(formatProblem) }
}
