import type { SettingTable } from '../model/setting-table.ts'
import { isObject } from './json.ts'

/** One setting of the input. */
export interface Setting {
  /** Its name in the table of the product. */
  readonly name: string
  /** Its name as it is written in the input. */
  readonly written: string
  readonly value: unknown
}

const isBranch = (value: unknown): boolean =>
  (isObject(value) && Object.keys(value).length > 0) ||
  (Array.isArray(value) && value.some(isObject))

const membersOf = (value: unknown): readonly (readonly [string, string, unknown])[] =>
  Array.isArray(value)
    ? value.map((one, index) => ['[]', `[${index}]`, one] as const)
    : Object.entries(value as object).map(([key, one]) => [`.${key}`, `.${key}`, one] as const)

const join = (before: string, after: string): string =>
  before === '' ? after.replace(/^\./, '') : `${before}${after}`

/**
 * The settings below a place of a document: what the table has a row for, and whatever holds no
 * further names. Members of lists count as one name, written with `[]`.
 */
export const settingsBelow = (
  table: SettingTable,
  value: unknown,
  place: { readonly name: string; readonly written: string },
): readonly Setting[] => {
  if (value === null || value === undefined) return []
  if (table.has(place.name) || !isBranch(value))
    return place.name === '' ? [] : [{ ...place, value }]
  return membersOf(value).flatMap(([name, written, one]) =>
    settingsBelow(table, one, {
      name: join(place.name, name),
      written: join(place.written, written),
    }),
  )
}
