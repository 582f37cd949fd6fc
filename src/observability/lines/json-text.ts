import type { Fields } from './redact.ts'

/** What needs no escape: printable ASCII without quotation mark and backslash. */
const PLAIN = /^[ !#-[\]-~]*$/

const CONTROL = /[\u0000-\u001f]/

/** Beyond this a lone surrogate is escaped as well: what readers of the log have always got. */
const LONG = 100

/** Whether a text stands in JSON as it is. */
export const isPlain = (text: string): boolean => PLAIN.test(text)

/** A text as JSON (RFC 8259 section 7). */
export const jsonText = (text: string): string => {
  if (PLAIN.test(text)) return `"${text}"`
  return text.length > LONG || CONTROL.test(text)
    ? JSON.stringify(text)
    : `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A number as JSON; what is none there is `null`. */
export const numberText = (value: number): string => (Number.isFinite(value) ? `${value}` : 'null')

const valueText = (value: unknown): string | undefined => {
  switch (typeof value) {
    case 'string':
      return jsonText(value)
    case 'number':
      return numberText(value)
    case 'boolean':
      return `${value}`
    case 'object':
      return JSON.stringify(value)
    default:
      return undefined
  }
}

/**
 * The members of a JSON object, each with a comma before it, under the names that they are given
 * there. What is `undefined`, or nothing that JSON knows, is left out.
 */
export const membersText = (fields: Fields, nameOf: (name: string) => string): string => {
  let text = ''
  for (const [name, value] of Object.entries(fields)) {
    const written = valueText(value)
    if (written !== undefined) text += `,${jsonText(nameOf(name))}:${written}`
  }
  return text
}
