import type { DecisionFilter, RecentDecision } from '../../core/console/console-data.ts'
import type { Clock } from '../../core/time/clock.ts'
import { memberName, type Naming } from '../../observability/lines/member-names.ts'

/** Keeps the latest lines of the decision log, whether or not the log gets them. */
export interface DecisionBook {
  /** Takes note of what the log says of a check, redacted as it is there. */
  readonly note: (line: string) => void
  /** The newest first. */
  readonly recent: (filter: DecisionFilter) => readonly RecentDecision[]
  /** Hears what comes from now on; `undefined` where too many do already. */
  readonly follow: (
    filter: DecisionFilter,
    onDecision: (decision: RecentDecision) => void,
  ) => (() => void) | undefined
}

/** A line is no longer than four thousand characters, and mostly a tenth of that. */
const MAX_KEPT = 1_000

const MAX_FOLLOWERS = 8

interface Kept {
  readonly number: number
  readonly timeMs: number
  /** A copy: a text may be part of a longer one, and keep all of it. */
  readonly line: Buffer
}

interface Follower {
  readonly filter: DecisionFilter
  readonly hear: (decision: RecentDecision) => void
}

/** What lines say besides, in the order in which it is shown. */
const FIELDS = [
  'status',
  'method',
  'path',
  'policy',
  'rule',
  'via',
  'subject',
  'subjectHash',
  'logout',
  'leftOut',
  'endedSessions',
  'durationMs',
  'traceId',
  'spanId',
  'detail',
] as const

const fits = (
  { host, reason, requestId }: DecisionFilter,
  decision: Pick<RecentDecision, 'host' | 'reason' | 'requestId'>,
): boolean =>
  (host === undefined || decision.host === host) &&
  (reason === undefined || decision.reason === reason) &&
  (requestId === undefined || decision.requestId === requestId)

/** Reads lines back, by whichever names they were written. */
const createReadLine = (naming: Naming) => {
  const named = (name: string): string => memberName(naming, name)
  return ({ number, timeMs, line }: Kept): RecentDecision => {
    const members: Readonly<Record<string, unknown>> = JSON.parse(`{${line.toString('utf8', 1)}}`)
    const textOf = (name: string): string | undefined => {
      const value = members[named(name)]
      return value === undefined ? undefined : String(value)
    }
    const host = textOf('host')
    return {
      number,
      timeMs,
      ...(host === undefined ? {} : { host }),
      decision: textOf('decision') ?? '',
      reason: textOf('reason') ?? '',
      requestId: textOf('requestId') ?? '',
      fields: Object.fromEntries(
        FIELDS.flatMap((name) => {
          const text = textOf(name)
          return text === undefined ? [] : [[name, text]]
        }),
      ),
    }
  }
}

/** Nothing is kept yet. Of a check only its line is kept: what else it held is gone with it. */
export const createDecisionBook = (clock: Clock, naming: Naming): DecisionBook => {
  const read = createReadLine(naming)
  const kept: Kept[] = []
  const followers = new Set<Follower>()
  let next = 0
  let number = 0

  const tell = (one: Kept): void => {
    const decision = read(one)
    for (const { filter, hear } of followers) if (fits(filter, decision)) hear(decision)
  }

  return {
    note: (line) => {
      number += 1
      const one = { number, timeMs: clock.nowMs(), line: Buffer.from(line) }
      kept[next] = one
      next = (next + 1) % MAX_KEPT
      if (followers.size > 0) tell(one)
    },
    recent: (filter) => {
      const inOrder = [...kept.slice(next), ...kept.slice(0, next)]
      return inOrder
        .reverse()
        .map(read)
        .filter((decision) => fits(filter, decision))
    },
    follow: (filter, hear) => {
      if (followers.size >= MAX_FOLLOWERS) return undefined
      const follower = { filter, hear }
      followers.add(follower)
      return () => {
        followers.delete(follower)
      }
    },
  }
}
