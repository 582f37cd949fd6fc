import { type PageMark, parsePageMark } from '../../../core/session/page-mark.ts'
import type { SessionQuery } from '../../../core/session/session-directory.ts'

/** The fields of a search, and of what is to end, in their order. */
export const FIELDS = ['subject', 'client', 'host', 'issuer'] as const

type Field = (typeof FIELDS)[number]

/** What was searched for, or what is wrong with it, as sentences that begin with the field. */
export type Wanted =
  | { readonly kind: 'query'; readonly query: SessionQuery; readonly after?: PageMark }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const MAX_VALUE = 1_024

/** What was never kept, so that it cannot be found. */
const CONTROL = /[\p{Cc}\p{Cs}]/u

const CLIENT = /^[a-z0-9][a-z0-9.-]{0,252}\/[a-z0-9][a-z0-9.-]{0,252}$/

const problemOf = (field: Field, value: string): string | undefined => {
  if (value.length > MAX_VALUE) return `${field} is longer than ${MAX_VALUE} characters.`
  if (CONTROL.test(value)) return `${field} holds control characters: take them out.`
  return field === 'client' && !CLIENT.test(value)
    ? 'client must be the namespace and name of an OIDCClient, such as shop/shop.'
    : undefined
}

/** Reads a search. What is empty counts as left out; everything that is wrong is told at once. */
export const wantedOf = (fields: ReadonlyMap<string, string>): Wanted => {
  const given = FIELDS.flatMap((field): readonly (readonly [Field, string])[] => {
    const value = fields.get(field)?.trim() ?? ''
    return value === '' ? [] : [[field, field === 'host' ? value.toLowerCase() : value]]
  })
  const mark = fields.get('after')
  const after = mark === undefined ? undefined : parsePageMark(mark)
  const problems = [
    ...given.flatMap(([field, value]) => problemOf(field, value) ?? []),
    ...(mark !== undefined && after === undefined
      ? ['after must be what a page before has linked to: begin with the first page.']
      : []),
  ]
  if (problems.length > 0) return { kind: 'problems', problems }
  return {
    kind: 'query',
    query: Object.fromEntries(given),
    ...(after === undefined ? {} : { after }),
  }
}
