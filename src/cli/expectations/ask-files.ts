import { printable } from '../../explain/words/printable.ts'
import type { PlatformTerms } from '../../policy/compile/platform/floor.ts'
import { formatProblem } from '../../resources/manifest/diagnostics.ts'
import { type OfflineResources, readOfflineResources } from '../offline/offline-resources.ts'
import type { Io } from '../terminal/io.ts'
import { givenManifests } from '../terminal/manifests.ts'
import { readNamed } from '../terminal/standard-input.ts'
import { askCase } from './ask-case.ts'
import type { CaseResult, Expectations, FileResult } from './expectation.ts'
import { readExpectationsFile } from './expectations-file.ts'
import { judge } from './judge.ts'

/** How files of expectations are asked. */
export interface AskOptions {
  /** Instead of the manifests that a file names. */
  readonly resources?: readonly string[]
  readonly allowInsecureIssuers: boolean
  /** What the platform requires of routes. */
  readonly platform: readonly PlatformTerms[]
}

type ReadResources = (paths: readonly string[]) => Promise<OfflineResources>

/** Files of one repository mostly name the same manifests: these are read once. */
const createReadResources = (io: Io, options: AskOptions): ReadResources => {
  const known = new Map<string, Promise<OfflineResources>>()
  return (paths) => {
    const key = JSON.stringify(paths)
    const read = async () => readOfflineResources(await givenManifests(io, paths), options)
    const found = known.get(key) ?? read()
    known.set(key, found)
    return found
  }
}

const problemsOf = (
  { problems, isEmpty }: OfflineResources,
  paths: readonly string[],
): readonly string[] => [
  ...problems.map((problem) => printable(formatProblem(problem))),
  ...(isEmpty
    ? [
        `${printable(paths.join(', '))}: no resources were found: name files or folders with manifests`,
      ]
    : []),
]

const askAll = async (
  file: string,
  { resources: paths, cases }: Expectations,
  readResources: ReadResources,
): Promise<FileResult> => {
  const resources = await readResources(paths)
  const results: CaseResult[] = []
  for (const one of cases) results.push(judge(one, await askCase(one, resources.table)))
  return { file, problems: problemsOf(resources, paths), cases: results }
}

/** Asks every case of these files, one after the other. Never rejects. */
export const askFiles = async (
  io: Io,
  files: readonly string[],
  options: AskOptions,
): Promise<readonly FileResult[]> => {
  const readResources = createReadResources(io, options)
  const results: FileResult[] = []
  for (const file of files) {
    const named = await readNamed(io, file)
    const read = await readExpectationsFile(named, options.resources)
    results.push(
      read.kind === 'problems'
        ? { file: named.name, problems: read.problems, cases: [] }
        : await askAll(named.name, read.expectations, readResources),
    )
  }
  return results
}
