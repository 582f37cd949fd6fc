import { compileResources } from '../../app/compile-resources.ts'
import type { CompilerOptions } from '../../policy/compile.ts'
import type { HostTable } from '../../policy/matching/host-table.ts'
import type { LocatedProblem } from '../../resources/manifest/diagnostics.ts'
import type { GivenManifests } from '../../resources/manifest-files.ts'
import { readGiven } from '../terminal/manifests.ts'
import { standIn } from './stand-ins.ts'

/** Manifests as they answer requests where nobody is reached. */
export interface OfflineResources {
  readonly table: HostTable
  /** Everything that is wrong with them. */
  readonly problems: readonly LocatedProblem[]
  /** The Secrets and ConfigMaps that were not there and are of no importance. */
  readonly missing: readonly string[]
  /** Whether there is any resource at all. */
  readonly isEmpty: boolean
}

/** Reads and compiles files and folders as `serve` does; what only `serve` needs may be absent. */
export const readOfflineResources = async (
  given: GivenManifests,
  options: Pick<CompilerOptions['options'], 'allowInsecureIssuers' | 'platform'>,
): Promise<OfflineResources> => {
  const read = await readGiven(given)
  const { resources, missing } = standIn(read.resources)
  const { table, located } = await compileResources({ ...read, resources }, options)
  const isEmpty = read.resources.length + read.invalid.length === 0
  return { table, problems: located, missing, isEmpty }
}
