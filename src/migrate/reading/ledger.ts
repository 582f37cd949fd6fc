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
  /** It is not carried over. A member of a list may be named by its place: `a[1].b`. */
  readonly lose: (name: string, words: string) => void
  /** It is not carried over, and something is denied until somebody decides. */
  readonly close: (name: string, words: string) => void
  /** The settings by which something is closed, as they are written. */
  readonly closed: () => readonly string[]
  readonly told: () => readonly Told[]
}

/** What a ledger says beside its settings. */
interface LedgerTerms {
  readonly product: string
  readonly meant: MigrationOptions['meant']
  /** What every setting is written behind, such as the name of its object. */
  readonly before?: string
}

const UNUSED = 'it has no effect beside the other settings'

/** Keeps account of the settings of one input. */
export const createLedger = (
  table: SettingTable,
  settings: readonly Setting[],
  { product, meant, before = '' }: LedgerTerms,
): Ledger => {
  const taken = new Set<string>()
  const outcomes = new Map<string, Omit<Told, 'setting'>>()
  const named = (name: string) => settings.filter((one) => one.name === name)
  const value = (name: string): unknown => {
    taken.add(name)
    return named(name).at(-1)?.value
  }
  const unknownWords = (written: string): string =>
    `${product} has no such setting that is known here, and it might restrict who gets in.${meant(written.slice(before.length), [...table.keys()])}`
  const decidedOf = ({ name, written }: Setting): Omit<Told, 'setting'> | undefined => {
    const decided = outcomes.get(written.slice(before.length)) ?? outcomes.get(name)
    if (decided !== undefined || table.has(name)) return decided
    return { goes: 'none', words: unknownWords(written), closes: true }
  }
  const outcomeOf = (setting: Setting): Omit<Told, 'setting'> => {
    const decided = decidedOf(setting)
    if (decided !== undefined) return decided
    const row = table.get(setting.name)
    const isDue = row?.goes === 'manifest' || row?.goes === 'configuration'
    const unused = { goes: 'none', words: UNUSED } as const
    return row === undefined || (isDue && !taken.has(setting.name)) ? unused : row
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
      settings.filter((one) => decidedOf(one)?.closes === true).map((one) => one.written),
    told: () => settings.map((one) => ({ setting: one.written, ...outcomeOf(one) })),
  }
}
