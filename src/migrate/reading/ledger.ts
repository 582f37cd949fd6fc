import type { MigrationOptions, Told } from '../model/migration.ts'
import type { SettingTable } from '../model/setting-table.ts'
import { textIn, textsIn } from './json.ts'
import type { Setting } from './settings.ts'

/** The settings of an input, and what becomes of each: none can be forgotten. */
export interface Ledger {
  readonly value: (name: string) => unknown
  readonly text: (name: string) => string | undefined
  readonly texts: (name: string) => readonly string[]
  /** `undefined` where it is not set. */
  readonly flag: (name: string) => boolean | undefined
  readonly has: (name: string) => boolean
  /** It went where its row says, in these words. */
  readonly say: (name: string, words: string) => void
  /** It is not carried over. */
  readonly lose: (name: string, words: string) => void
  /** It is not carried over, and something is denied until somebody decides. */
  readonly close: (name: string, words: string) => void
  /** The settings by which something is closed, as they are written. */
  readonly closed: () => readonly string[]
  readonly told: () => readonly Told[]
}

const UNUSED = 'not carried over: it has no effect beside the other settings'

/** Keeps account of the settings of one input. */
export const createLedger = (
  table: SettingTable,
  settings: readonly Setting[],
  { product, meant }: { readonly product: string; readonly meant: MigrationOptions['meant'] },
): Ledger => {
  const taken = new Set<string>()
  const outcomes = new Map<string, Omit<Told, 'setting'>>()
  const named = (name: string) => settings.filter((one) => one.name === name)
  const value = (name: string): unknown => {
    taken.add(name)
    return named(name).at(-1)?.value
  }
  const unknownWords = (written: string): string =>
    `not carried over: ${product} has no such setting that is known here.${meant(written, [...table.keys()])}`
  const outcomeOf = ({ name, written }: Setting): Omit<Told, 'setting'> => {
    const row = table.get(name)
    if (row === undefined) return { goes: 'none', words: unknownWords(written) }
    const decided = outcomes.get(name)
    if (decided !== undefined) return decided
    const isDue = row.goes === 'manifest' || row.goes === 'configuration'
    return isDue && !taken.has(name) ? { goes: 'none', words: UNUSED } : row
  }
  const put = (name: string, outcome: Omit<Told, 'setting'>): void => {
    taken.add(name)
    if (outcomes.get(name)?.closes === true) return
    outcomes.set(name, outcome)
  }
  return {
    value,
    text: (name) => textIn(value(name)),
    texts: (name) => textsIn(value(name)),
    flag: (name) => {
      const text = textIn(value(name))
      return text === undefined
        ? undefined
        : !['false', '0', 'f', 'off', 'no'].includes(text.toLowerCase())
    },
    has: (name) => named(name).length > 0,
    say: (name, words) => put(name, { goes: table.get(name)?.goes ?? 'manifest', words }),
    lose: (name, words) => put(name, { goes: 'none', words }),
    close: (name, words) => put(name, { goes: 'none', words, closes: true }),
    closed: () =>
      settings.filter(({ name }) => outcomes.get(name)?.closes === true).map((one) => one.written),
    told: () => settings.map((one) => ({ setting: one.written, ...outcomeOf(one) })),
  }
}
