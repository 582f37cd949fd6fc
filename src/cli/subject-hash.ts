import { resolve } from 'node:path'
import { type LoadedKeys, loadKeys } from '../app/process-keys.ts'
import { systemRandom } from '../app/system.ts'
import { loadConfig } from '../config/load.ts'
import { formatConfigProblem } from '../config/problem.ts'
import { createSubjectHash, SUBJECT_HASH_PURPOSE } from '../observability/lines/subject-hash.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'

/** The options of `subject-hash`. */
export interface SubjectHashOptions {
  readonly config?: string
  readonly keyFile?: readonly string[]
  readonly output: 'text' | 'json'
}

type Found =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly sentences: readonly string[] }

const NO_FILES =
  'Without key files the hashes of the log end with the process that wrote them, and no command can tell them: name the files of `keys.files` by --config or --key-file.'

const filesOf = (io: Io, { config, keyFile }: SubjectHashOptions): Found => {
  const workingFolder = resolve(io.workingFolder)
  if (keyFile !== undefined) {
    return { ok: true, files: keyFile.map((file) => resolve(workingFolder, file)) }
  }
  const file = config ?? io.environment.SALLYPORT_CONFIG
  const loaded = loadConfig({
    ...(file === undefined || file === '' ? {} : { file }),
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
export const subjectHash = (io: Io, subject: string, options: SubjectHashOptions): ExitCode => {
  const found = filesOf(io, options)
  const loaded: LoadedKeys = found.ok
    ? keysOf(found.files)
    : { kind: 'problems', problems: found.sentences }
  if (loaded.kind === 'problems') {
    for (const one of loaded.problems) io.err(`${one}\n`)
    return EXIT.problem
  }
  const hashes = loaded.keys
    .all()
    .map((key) => createSubjectHash(() => key.derive(SUBJECT_HASH_PURPOSE))(subject))
  io.out(
    options.output === 'json'
      ? `${JSON.stringify({ subject, hashes }, null, 2)}\n`
      : hashes.map((hash) => `${hash}\n`).join(''),
  )
  return EXIT.well
}
