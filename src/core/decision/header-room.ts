import { isWithinBytes, utf8Bytes } from '../request/byte-text.ts'
import type { HeaderRoom } from '../request/request.ts'
import type { Header } from './decision.ts'
import { OWN_HEADER_PREFIX } from './own-headers.ts'

/** The headers that are added, and the names of those that are not. */
export interface Fitted {
  readonly headers: readonly Header[]
  readonly leftOut: readonly string[]
}

/** Names the headers that were left out, comma separated (R9). */
const TRUNCATED_HEADER = `${OWN_HEADER_PREFIX}truncated`

const MAX_VALUE_BYTES = 8 * 1024

const sizeOf = ([name, value]: Header): number => name.length + utf8Bytes(value)

/** Of names and values together. */
export const sumOf = (headers: readonly Header[]): number =>
  headers.reduce((sum, header) => sum + sizeOf(header), 0)

/** Whether a value is no longer than one may be. */
export const isShort = ([, value]: Header): boolean => isWithinBytes(value, MAX_VALUE_BYTES)

const namesOf = (headers: readonly Header[]): readonly string[] => headers.map(([name]) => name)

const signal = (names: readonly string[]): Header => [TRUNCATED_HEADER, names.join(',')]

/** As many claims as there is room for, in their order, beside a signal that names the rest. */
const claimsThatFit = (
  claims: readonly Header[],
  { bytes, count }: HeaderRoom,
): readonly Header[] => {
  let left = bytes - sizeOf(signal(namesOf(claims)))
  let lines = count - 1
  return claims.filter((claim) => {
    if (lines < 1 || sizeOf(claim) > left || !isShort(claim)) return false
    left -= sizeOf(claim)
    lines -= 1
    return true
  })
}

/**
 * What is added to a request, within what the gateway still takes. Who it is and the token go
 * before claims, which are left out where they do not fit or are longer than 8 KiB, as half a value
 * would be a wrong one. `undefined`: not even those two fit.
 */
export const addWithin = (
  who: readonly Header[],
  claims: readonly Header[],
  token: readonly Header[],
  room: HeaderRoom,
): Fitted | undefined => {
  const all = [...who, ...claims, ...token]
  const fits = all.length <= room.count && sumOf(all) <= room.bytes
  if (fits && who.every(isShort) && claims.every(isShort)) return { headers: all, leftOut: [] }
  const first = [...who.filter(isShort), ...token]
  const rest = { bytes: room.bytes - sumOf(first), count: room.count - first.length }
  if (rest.bytes < 0 || rest.count < 0) return undefined
  const kept = claimsThatFit(claims, rest)
  const leftOut = namesOf([...who.filter((header) => !isShort(header)), ...claims]).filter(
    (name) => !kept.some(([other]) => other === name),
  )
  if (leftOut.length === 0) return { headers: all, leftOut }
  const named = signal(leftOut)
  if (sizeOf(named) > rest.bytes - sumOf(kept) || rest.count - kept.length < 1) return undefined
  return { headers: [...who.filter(isShort), ...kept, named, ...token], leftOut }
}
