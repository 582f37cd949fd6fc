import { inSteps, type Pace, type Steps, UNHURRIED } from '../core/time/steps.ts'
import type { LocatedProblem } from './manifest/diagnostics.ts'
import { withFormer } from './manifest/former.ts'
import { joinManifests, type ManifestRead } from './manifest/joined-manifests.ts'
import { type Manifests, readManifests } from './manifest/manifests.ts'
import { withSameObjects } from './manifest/same-objects.ts'
import {
  type FileText,
  type GivenManifests,
  identityOf,
  listManifestFiles,
  readManifestFile,
} from './manifest-files.ts'
import type { ResourceSchema } from './schema/schema.ts'

/** What a reader needs. */
export interface ManifestReaderOptions extends GivenManifests {
  readonly schema: ResourceSchema
  /** Absent: reading gives way to nobody. */
  readonly pace?: Pace
}

/** Reads the configured paths, and remembers the last good text of every file. */
export interface ManifestReader {
  /** Reads everything. Never rejects: what cannot be read is a problem of the result. */
  readonly read: () => Promise<ManifestRead>
}

interface Remembered {
  readonly text: string
  readonly manifests: Manifests
}

interface FileRead {
  readonly file: string
  readonly manifests: Manifests
  /** Absent if the file never had a good text. */
  readonly lastGood?: Remembered
}

interface Listed {
  readonly files: readonly string[]
  /** The path itself is gone or unreadable: its files are those it last had, as they last were. */
  readonly gone: boolean
  readonly problems: readonly LocatedProblem[]
}

const problemAt = (file: string, message: string): LocatedProblem => ({
  file,
  line: 1,
  column: 1,
  field: '',
  message,
})

const KEPT = 'what it last held stays in force'

/** The last good objects of a file, under the problems that it has now. */
const fallBack = (
  file: string,
  lastGood: Remembered | undefined,
  problems: readonly LocatedProblem[],
): FileRead => {
  const told = problems.map((it) => (lastGood ? { ...it, message: `${it.message}; ${KEPT}` } : it))
  const objects = lastGood?.manifests.objects ?? []
  const manifests = { file, readable: false, objects, strangers: [], problems: told }
  return { file, manifests, ...(lastGood && { lastGood }) }
}

/** A file whose text is that of before is not parsed again. */
const readOne = function* (
  file: string,
  read: FileText,
  lastGood: Remembered | undefined,
  schema: ResourceSchema,
): Steps<FileRead> {
  if (read.kind === 'unreadable') return fallBack(file, lastGood, [problemAt(file, read.message)])
  if (read.text === lastGood?.text) return { file, manifests: lastGood.manifests, lastGood }
  const written = yield* readManifests(read.text, file, schema)
  if (!written.readable) return fallBack(file, lastGood, written.problems)
  const before = lastGood?.manifests.objects ?? []
  const manifests = yield* withSameObjects(yield* withFormer(written, before), before)
  return { file, manifests, lastGood: { text: read.text, manifests } }
}

/** How many files are open at once: a process may open only so many. */
const AT_ONCE = 32

/** Maps all, some at once, in their order. */
const mapFiles = async <T, U>(
  all: readonly T[],
  map: (one: T) => Promise<U>,
): Promise<readonly U[]> => {
  const mapped: U[] = []
  const waiting = all.entries()
  const work = async (): Promise<void> => {
    for (const [at, one] of waiting) mapped[at] = await map(one)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return mapped
}

/** Each file once, by the first path that leads to it. */
const withoutRepetition = async (files: readonly string[]): Promise<readonly string[]> => {
  const identities = await mapFiles(files, identityOf)
  const seen = new Set<string>()
  return files.filter((_, at) => {
    const before = seen.size
    seen.add(identities[at] ?? '')
    return seen.size > before
  })
}

/**
 * A reader of manifest files. A file that is not YAML, not UTF-8 or not readable keeps the objects
 * of its last good text, and a document whose kind, version or name is not known any more keeps its
 * object; a configured path that is gone keeps the files it had. A file that was removed from a
 * folder is removed.
 */
export const createManifestReader = (options: ManifestReaderOptions): ManifestReader => {
  const { paths, texts, schema, pace = UNHURRIED } = options
  let remembered: ReadonlyMap<string, Remembered> = new Map()
  const lastListed = new Map<string, readonly string[]>()

  const readText = (file: string): FileText | Promise<FileText> =>
    texts?.get(file) ?? readManifestFile(file)

  const list = async (path: string): Promise<Listed> => {
    if (texts?.has(path) === true) return { files: [path], gone: false, problems: [] }
    const listing = await listManifestFiles(path)
    if (listing.kind === 'unreadable') {
      const files = lastListed.get(path) ?? []
      const message = files.length === 0 ? listing.message : `${listing.message}; ${KEPT}`
      return { files, gone: true, problems: [problemAt(path, message)] }
    }
    lastListed.set(path, listing.files)
    return { files: listing.files, gone: false, problems: [] }
  }

  /** The files with their texts; `undefined` for those that are read no more. */
  const join = function* (
    listed: readonly Listed[],
    contents: readonly (readonly [file: string, text: FileText | undefined])[],
  ): Steps<ManifestRead> {
    const files: FileRead[] = []
    for (const [file, text] of contents) {
      const lastGood = remembered.get(file)
      const isGone = text === undefined
      files.push(
        isGone ? fallBack(file, lastGood, []) : yield* readOne(file, text, lastGood, schema),
      )
      yield
    }
    remembered = new Map(
      files.flatMap(({ file, lastGood }) => (lastGood ? [[file, lastGood] as const] : [])),
    )
    const manifests = files.map((it) => it.manifests)
    const problems = [...listed, ...manifests].flatMap((it) => it.problems)
    return yield* joinManifests(manifests, problems)
  }

  const read = async (): Promise<ManifestRead> => {
    const listed = await Promise.all(paths.map(list))
    const gone = new Set(listed.filter((it) => it.gone).flatMap((it) => it.files))
    const names = await withoutRepetition(listed.flatMap(({ files }) => files))
    const contents = await mapFiles(
      names,
      async (file) => [file, gone.has(file) ? undefined : await readText(file)] as const,
    )
    return inSteps(join(listed, contents), pace)
  }

  return { read }
}
