import type { Clock } from '../core/time/clock.ts'
import { lastedText } from '../core/time/lasted.ts'

/** What of a party works or does not. */
export interface OutageWatch {
  /** Something failed; `sentence` says what. */
  readonly failed: (source: string, sentence: string) => void
  /** The same thing went well. */
  readonly well: (source: string) => void
}

/** Whether one party is of use, told when it changes. */
export interface Outage {
  /**
   * What a new generation of the party reports to; what an earlier one still reports is passed
   * over. One that was told to be down is back when what it returns by has gone well.
   */
  readonly watch: () => OutageWatch
  /** What failed last, as a sentence, while anything fails. */
  readonly trouble: () => string | undefined
}

/** Of whom is told. */
export interface OutageSubject {
  /** What it is, in front of its name. */
  readonly kind: 'IdentityProvider' | 'ProtectedRoute'
  readonly name: string
  /** What has to go well of an edited one for it to be back. */
  readonly returnsBy: string
}

/** A party that flaps is told of at most twice in this time. */
const QUIET_MS = 10_000

/** What fails at once is remembered for so many things at most. */
const MAX_SOURCES = 16

/** Tells one sentence when a party goes, and one when it comes back. */
export const createOutage = (
  { kind, name, returnsBy }: OutageSubject,
  clock: Clock,
  tell: (sentence: string) => void,
): Outage => {
  let failing = new Map<string, string>()
  let current: OutageWatch | undefined
  let downSinceMs: number | undefined
  let backAtMs: number | undefined
  let lastSentence: string | undefined

  const named = (sentence: string): string =>
    `${kind} ${sentence.startsWith(name) ? sentence : `${name}: ${sentence}`}`

  const goDown = (sentence: string): void => {
    const nowMs = clock.nowMs()
    const isFlapping = backAtMs !== undefined && Math.abs(nowMs - backAtMs) < QUIET_MS
    if (downSinceMs !== undefined || isFlapping) return
    downSinceMs = nowMs
    tell(named(sentence))
  }

  const comeBack = (): void => {
    if (downSinceMs === undefined || failing.size > 0) return
    backAtMs = clock.nowMs()
    tell(`${kind} ${name} works again, after ${lastedText(backAtMs - downSinceMs)}.`)
    downSinceMs = undefined
  }

  return {
    watch: () => {
      failing = downSinceMs === undefined ? new Map() : new Map([[returnsBy, name]])
      const watch: OutageWatch = {
        failed: (source, sentence) => {
          if (current !== watch) return
          lastSentence = named(sentence)
          if (failing.size < MAX_SOURCES) failing.set(source, sentence)
          goDown(sentence)
        },
        well: (source) => {
          if (current !== watch || !failing.delete(source)) return
          comeBack()
        },
      }
      current = watch
      return watch
    },
    trouble: () => (failing.size === 0 ? undefined : lastSentence),
  }
}
