import { describe, expect, it, test } from 'vitest'
import type { SettingTable } from '../../../src/migrate/model/setting-table.ts'
import type { Migrated } from './migrated.ts'

/** A value by which a setting has an effect, and what has to stand beside it. */
export type Effect = readonly [value: unknown, beside?: Readonly<Record<string, unknown>>]

/** What is tried of one product. */
export interface Tried {
  readonly table: SettingTable
  readonly effects: Readonly<Record<string, Effect>>
  /** Settings whose effect is shown elsewhere. */
  readonly elsewhere: readonly string[]
  /** What stands in an input that has none of them. */
  readonly base: Readonly<Record<string, unknown>>
  readonly migrated: (settings: Readonly<Record<string, unknown>>) => Promise<Migrated>
}

/** Every setting that goes somewhere changes what is written, and is told so. */
export const describeEffects = (
  product: string,
  { table, effects, elsewhere, base, migrated }: Tried,
): void => {
  describe(`every setting of ${product} that goes somewhere`, () => {
    it('has an example here', () => {
      const due = [...table].filter(([, { goes }]) => ['manifest', 'configuration'].includes(goes))
      const names = due.map(([name]) => name).toSorted()
      expect([...Object.keys(effects), ...elsewhere].toSorted()).toEqual(names)
    })

    test.each(Object.entries(effects))(
      '%s changes what is written',
      async (name, [value, beside]) => {
        const { [name]: _, ...without } = { ...base, ...beside } as Record<string, unknown>
        const { settings, ...written } = await migrated({ ...without, [name]: value })
        const { settings: before, ...former } = await migrated(without)
        expect(written).not.toEqual(former)
        const isIt = ({ setting }: { readonly setting: string }): boolean =>
          setting.replaceAll(/\[\d+\]/g, '[]').endsWith(name)
        expect(settings.find(isIt)).toMatchObject({ goes: table.get(name)?.goes })
        expect(before.find(isIt)).toBe(undefined)
      },
    )
  })
}

/** An object with the value at a path of names, of which those with `[]` are lists of one. */
export const placed = (
  object: Readonly<Record<string, unknown>>,
  path: string,
  value: unknown,
): Readonly<Record<string, unknown>> => {
  const [name = '', ...rest] = path.split('.')
  const [key, isList] = [name.replace('[]', ''), name.endsWith('[]')]
  const before = object[key]
  if (rest.length === 0) return { ...object, [key]: value }
  const inner = (isList ? (before as readonly unknown[] | undefined)?.[0] : before) ?? {}
  const filled = placed(inner as Readonly<Record<string, unknown>>, rest.join('.'), value)
  return { ...object, [key]: isList ? [filled] : filled }
}
