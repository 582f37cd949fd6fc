import { resolve } from 'node:path'
import { loadRequirements } from '../../config/load.ts'
import { formatConfigProblem } from '../../config/problem.ts'
import type { KeptAudience } from '../../policy/compile/upstream/assertion.ts'
import type { ServingFacts } from '../../policy/serving-warnings.ts'
import { type PlatformRead, readPlatform } from '../../resources/platform-requirements.ts'
import { configFile } from '../terminal/config-file.ts'
import type { Io } from '../terminal/io.ts'

/** What routes meet in the process that serves them, or what is wrong with what it requires. */
export type OfflinePlatform =
  | (Extract<PlatformRead, { readonly kind: 'read' }> & {
      readonly serving: ServingFacts
      /** Absent: no audience is kept for one route. */
      readonly keptAudience?: KeptAudience
      /** The manifests that the process reads from files, as its configuration says. */
      readonly manifestPaths: readonly string[]
    })
  | Extract<PlatformRead, { readonly kind: 'problems' }>

/**
 * What the platform requires by the configuration of `serve`, and what else routes are held
 * against; of the rest nothing is looked at. It is the file that is given or that the environment
 * names, or nothing.
 */
export const loadPlatform = async (
  io: Io,
  config: string | undefined,
): Promise<OfflinePlatform> => {
  const file = await configFile(io, config)
  const loaded = loadRequirements({
    ...file,
    environment: io.environment,
    flags: {},
    workingFolder: resolve(io.workingFolder),
  })
  if (loaded.kind === 'problems') {
    return { kind: 'problems', problems: loaded.problems.map(formatConfigProblem) }
  }
  const { requirements, ...facts } = loaded
  const read = readPlatform(requirements)
  if (read.kind === 'problems') return read
  const { budgetMs, hasAssertionIssuer, keptAudience, manifestPaths } = facts
  const isGiven = file.file !== undefined
  const serving = { budgetMs, hasAssertionIssuer, isGiven }
  return {
    ...read,
    serving,
    manifestPaths,
    ...(keptAudience === undefined ? {} : { keptAudience }),
  }
}
