import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, parse } from 'node:path'
import { type ConfigDocument, readDocument } from '../../config/document.ts'
import { formatConfigProblem } from '../../config/problem.ts'
import { nearest } from '../../core/wording/nearest.ts'
import type { Texts } from '../../http/language/texts.ts'
import { ENGLISH_TEXTS, readTexts } from '../../http/language/written-texts.ts'
import { comesAlong, LANGUAGES_ALONG, TRANSLATIONS } from '../../http/translations/languages.ts'

/** The texts of a folder by language, what is wrong with its files, and what they leave out. */
export interface LoadedTexts {
  readonly texts: ReadonlyMap<string, Texts>
  /** Sentences; with any, nothing of the folder is used. */
  readonly problems: readonly string[]
  /** Sentences about keys that are shown in English. */
  readonly notes: readonly string[]
}

const NONE: LoadedTexts = { texts: new Map(), problems: [], notes: [] }

const EXTENSIONS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json'])

/** A logo may lie beside the texts, as both come from one ConfigMap. */
const BESIDE: ReadonlySet<string> = new Set(['.svg', '.png', '.md'])

const MOST_FILES = 100
const MOST_BYTES = 128 * 1024

const LANGUAGE_NAMES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })

/** The tag that a file is named by in its usual spelling; `undefined`: it names no language. */
const tagOf = (name: string): string | undefined => {
  try {
    const [tag = ''] = Intl.getCanonicalLocales(name)
    return LANGUAGE_NAMES.of(new Intl.Locale(tag).language) === undefined ? undefined : tag
  } catch {
    return undefined
  }
}

type ReadFile = Omit<LoadedTexts, 'texts'> & { readonly tag?: string; readonly own?: Texts }

const failed = (problem: string): ReadFile => ({ problems: [problem], notes: [] })

/** Texts that a language that does not come along has to bring, as group and key. */
const MISSED: readonly (readonly [keyof Texts, string])[] = [
  ...(['headings', 'kinds', 'phrases'] as const).flatMap((group) =>
    Object.keys(ENGLISH_TEXTS[group]).map((key) => [group, key] as const),
  ),
  ...Object.keys(TRANSLATIONS.get('de')?.reasons ?? {}).map((key) => ['reasons', key] as const),
]

const missingIn = (tag: string, own: Texts): readonly string[] => {
  if (comesAlong(tag)) return []
  return MISSED.filter(([group, key]) => !Object.hasOwn(own[group], key)).map((path) =>
    path.join('.'),
  )
}

const noteOf = (file: string, missing: readonly string[]): readonly string[] =>
  missing.length === 0
    ? []
    : [
        `${file} leaves out ${missing.length} of the texts that people read, which show in English: ${missing.join(', ')}`,
      ]

const contentOf = (file: string): string | undefined =>
  statSync(file).size > MOST_BYTES ? undefined : readFileSync(file, 'utf8')

const problemsIn = (file: string, document: ConfigDocument): readonly string[] =>
  document.problems.map(({ field, message, origin }) =>
    field === '' && message.startsWith('must be a group of fields')
      ? `${file}: must hold groups of texts: headings, kinds, reasons, phrases`
      : formatConfigProblem({ field, message, origin }),
  )

const readOne = (file: string, tag: string): ReadFile => {
  const content = contentOf(file)
  if (content === undefined) {
    return failed(`${file}: is longer than ${MOST_BYTES} bytes: shorten it`)
  }
  if (content.trim() === '') return failed(`${file}: is empty: write texts into it, or remove it`)
  const document = readDocument(content, file)
  if (document.problems.length > 0) return { problems: problemsIn(file, document), notes: [] }
  const { texts: own, problems } = readTexts(document.tree, nearest)
  return {
    tag,
    own,
    problems: problems.map(({ path, message }) =>
      formatConfigProblem({ field: path.join('.'), message, origin: document.locate(path) }),
    ),
    notes: noteOf(file, missingIn(tag, own)),
  }
}

const readNamed = (folder: string, fileName: string): ReadFile => {
  const file = join(folder, fileName)
  const { name, ext } = parse(fileName)
  if (!EXTENSIONS.has(ext)) {
    return failed(`${file}: is no file of texts: name it as in de.yaml, or move it elsewhere`)
  }
  const tag = tagOf(name)
  if (tag === undefined) {
    const meant = nearest(name, LANGUAGES_ALONG)
    const like = meant === undefined ? 'as in de.yaml or pt-BR.yaml' : `${meant}${ext}`
    return failed(`${file}: is named by no language: name it ${like}`)
  }
  return readOne(file, tag)
}

const joined = (folder: string, files: readonly ReadFile[]): LoadedTexts => {
  const texts = new Map<string, Texts>()
  const problems = files.flatMap((file) => file.problems)
  for (const { tag, own } of files) {
    if (tag === undefined || own === undefined) continue
    if (texts.has(tag)) problems.push(`${folder}: has two files for ${tag}: keep one of them`)
    texts.set(tag, own)
  }
  return { texts, problems, notes: files.flatMap(({ notes }) => notes) }
}

/** The names of the files in a folder of texts, in order; hidden ones are no texts. */
export const textFilesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.') && !BESIDE.has(parse(name).ext))
    .toSorted()

/** Reads the texts of a folder; all that is wrong with its files is found at once. */
export const loadTexts = (folder: string | undefined): LoadedTexts => {
  if (folder === undefined) return NONE
  try {
    const names = textFilesIn(folder)
    if (names.length > MOST_FILES) {
      return { ...NONE, problems: [`${folder}: has more than ${MOST_FILES} files of texts`] }
    }
    return joined(
      folder,
      names.map((name) => readNamed(folder, name)),
    )
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ...NONE, problems: [`${folder}: cannot be read (${why}): correct pages.messages`] }
  }
}
