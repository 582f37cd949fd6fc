import { resolve } from 'node:path'
import { type LoadedKeys, loadKeys } from '../app/process-keys.ts'
import { systemRandom } from '../app/system.ts'
import { loadConfig } from '../config/load.ts'
import { formatConfigProblem } from '../config/problem.ts'
import { createSubjectHash, SUBJECT_HASH_PURPOSE } from '../observability/lines/subject-hash.ts'
import { complain } from './terminal/complain.ts'
import { configFile } from './terminal/config-file.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'
import { type Output, printResult } from './terminal/output.ts'

/** The options of `subject-hash`. */
export interface SubjectHashOptions {
  readonly config?: string
  readonly keyFile?: readonly string[]
  readonly output: Output
}

type Found =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly sentences: readonly string[] }

const NO_FILES =
  'Without key files the hashes of the log end with the process that wrote them, and no command can tell them: name the files of `keys.files` by --config or --key-file.'

const filesOf = async (io: Io, { config, keyFile }: SubjectHashOptions): Promise<Found> => {
  const workingFolder = resolve(io.workingFolder)
  if (keyFile !== undefined) {
    return { ok: true, files: keyFile.map((file) => resolve(workingFolder, file)) }
  }
  const loaded = loadConfig({
    ...(await configFile(io, config)),
    environment: io.environment,
    flags: {},
    workingFolder,
  })
  if (loaded.kind === 'problems') {
    return { ok: false, sentences: loaded.problems.map(formatConfigProblem) }
  }
  const files = loaded.config.keyFiles
  return files.length === 0 ? { ok: false, sentences: [NO_FILES] } : { ok: true, files }
}

const keysOf = (files: readonly string[]): LoadedKeys => {
  try {
    return loadKeys(files, systemRandom)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: 'problems', problems: [`A key file cannot be read: ${message}`] }
  }
}

/**
 * Prints what the log calls a subject, by each of the keys, that of the newest first: lines from
 * before a change of keys have the hash of an older one.
 */
export const subjectHash = async (
  io: Io,
  subject: string,
  options: SubjectHashOptions,
): Promise<ExitCode> => {
  const found = await filesOf(io, options)
  const loaded: LoadedKeys = found.ok
    ? keysOf(found.files)
    : { kind: 'problems', problems: found.sentences }
  if (loaded.kind === 'problems') {
    complain(io, loaded.problems)
    return EXIT.problem
  }
  const hashes = loaded.keys
    .all()
    .map((key) => createSubjectHash(() => key.derive(SUBJECT_HASH_PURPOSE))(subject))
  await printResult(io, options.output, { subject, hashes }, () =>
    hashes.map((hash) => `${hash}\n`).join(''),
  )
  return EXIT.well
}
