import { createLanguage, type Language } from '../language/language.ts'
import { withLikelyScript } from '../language/likely-script.ts'
import { createNegotiate, type Negotiate } from '../language/negotiate.ts'
import type { Texts, Translation } from '../language/texts.ts'
import { ENGLISH_TEXTS } from '../language/written-texts.ts'
import { german } from './de.ts'
import { spanish } from './es.ts'
import { french } from './fr.ts'
import { italian } from './it.ts'
import { japanese } from './ja.ts'
import { dutch } from './nl.ts'
import { polish } from './pl.ts'
import { portuguese } from './pt.ts'
import { simplifiedChinese } from './zh-hans.ts'

/** The language that everything is written in first. */
const ENGLISH = 'en'

/** The translations that come along, by their tags (RFC 5646). */
export const TRANSLATIONS: ReadonlyMap<string, Translation> = new Map([
  ['de', german],
  ['es', spanish],
  ['fr', french],
  ['it', italian],
  ['ja', japanese],
  ['nl', dutch],
  ['pl', polish],
  ['pt', portuguese],
  ['zh-Hans', simplifiedChinese],
])

/** The tags of the languages that come along, English first. */
export const LANGUAGES_ALONG: readonly string[] = [ENGLISH, ...TRANSLATIONS.keys()]

/** The tag and what is left of it without its last subtags, the longest first. */
const withParents = (tag: string): readonly string[] => {
  const end = tag.lastIndexOf('-')
  return end < 0 ? [tag] : [tag, ...withParents(tag.slice(0, end))]
}

/**
 * The tags whose texts a language has, its own first: `zh-CN`, `zh-Hans`, `zh`. Before the language
 * alone there is what its readers write; the language alone has that below it.
 */
const inherited = (tag: string): readonly string[] => {
  const names = withParents(tag)
  const inScript = withLikelyScript(tag)
  if (inScript === undefined) return names
  return names.length === 1
    ? [tag, inScript]
    : [...names.slice(0, -1), inScript, ...names.slice(-1)]
}

/** Whether a language has every text that comes along, as it is one or lies above one. */
export const comesAlong = (tag: string): boolean =>
  inherited(tag).some((name) => LANGUAGES_ALONG.includes(name))

/** What English says of reasons, so that no kind is said instead. */
const ENGLISH_REASONS: Texts = {
  headings: {},
  kinds: {},
  reasons: ENGLISH_TEXTS.reasons,
  phrases: {},
}

const alongOf = (tag: string): Texts | undefined =>
  tag === ENGLISH ? ENGLISH_REASONS : TRANSLATIONS.get(tag)

/** The language of every page, by an `accept-language` header. */
export type Languages = (acceptLanguage: string | undefined) => Language

/** Browsers send the same few. When there are too many, all are forgotten. */
const MOST_HEADERS = 256
const LONGEST_HEADER = 512

const remembering = (negotiate: Negotiate): Negotiate => {
  const known = new Map<string, string>()
  return (acceptLanguage = '') => {
    const before = known.get(acceptLanguage)
    if (before !== undefined) return before
    const tag = negotiate(acceptLanguage)
    if (acceptLanguage.length > LONGEST_HEADER) return tag
    if (known.size >= MOST_HEADERS) known.clear()
    known.set(acceptLanguage, tag)
    return tag
  }
}

/**
 * The languages that come along and those of `written`, which go first, text by text. A language
 * of a region has the texts of the language itself below its own, and of the script that is written
 * there. `fallback` is for who names no
 * language of these; one that is not there counts as English.
 */
export const createLanguages = (
  written: ReadonlyMap<string, Texts>,
  fallback: string = ENGLISH,
): Languages => {
  const tags = [...new Set([...LANGUAGES_ALONG, ...written.keys()])]
  const layersOf = (tag: string): readonly Texts[] => {
    const names = inherited(tag)
    return [...names.map((name) => written.get(name)), ...names.map(alongOf)].filter(
      (texts) => texts !== undefined,
    )
  }
  const english = createLanguage(ENGLISH, layersOf(ENGLISH))
  const languages = new Map(tags.map((tag) => [tag, createLanguage(tag, layersOf(tag))]))
  const negotiate = remembering(createNegotiate(tags, fallback))
  return (acceptLanguage) => languages.get(negotiate(acceptLanguage)) ?? english
}
