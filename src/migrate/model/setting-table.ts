import type { Goes } from './migration.ts'

/** Where a setting goes, and how: the words of the documentation and of the notes. */
export interface SettingRow {
  readonly goes: Goes
  readonly words: string
}

/** Every setting of a product, by its name. */
export type SettingTable = ReadonlyMap<string, SettingRow>

/** A table whose rows are written below where they go. */
export const tableOf = (
  ...groups: readonly Partial<Readonly<Record<Goes, Readonly<Record<string, string>>>>>[]
): SettingTable =>
  new Map(
    groups.flatMap((group) =>
      Object.entries(group).flatMap(([goes, rows]) =>
        Object.entries(rows).map(([name, words]) => [name, { goes: goes as Goes, words }] as const),
      ),
    ),
  )
