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

/** What stands for everything that there is no room to count apart. */
export const OTHER_HOSTS = '(other hosts)'

const MINUTE_MS = 60_000
const MINUTES = 60

/** Hosts below a wildcard are named by whoever asks: those of one route leave room for others. */
const MAX_SERIES_OF_ROUTE = 1_000

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

const seriesIn = ({ byReason }: Counted): number =>
  [...byReason.values()].reduce((sum, all) => sum + all.length, 0)

/**
 * Counts in this process, from now on; bounded, whatever is asked for. Every check is counted:
 * where there is no room for it of its own, with those of other hosts.
 */
export const createDecisionCounts = (clock: Clock): DecisionCounts => {
  const startedMs = clock.nowMs()
  const byHost = new Map<string, Counted>()
  /** How many series there are, by route. */
  const ofRoute = new Map<string | undefined, number>()
  let series = 0
  let sweptMinute = 0

  const grow = (route: string | undefined, by: number): void => {
    const now = (ofRoute.get(route) ?? 0) + by
    series += by
    if (now === 0) ofRoute.delete(route)
    else ofRoute.set(route, now)
  }

  const isFull = (route: string | undefined): boolean =>
    series >= MAX_SERIES || (ofRoute.get(route) ?? 0) >= MAX_SERIES_OF_ROUTE

  /** Lets go of what has not happened for an hour. */
  const sweep = (nowMs: number): void => {
    const minute = Math.floor(nowMs / MINUTE_MS)
    if (minute === sweptMinute) return
    sweptMinute = minute
    for (const [host, { route, byReason }] of byHost) {
      for (const [reason, all] of byReason) {
        const kept = all.filter((one) => minute - one.minute < MINUTES)
        grow(route, kept.length - all.length)
        if (kept.length === 0) byReason.delete(reason)
        else byReason.set(reason, kept)
      }
      if (byReason.size === 0) byHost.delete(host)
    }
  }

  const entryOf = (host: string, route: string | undefined): Counted => {
    const known = byHost.get(host)
    if (known !== undefined && known.route === route) return known
    if (known !== undefined) grow(known.route, -seriesIn(known))
    const made: Counted = { route, byReason: new Map() }
    byHost.set(host, made)
    return made
  }

  const begin = ({ route, byReason }: Counted, { decision, reason }: CountedCheck): Series => {
    const made = createSeries(decision, reason, clock.nowMs())
    byReason.set(reason, [...(byReason.get(reason) ?? []), made])
    grow(route, 1)
    return made
  }

  const known = (host: string, { route, decision, reason }: CountedCheck): Series | undefined => {
    const counted = byHost.get(host)
    if (counted?.route !== route) return undefined
    return counted?.byReason.get(reason)?.find((one) => one.decision === decision)
  }

  const seriesOf = (check: CountedCheck, nowMs: number): Series => {
    const { host = NO_ROUTE, route } = check
    const found = known(host, check)
    if (found !== undefined) return found
    if (isFull(route)) sweep(nowMs)
    if (host === NO_ROUTE || !isFull(route)) return begin(entryOf(host, route), check)
    const folded = { decision: check.decision, reason: check.reason }
    return known(OTHER_HOSTS, folded) ?? begin(entryOf(OTHER_HOSTS, undefined), folded)
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
      add(seriesOf(check, nowMs), nowMs)
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
