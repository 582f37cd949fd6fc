import type { Claims, Json } from '../core/identity/identity.ts'
import { type Answer, withType } from './outbound-fetch.ts'

/** No honest metadata, key set, token answer or token nests deeper. */
const MAX_DEPTH = 32

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** +1 for `[` and `{`, -1 for their counterparts. */
const stepOf = (code: number): number => {
  if (code === 0x5b || code === 0x7b) return 1
  return code === 0x5d || code === 0x7d ? -1 : 0
}

const isTooDeep = (text: string): boolean => {
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) isInString = !isInString
    if (isInString && code === BACKSLASH) index += 1
    if (!isInString) depth += stepOf(code)
    if (depth > MAX_DEPTH) return true
  }
  return false
}

declare global {
  interface JSON {
    /** With the text that a number, a string or a literal was read from (ECMA-262). */
    parse(
      text: string,
      reviver: (key: string, value: Json, context: { readonly source?: string }) => Json,
    ): Json
  }
}

/** Only such a text can hold a number that loses something on the way into a double. */
const HAS_LONG_NUMBER = /[0-9]{16}|[0-9][eE]/

const INTEGER = /^-?[0-9]+$/

/**
 * An integer beyond 2^53 and a number beyond all doubles stay the text that they were: rounded, one
 * id would be its neighbour.
 */
const keepDigits = (_: string, value: Json, { source }: { readonly source?: string }): Json => {
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value
  return INTEGER.test(source) || !Number.isFinite(value) ? source : value
}

const parse = (text: string): Json =>
  HAS_LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)

const isObject = (value: Json): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The JSON object that a text holds; `undefined` for anything else, and for one nested too deeply
 * (R25). A number that a double cannot hold is given as its digits.
 */
export const parseJsonObject = (text: string): Claims | undefined => {
  if (isTooDeep(text)) return undefined
  try {
    const value = parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** How to say that an answer is no JSON object; completes a sentence that begins with its URL. */
export const notJson = (answer: Answer): string => {
  if (answer.text === '') return `answered with an empty body${withType(answer)}, not with JSON`
  const isHtml = /^[\s\uFEFF]*<(?:!doctype html|html|head|body)/i.test(answer.text.slice(0, 200))
  return `answered with ${isHtml ? 'a page of HTML' : 'something else'}${withType(answer)}, not with a JSON object`
}
