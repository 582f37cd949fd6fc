import type { DecisionRate } from '../../core/console/console-data.ts'
import type { Clock } from '../../core/time/clock.ts'

/** What is counted of one check. */
export interface CountedCheck {
  /** Absent: no route serves it, and whoever asks chooses its name. */
  readonly host?: string
  /** `namespace/name` of the ProtectedRoute. */
  readonly route?: string
  readonly decision: string
  readonly reason: string
}

/** What was counted of one host. */
export interface HostCounts {
  readonly host: string
  readonly route?: string
  readonly rates: readonly DecisionRate[]
}

/** Counts checks by host, decision and reason, minute by minute for an hour. */
export interface DecisionCounts {
  readonly note: (check: CountedCheck) => void
  /** What happened within the last hour. */
  readonly hosts: () => readonly HostCounts[]
}

/** What stands for every host that no route serves. */
export const NO_ROUTE = '(no route)'

/** What stands for hosts beyond those that are counted apart. */
export const OTHER_HOSTS = '(other hosts)'

const MINUTE_MS = 60_000
const MINUTES = 60

/** Hosts below a wildcard are named by whoever asks. */
const MAX_HOSTS = 2_000

/** There are few reasons for each host; all of them together take two megabytes. */
const MAX_SERIES = 8_000

interface Series {
  readonly decision: string
  readonly reason: string
  readonly counts: Uint32Array
  minute: number
  sinceMs: number
  lastMs: number
}

interface Counted {
  readonly route: string | undefined
  readonly byReason: Map<string, Series[]>
}

const createSeries = (decision: string, reason: string, nowMs: number): Series => ({
  decision,
  reason,
  counts: new Uint32Array(MINUTES),
  minute: Math.floor(nowMs / MINUTE_MS),
  sinceMs: nowMs,
  lastMs: nowMs,
})

/** Empties the minutes that have begun since. A clock that is set back changes nothing. */
const moveTo = (series: Series, minute: number): void => {
  const passed = minute - series.minute
  if (passed <= 0) return
  for (let ago = Math.min(passed, MINUTES) - 1; ago >= 0; ago -= 1) {
    series.counts[(minute - ago) % MINUTES] = 0
  }
  series.minute = minute
}

const sumOf = (counts: Uint32Array): number => {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}

const add = (series: Series, nowMs: number): void => {
  moveTo(series, Math.floor(nowMs / MINUTE_MS))
  if (nowMs - series.lastMs >= MINUTES * MINUTE_MS) series.sinceMs = nowMs
  const at = series.minute % MINUTES
  series.counts[at] = (series.counts[at] ?? 0) + 1
  series.lastMs = nowMs
}

/** Counts in this process, from now on; bounded, whatever is asked for. */
export const createDecisionCounts = (clock: Clock): DecisionCounts => {
  const startedMs = clock.nowMs()
  const byHost = new Map<string, Counted>()
  let series = 0
  let sweptMinute = 0

  /** Lets go of what has not happened for an hour. */
  const sweep = (nowMs: number): void => {
    const minute = Math.floor(nowMs / MINUTE_MS)
    if (minute === sweptMinute) return
    sweptMinute = minute
    for (const [host, { byReason }] of byHost) {
      for (const [reason, all] of byReason) {
        const kept = all.filter((one) => minute - one.minute < MINUTES)
        series -= all.length - kept.length
        if (kept.length === 0) byReason.delete(reason)
        else byReason.set(reason, kept)
      }
      if (byReason.size === 0) byHost.delete(host)
    }
  }

  const forget = (host: string): void => {
    for (const all of byHost.get(host)?.byReason.values() ?? []) series -= all.length
    byHost.delete(host)
  }

  const begin = (host: string, route: string | undefined): Counted => {
    const made: Counted = { route, byReason: new Map() }
    byHost.set(host, made)
    return made
  }

  const countedOf = ({ host = NO_ROUTE, route }: CountedCheck, nowMs: number): Counted => {
    const known = byHost.get(host)
    if (known?.route === route && known !== undefined) return known
    forget(host)
    if (byHost.size >= MAX_HOSTS) sweep(nowMs)
    if (byHost.size < MAX_HOSTS || host === NO_ROUTE) return begin(host, route)
    return byHost.get(OTHER_HOSTS) ?? begin(OTHER_HOSTS, undefined)
  }

  const seriesOf = (
    { byReason }: Counted,
    { decision, reason }: CountedCheck,
    nowMs: number,
  ): Series | undefined => {
    const known = byReason.get(reason)
    const found = known?.find((one) => one.decision === decision)
    if (found !== undefined) return found
    if (series >= MAX_SERIES) sweep(nowMs)
    if (series >= MAX_SERIES) return undefined
    series += 1
    const made = createSeries(decision, reason, nowMs)
    byReason.set(reason, [...(known ?? []), made])
    return made
  }

  const rateOf = (one: Series, nowMs: number): DecisionRate => {
    const minute = Math.max(one.minute, Math.floor(nowMs / MINUTE_MS))
    moveTo(one, minute)
    const lastHour = sumOf(one.counts)
    const { decision, reason, sinceMs, lastMs } = one
    const minutes = Math.min(MINUTES, Math.max(1, (nowMs - startedMs) / MINUTE_MS))
    const lastMinute = one.counts[(minute - 1) % MINUTES] ?? 0
    return {
      decision,
      reason,
      lastMinute,
      perMinute: lastHour / minutes,
      lastHour,
      sinceMs,
      lastMs,
    }
  }

  return {
    note: (check) => {
      const nowMs = clock.nowMs()
      const found = seriesOf(countedOf(check, nowMs), check, nowMs)
      if (found !== undefined) add(found, nowMs)
    },
    hosts: () => {
      const nowMs = clock.nowMs()
      return [...byHost].flatMap(([host, { route, byReason }]) => {
        const rates = [...byReason.values()]
          .flat()
          .map((one) => rateOf(one, nowMs))
          .filter(({ lastHour }) => lastHour > 0)
        return rates.length === 0
          ? []
          : [{ host, ...(route === undefined ? {} : { route }), rates }]
      })
    },
  }
}
