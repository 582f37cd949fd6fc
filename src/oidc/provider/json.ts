import type { Claims, Json } from '../../core/identity/identity.ts'

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

const isObject = (value: Json): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The JSON object that a text holds; `undefined` for anything else, and for one nested too deeply
 * (R25).
 */
export const parseJsonObject = (text: string): Claims | undefined => {
  if (isTooDeep(text)) return undefined
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
