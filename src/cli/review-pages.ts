import { resolve } from 'node:path'
import { loadPages } from '../app/pages/load-pages.ts'
import { loadPagesConfig } from '../config/load.ts'
import { formatConfigProblem } from '../config/problem.ts'
import { configFile } from './terminal/config-file.ts'
import type { Io } from './terminal/io.ts'

/** What is wrong with the pages of a configuration, and what they show in English, in sentences. */
export interface PagesReview {
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

/** Reads the logo and the texts that the configuration of `serve` names, as `serve` does. */
export const reviewPages = async (io: Io, config: string | undefined): Promise<PagesReview> => {
  const loaded = loadPagesConfig({
    ...(await configFile(io, config)),
    environment: io.environment,
    flags: {},
    workingFolder: resolve(io.workingFolder),
  })
  if (loaded.kind === 'problems') {
    return { problems: loaded.problems.map(formatConfigProblem), notes: [] }
  }
  const pages = await loadPages(loaded.pages)
  return pages.kind === 'problems'
    ? { problems: pages.problems, notes: [] }
    : { problems: [], notes: pages.notes }
}
