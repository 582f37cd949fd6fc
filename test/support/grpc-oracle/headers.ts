import { separateLines } from '../../../src/core/cookie/cookie.ts'
import type { Request } from '../../../src/core/request/request.ts'
import type { HeaderValue, HttpRequest } from '../check-messages.ts'

/** The headers of a check request, in whichever encoding they came. */
export interface Headers extends Pick<Request, 'header' | 'headerNames' | 'encoding'> {
  /** How many header lines there are, pseudo headers among them. */
  readonly count: number
  /** What names and values of all but pseudo headers take; text counts characters alone. */
  readonly size: number
}

const COLON = 0x3a

const isPseudo = (name: string): boolean => name.charCodeAt(0) === COLON

const NOTHING: Readonly<Record<string, never>> = Object.freeze({})

const textHeaders = (values: Readonly<Record<string, string>>): Headers => {
  const names = Object.keys(values)
  let size = 0
  for (const name of names) if (!isPseudo(name)) size += name.length + (values[name] ?? '').length
  const header = (name: string): string | undefined => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    return name === 'cookie' && value !== undefined ? separateLines(value) : value
  }
  return {
    encoding: 'text',
    count: names.length,
    size,
    header,
    headerNames: () => names.filter((name) => !isPseudo(name)),
  }
}

/** One character for each byte. */
const bytesOf = ({ rawValue, value = '' }: HeaderValue): string => {
  if (rawValue === undefined) return Buffer.from(value, 'utf8').toString('latin1')
  const { buffer, byteOffset, byteLength } = rawValue
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}

const lengthOf = ({ rawValue, value = '' }: HeaderValue): number =>
  rawValue === undefined ? Buffer.byteLength(value) : rawValue.byteLength

const isNamed = ({ key = '' }: HeaderValue, name: string): boolean =>
  key.length === name.length && (key === name || key.toLowerCase() === name)

/** The lines are searched and decoded as they are asked for: most of them never are. */
const rawHeaders = (lines: readonly HeaderValue[]): Headers => {
  let size = 0
  for (const line of lines) {
    const { key = '' } = line
    if (!isPseudo(key)) size += key.length + lengthOf(line)
  }
  const header = (name: string): string | undefined => {
    let joined: string | undefined
    for (const line of lines) {
      if (!isNamed(line, name)) continue
      const glue = name === 'cookie' ? '; ' : ','
      joined = joined === undefined ? bytesOf(line) : `${joined}${glue}${bytesOf(line)}`
    }
    return joined
  }
  const headerNames = (): readonly string[] => {
    const names = new Set<string>()
    for (const { key = '' } of lines) if (!isPseudo(key)) names.add(key.toLowerCase())
    return [...names]
  }
  return { encoding: 'bytes', count: lines.length, size, header, headerNames }
}

/**
 * The headers of a message: line by line where the gateway sends them raw (`header_map`), else as
 * it has joined them.
 */
export const headersOf = ({ headerMap, headers }: HttpRequest): Headers =>
  headerMap?.headers === undefined ? textHeaders(headers ?? NOTHING) : rawHeaders(headerMap.headers)
