import { isAscii } from 'node:buffer'
import { separateLines } from '../../core/cookie/cookie.ts'
import type { Request } from '../../core/request/request.ts'
import type { RepeatedText } from './repeated-text.ts'

/** The headers of a check request, in whichever encoding they came. */
export interface Headers extends Pick<Request, 'header' | 'headerNames' | 'encoding'> {
  /** How many header lines there are, pseudo headers among them. */
  readonly count: number
  /** What names and values of all but pseudo headers take; text counts characters alone. */
  readonly size: number
}

/** The header lines of a message: their names, and where their values lie in its bytes. */
export interface HeaderLines {
  readonly bytes: Buffer
  readonly names: readonly RepeatedText[]
  /** Two numbers for each line: where its value begins, and where it ends. */
  readonly places: readonly number[]
}

/** Below this a loop is faster than to ask the runtime. */
const SHORT = 160

const isPlain = (bytes: Buffer, start: number, end: number): boolean => {
  if (end - start > SHORT) return isAscii(bytes.subarray(start, end))
  let seen = 0
  let at = start
  for (; at < end - 3; at += 4) {
    const some = (bytes[at] as number) | (bytes[at + 1] as number)
    seen |= some | (bytes[at + 2] as number) | (bytes[at + 3] as number)
  }
  for (; at < end; at += 1) seen |= bytes[at] as number
  return seen <= 0x7f
}

/** `undefined` is UTF-8, without a search for the name of the encoding. */
type Encoding = 'latin1' | undefined

/** Values by line. They are decoded as they are asked for, and once: most of them never are. */
type Values = (string | undefined)[]

const valueAt = (
  { bytes, places }: HeaderLines,
  line: number,
  values: Values,
  as: Encoding,
): string => {
  const known = values[line]
  if (known !== undefined) return known
  const value = bytes.toString(as, places[2 * line], places[2 * line + 1])
  values[line] = value
  return value
}

/** Headers as the gateway has joined them, each name once. */
export const textHeaders = (lines: HeaderLines): Headers => {
  const { bytes, names, places } = lines
  const values: Values = []
  let size = 0
  for (let line = 0; line < names.length; line += 1) {
    const { isPseudo, text } = names[line] as RepeatedText
    if (isPseudo) continue
    const start = places[2 * line] as number
    const end = places[2 * line + 1] as number
    const isSame = isPlain(bytes, start, end)
    size += text.length + (isSame ? end - start : valueAt(lines, line, values, undefined).length)
  }
  const header = (name: string): string | undefined => {
    for (let line = 0; line < names.length; line += 1) {
      if (names[line]?.text !== name) continue
      const value = valueAt(lines, line, values, undefined)
      return name === 'cookie' ? separateLines(value) : value
    }
    return undefined
  }
  const headerNames = (): readonly string[] => {
    const sent: string[] = []
    for (const name of names) if (!name.isPseudo) sent.push(name.text)
    return sent
  }
  return { encoding: 'text', count: names.length, size, header, headerNames }
}

/**
 * Headers line by line, as they came: one character for each byte. `texts` are the lines whose
 * value was sent as text after all.
 */
export const rawHeaders = (lines: HeaderLines, texts: readonly number[]): Headers => {
  const { bytes, names, places } = lines
  const values: Values = []
  for (const line of texts) {
    const [start, end] = [places[2 * line] ?? 0, places[2 * line + 1] ?? 0]
    if (isPlain(bytes, start, end)) continue
    values[line] = Buffer.from(bytes.toString('utf8', start, end)).toString('latin1')
  }
  let size = 0
  for (let line = 0; line < names.length; line += 1) {
    const { isPseudo, text } = names[line] as RepeatedText
    const sent = (places[2 * line + 1] as number) - (places[2 * line] as number)
    if (!isPseudo) size += text.length + (values[line]?.length ?? sent)
  }
  const header = (name: string): string | undefined => {
    let joined: string | undefined
    for (let line = 0; line < names.length; line += 1) {
      const { text, lower } = names[line] as RepeatedText
      if (text.length !== name.length || (lower !== name && text !== name)) continue
      const value = valueAt(lines, line, values, 'latin1')
      joined = joined === undefined ? value : `${joined}${name === 'cookie' ? '; ' : ','}${value}`
    }
    return joined
  }
  const headerNames = (): readonly string[] => {
    const lower = new Set<string>()
    for (const name of names) if (!name.isPseudo) lower.add(name.lower)
    return [...lower]
  }
  return { encoding: 'bytes', count: names.length, size, header, headerNames }
}

/** The headers of a message that has none. */
export const NO_HEADERS: Headers = Object.freeze({
  encoding: 'text',
  count: 0,
  size: 0,
  header: () => undefined,
  headerNames: () => [],
})
