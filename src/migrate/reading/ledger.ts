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
  /** The settings that close what they restrict where they cannot be read. */
  readonly restricting?: ReadonlySet<string>
  /** The settings that let more in: of those that contradict each other none counts. */
  readonly opening?: ReadonlySet<string>
}

const UNUSED = 'it has no effect beside the other settings'
const UNREAD =
  'its value is a reference, or of another form than is known here, so that it is not read: write it out'
const OVERRIDDEN = 'another value of it goes before: leave the one that counts'
const DISPUTED = 'the input has several values of it, and none counts: leave one'
const NONE: ReadonlySet<string> = new Set()

type Outcome = Omit<Told, 'setting'>

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0)

/** Whether it is a text, or a list of texts. */
const isOfTexts = (value: unknown): boolean =>
  isEmpty(value) ||
  (Array.isArray(value) ? value : [value]).every((one) => textIn(one) !== undefined)

/** Keeps account of the settings of one input. */
export const createLedger = (
  table: SettingTable,
  settings: readonly Setting[],
  { product, meant, before = '', restricting = NONE, opening = NONE }: LedgerTerms,
): Ledger => {
  const taken = new Set<string>()
  const outcomes = new Map<string, Outcome>()
  const named = (name: string) => settings.filter((one) => one.name === name)
  const misread = new Set<string>()
  const isDisputed = (name: string): boolean =>
    !name.includes('[]') && new Set(named(name).map((one) => JSON.stringify(one.value))).size > 1
  const value = (name: string): unknown => {
    taken.add(name)
    return opening.has(name) && isDisputed(name) ? undefined : named(name).at(-1)?.value
  }
  const text = (name: string): string | undefined => {
    const written = value(name)
    const read = textIn(written)
    if (read === undefined && !isEmpty(written)) misread.add(name)
    return read
  }
  /** What keeps a value from counting, if anything does. */
  const passedOver = (setting: Setting): Outcome | undefined => {
    const { name } = setting
    const closes = restricting.has(name) ? ({ closes: true } as const) : {}
    const isUnread = misread.has(name) || (restricting.has(name) && !isOfTexts(setting.value))
    if (isUnread) return { goes: 'none', words: UNREAD, ...closes }
    if (!isDisputed(name)) return undefined
    if (opening.has(name)) return { goes: 'none', words: DISPUTED }
    const last = named(name).at(-1)
    return JSON.stringify(last?.value) === JSON.stringify(setting.value)
      ? undefined
      : { goes: 'none', words: OVERRIDDEN, ...closes }
  }
  const unknownWords = (written: string): string =>
    `${product} has no such setting that is known here, and it might restrict who gets in.${meant(written.slice(before.length), [...table.keys()])}`
  const decidedOf = (setting: Setting): Outcome | undefined => {
    const { name, written } = setting
    const over = passedOver(setting)
    if (over?.closes === true) return over
    const decided = outcomes.get(written.slice(before.length)) ?? outcomes.get(name)
    const isKnown = decided !== undefined || table.has(name)
    if (isKnown && over?.words === UNREAD) return decided ?? over
    if (isKnown) return decided?.closes === true ? decided : (over ?? decided)
    return { goes: 'none', words: unknownWords(written), closes: true }
  }
  const outcomeOf = (setting: Setting): Outcome => {
    const decided = decidedOf(setting)
    if (decided !== undefined) return decided
    const row = table.get(setting.name)
    const isDue = row?.goes === 'manifest' || row?.goes === 'configuration'
    const unused = { goes: 'none', words: UNUSED } as const
    return row === undefined || (isDue && !taken.has(setting.name)) ? unused : row
  }
  const put = (name: string, outcome: Outcome): void => {
    taken.add(name)
    if (outcomes.get(name)?.closes === true) return
    outcomes.set(name, outcome)
  }
  return {
    value,
    text,
    texts: (name) => {
      const written = value(name)
      if (!isOfTexts(written)) misread.add(name)
      return textsIn(written)
    },
    flag: (name) => {
      const read = text(name)
      return read === undefined
        ? undefined
        : !['false', '0', 'f', 'off', 'no'].includes(read.toLowerCase())
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
