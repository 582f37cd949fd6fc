import type { Json } from '../identity/identity.ts'
import type { HeaderForm, HeaderFormat } from '../policy/upstream.ts'

/** The form of every header that says nothing else. */
export const PLAIN_FORM: HeaderForm = { format: 'JSON', encoding: 'Percent' }

const SEPARATORS: Readonly<Record<Exclude<HeaderFormat, 'JSON'>, string>> = {
  CommaSeparated: ',',
  PipeSeparated: '|',
}

const byte = (value: number): string => `%${value.toString(16).toUpperCase()}`

/** Half a surrogate pair has no UTF-8; as the bytes of its number it is like nothing else. */
const surrogate = (unit: number): string =>
  byte(0xe0 | (unit >> 12)) + byte(0x80 | ((unit >> 6) & 0x3f)) + byte(0x80 | (unit & 0x3f))

const percent = (character: string): string =>
  character.isWellFormed() ? encodeURIComponent(character) : surrogate(character.charCodeAt(0))

const PLAIN = /^[\u0020-\u0024\u0026-\u007e]*$/
const BEYOND_PLAIN = /[^\u0020-\u0024\u0026-\u007e]/gu

const percentEncoded = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(BEYOND_PLAIN, percent)

/**
 * Control characters, what turns the direction of text or cannot be seen, half a surrogate pair,
 * and a `%` that could be taken for the beginning of one of these.
 */
const UNSENDABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]|%(?=[0-9A-Fa-f]{2})/gu

const utf8Encoded = (text: string): string => text.replace(UNSENDABLE, percent)

const each = (text: string): string => text.replace(/./gsu, percent)

/**
 * Readers of headers take them off, and two claims would be one. In linear time: a pattern for the
 * last blanks would try each run of blanks within a claim from every one of them.
 */
const encodeOuterBlanks = (text: string): string => {
  const fromFirst = text.trimStart()
  const inner = fromFirst.trimEnd()
  if (inner.length === text.length) return text
  const start = text.length - fromFirst.length
  return each(text.slice(0, start)) + inner + each(text.slice(start + inner.length))
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

const encoded = (value: Json, { encoding }: HeaderForm): string => {
  const text = textOf(value)
  return encodeOuterBlanks(encoding === 'Percent' ? percentEncoded(text) : utf8Encoded(text))
}

/**
 * A claim as a header value: strings as they are, numbers, booleans and objects as JSON, lists as
 * JSON or member by member. Percent-encoded as UTF-8 are, by `Percent`, whatever is not printable
 * ASCII and `%` itself; by `UTF8`, what cannot be sent or seen and a `%` that would read as such an
 * encoding; by both, blanks at either end, and the separator within a member. So no value can end a
 * header (R9), be read as another, or be two members.
 */
export const headerValueOf = (value: Json, form: HeaderForm = PLAIN_FORM): string => {
  if (form.format === 'JSON') return encoded(value, form)
  const separator = SEPARATORS[form.format]
  const members: readonly Json[] = Array.isArray(value) ? value : [value]
  return members
    .map((member) => encoded(member, form).replaceAll(separator, percent(separator)))
    .join(separator)
}
