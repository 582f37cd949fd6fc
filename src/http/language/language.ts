import { type Reason, reasonEntry } from '../../core/reason/reason.ts'
import type { Phrase, PhraseValues } from '../../core/wording/phrase.ts'
import { type PhraseKey, phrases } from '../../core/wording/phrases.ts'
import { type HeadingKey, headings } from './heading.ts'
import type { Texts } from './texts.ts'

/** A language that pages are shown in. Whatever it returns is plain text. */
export interface Language {
  /** A language tag (RFC 5646). */
  readonly tag: string
  readonly direction: 'ltr' | 'rtl'
  readonly heading: (key: HeadingKey) => string
  readonly message: (reason: Reason) => string
  readonly say: (phrase: Phrase) => string
}

/** The scripts that are written from right to left and have readers on the web (ISO 15924). */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set([
  ...['Adlm', 'Arab', 'Aran', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Samr', 'Syrc', 'Thaa'],
])

const directionOf = (tag: string): Language['direction'] =>
  RIGHT_TO_LEFT.has(new Intl.Locale(tag).maximize().script ?? '') ? 'rtl' : 'ltr'

/** What is put into a text keeps its own direction (Unicode Standard Annex 9, section 2.4). */
const isolated = (text: string): string => `\u2068${text}\u2069`

/**
 * A language of these texts, those of the first layer before the next. English is below them all:
 * for a reason without a text there is what is said of its kind, so that English shows last.
 */
export const createLanguage = (tag: string, layers: readonly Texts[]): Language => {
  const direction = directionOf(tag)
  const seconds = new Intl.NumberFormat(tag, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
  })

  const find = (pick: (texts: Texts) => string | undefined): string | undefined => {
    for (const texts of layers) {
      const found = pick(texts)
      if (found !== undefined) return found
    }
    return undefined
  }

  const shownValue = (value: PhraseValues[string]): string =>
    typeof value === 'string' ? value : seconds.format(value.seconds)

  const filled = (text: string, values: PhraseValues): string =>
    text.replace(/\{([a-z]+)\}/g, (written, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (value === undefined) return written
      return direction === 'rtl' ? isolated(shownValue(value)) : shownValue(value)
    })

  const message = (reason: Reason): string => {
    const { kind, message: english } = reasonEntry(reason)
    return find((texts) => texts.reasons[reason]) ?? find(({ kinds }) => kinds[kind]) ?? english
  }

  const phrase = (key: PhraseKey): string => find((texts) => texts.phrases[key]) ?? phrases[key]

  return {
    tag,
    direction,
    heading: (key) => find((texts) => texts.headings[key]) ?? headings[key],
    message,
    say: (said) => {
      if (typeof said === 'string') return phrase(said)
      return 'messageOf' in said ? message(said.messageOf) : filled(phrase(said.key), said.values)
    },
  }
}
