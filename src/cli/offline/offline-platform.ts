import { resolve } from 'node:path'
import { loadRequirements } from '../../config/load.ts'
import { CONFIG_FILE_VARIABLE } from '../../config/overlay.ts'
import { formatConfigProblem } from '../../config/problem.ts'
import { type PlatformRead, readPlatform } from '../../resources/platform-requirements.ts'
import type { Io } from '../terminal/io.ts'

/**
 * What the platform requires by the configuration of `serve`, of which nothing else is looked at:
 * the file that is given or that the environment names, or nothing.
 */
export const loadPlatform = (io: Io, config: string | undefined): PlatformRead => {
  const file = config ?? io.environment[CONFIG_FILE_VARIABLE]
  const loaded = loadRequirements({
    ...(file === undefined || file === '' ? {} : { file }),
    environment: io.environment,
    flags: {},
    workingFolder: resolve(io.workingFolder),
  })
  return loaded.kind === 'problems'
    ? { kind: 'problems', problems: loaded.problems.map(formatConfigProblem) }
    : readPlatform(loaded.requirements)
}
