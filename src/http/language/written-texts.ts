import { type Reason, reasonEntry, reasons } from '../../core/reason/reason.ts'
import { phrases } from '../../core/wording/phrases.ts'
import { headings } from './heading.ts'
import { kindTexts } from './kinds.ts'
import type { Texts } from './texts.ts'

/** Every text of pages in English, by its group and key. */
export const ENGLISH_TEXTS: Readonly<Record<keyof Texts, Readonly<Record<string, string>>>> = {
  headings,
  kinds: kindTexts,
  phrases,
  reasons: Object.fromEntries(
    (Object.keys(reasons) as readonly Reason[])
      .map((reason) => [reason, reasonEntry(reason)] as const)
      .filter(([, { kind }]) => kind !== 'allow')
      .map(([reason, { message }]) => [reason, message]),
  ),
}

/** Something about texts that must be mended; the message reads on from the field. */
export interface TextProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** The texts that somebody wrote, as far as they are right, and what is wrong with the rest. */
export interface WrittenTexts {
  readonly texts: Texts
  readonly problems: readonly TextProblem[]
}

/** Finds the word that was probably meant. */
export type Suggest = (written: string, words: readonly string[]) => string | undefined

const REFERENCE = 'docs/reference/pages.md lists them'

const LONGEST = 500

/** What no text of a page holds: controls, line ends and what turns the order of letters. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const placeholdersIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)),
]

const didYouMean = (suggested: string | undefined, otherwise: string): string =>
  suggested === undefined ? otherwise : `did you mean ${suggested}?`

const placeholderProblems = (text: string, english: string, suggest: Suggest) => {
  const [known, used] = [placeholdersIn(english), placeholdersIn(text)]
  const strange = used.filter((name) => !known.includes(name))
  const listed = known.map((name) => `{${name}}`).join(', ')
  const what = known.length === 0 ? 'nothing is put in here' : `only ${listed} is put in here`
  return [
    ...strange.map((name) => {
      const meant = suggest(name, known)
      return `has {${name}}, but ${what}: ${didYouMean(meant && `{${meant}}`, 'leave it out')}`
    }),
    ...known
      .filter((name) => !used.includes(name) && strange.length === 0)
      .map((name) => `lacks {${name}}: put it where it belongs in the sentence`),
  ]
}

const textProblems = (value: unknown, english: string, suggest: Suggest): readonly string[] => {
  if (typeof value !== 'string') {
    const got = value === null ? 'empty' : Array.isArray(value) ? 'a list' : `a ${typeof value}`
    return [`must be text, but is ${got}: write it in quotes`]
  }
  if (value.trim() === '') return ['must be text, but is empty: leave the key out instead']
  if (value.length > LONGEST) {
    return [`has ${value.length} characters: write at most ${LONGEST}`]
  }
  if (CONTROLS.test(value)) {
    return ['holds a line end or another control character: write it as one line of plain text']
  }
  return placeholderProblems(value, english, suggest)
}

const readGroup = (group: keyof Texts, written: unknown, suggest: Suggest) => {
  const known = ENGLISH_TEXTS[group]
  if (!isGroup(written)) {
    return { texts: {}, problems: [{ path: [group], message: 'must be a group of texts by key' }] }
  }
  const texts: Record<string, string> = {}
  const problems: TextProblem[] = []
  for (const [key, value] of Object.entries(written)) {
    const english = Object.hasOwn(known, key) ? known[key] : undefined
    const found =
      english === undefined
        ? [`is no text of pages: ${didYouMean(suggest(key, Object.keys(known)), REFERENCE)}`]
        : textProblems(value, english, suggest)
    problems.push(...found.map((message) => ({ path: [group, key], message })))
    if (found.length === 0) texts[key] = String(value)
  }
  return { texts, problems }
}

/**
 * Reads the texts of one language as somebody wrote them: groups of keys, any of which may be
 * absent. Finds every problem.
 */
export const readTexts = (written: unknown, suggest: Suggest): WrittenTexts => {
  const groups = Object.keys(ENGLISH_TEXTS) as readonly (keyof Texts)[]
  if (!isGroup(written)) {
    const message = `must be groups of texts: ${groups.join(', ')}`
    const texts = { headings: {}, kinds: {}, reasons: {}, phrases: {} }
    return { texts, problems: [{ path: [], message }] }
  }
  const strange = Object.keys(written)
    .filter((name) => !Object.hasOwn(ENGLISH_TEXTS, name))
    .map((name) => ({
      path: [name],
      message: `is no group of texts: ${didYouMean(suggest(name, groups), `write one of ${groups.join(', ')}`)}`,
    }))
  const read = (group: keyof Texts) => readGroup(group, written[group] ?? {}, suggest)
  const [own, kinds, said, why] = [
    read('headings'),
    read('kinds'),
    read('phrases'),
    read('reasons'),
  ]
  return {
    texts: { headings: own.texts, kinds: kinds.texts, phrases: said.texts, reasons: why.texts },
    problems: [...strange, ...[own, kinds, said, why].flatMap(({ problems }) => problems)],
  }
}
