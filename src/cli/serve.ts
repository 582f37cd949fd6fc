import { resolve } from 'node:path'
import { adminTokenProblems } from '../app/admin-api.ts'
import { loadPages } from '../app/pages/load-pages.ts'
import { loadKeys } from '../app/process-keys.ts'
import { systemClock, systemRandom } from '../app/system.ts'
import { type App, createApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import type { Flags } from '../config/overlay.ts'
import { formatConfigProblem } from '../config/problem.ts'
import type { Look } from '../http/look.ts'
import { standardOutput } from '../observability/lines/standard-output.ts'
import { createLogger, type Logger } from '../observability/logger.ts'
import { readPlatform } from '../resources/platform-requirements.ts'
import type { Keys } from '../sessions/sealing/keys.ts'
import { complain } from './terminal/complain.ts'
import { configFile } from './terminal/config-file.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'
import { packageVersion } from './terminal/package-version.ts'

/** The options of `serve`. */
export interface ServeOptions {
  readonly config?: string
  /** The flags that set configuration fields. */
  readonly flags: Flags
}

type Prepared = {
  readonly config: Config
  readonly keys: Keys
  readonly look: Look
  readonly notes: readonly string[]
}

const prepare = async (io: Io, options: ServeOptions): Promise<Prepared | readonly string[]> => {
  const loaded = loadConfig({
    ...(await configFile(io, options.config)),
    environment: io.environment,
    flags: options.flags,
    workingFolder: resolve(io.workingFolder),
  })
  if (loaded.kind === 'problems') return loaded.problems.map(formatConfigProblem)
  const { config } = loaded
  const keys = loadKeys(config.keyFiles, systemRandom)
  const platform = readPlatform(config.requirements)
  const pages = await loadPages(config.pages)
  const problems = [
    ...(platform.kind === 'problems' ? platform.problems : []),
    ...(keys.kind === 'problems' ? keys.problems : []),
    ...adminTokenProblems(config.adminApi),
    ...(pages.kind === 'problems' ? pages.problems : []),
  ]
  if (keys.kind === 'problems' || pages.kind === 'problems' || problems.length > 0) return problems
  return { config, keys: keys.keys, look: pages.look, notes: pages.notes }
}

const isProblems = (prepared: Prepared | readonly string[]): prepared is readonly string[] =>
  Array.isArray(prepared)

/**
 * Resolves with the exit code when the service has ended, by a signal or by an error that nobody
 * caught.
 */
const ended = (app: App, logger: Logger): Promise<ExitCode> =>
  new Promise((resolveCode) => {
    let isEnding = false
    const end = (code: ExitCode): void => {
      if (isEnding) {
        logger.warn('Asked to end again: ending at once.')
        logger.flush()
        process.exit(EXIT.problem)
      }
      isEnding = true
      app.stop().then(
        () => resolveCode(code),
        (error: unknown) => {
          logger.error('The shutdown failed.', { error })
          resolveCode(EXIT.problem)
        },
      )
    }
    const fail = (error: unknown): void => {
      logger.error('An error that nothing caught.', { error })
      if (!isEnding) end(EXIT.problem)
    }
    process.on('SIGTERM', () => end(EXIT.well))
    process.on('SIGINT', () => end(EXIT.well))
    process.on('uncaughtException', fail)
    process.on('unhandledRejection', fail)
  })

const started = async (app: App, logger: Logger): Promise<boolean> => {
  try {
    await app.start()
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    logger.error(`The service did not start. ${message}`)
    await app.stop().catch(() => undefined)
    return false
  }
}

/**
 * Runs the service until it is told to end, and then ends the process: what libraries have still
 * under way, such as another try at a collector that hangs, does not hold it. Problems of the
 * configuration are told in sentences, all at once, and have the code returned.
 */
export const serve = async (io: Io, options: ServeOptions): Promise<ExitCode> => {
  const prepared = await prepare(io, options)
  if (isProblems(prepared)) {
    complain(io, prepared)
    return EXIT.problem
  }
  const { config, keys, look, notes } = prepared
  const clock = systemClock
  const logger = createLogger({ ...config.log, clock, destination: standardOutput() })
  for (const note of notes) logger.warn(`${note}.`)
  const version = packageVersion()
  const random = systemRandom
  const app = await createApp(config, { keys, look, logger, clock, random, version })
  const end = ended(app, logger)
  const code = (await started(app, logger)) ? await end : EXIT.problem
  await logger.close()
  process.exit(code)
}
