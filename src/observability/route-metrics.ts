import type { CheckMetrics } from './check-metrics.ts'
import { decisionName } from './lines/decision-name.ts'
import { type Add, createCounter } from './series/counter.ts'
import { createHistogram, type Distribution, type Observe } from './series/histogram.ts'

/** Coarser than for all checks together: there is one for each route. */
const BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5]

/** What is counted together beyond the most that may be counted apart, and where none is known. */
const OTHER = 'other'
const NONE = ''

const MS = 1_000

/** What counts one kind of check, made once. */
interface Series {
  readonly add: Add
  readonly observe: Observe
}

const createFamilies = () => {
  const checks = createCounter({
    name: 'sallyport_route_checks_total',
    help: 'Checks answered, by ProtectedRoute and OIDCClient (`namespace/name`; empty: none was decided by) and decision. Off unless `metrics.routes` says for how many; the rest is `other`.',
    labelNames: ['route', 'client', 'decision'],
  })
  const durations = createHistogram(
    {
      name: 'sallyport_route_check_duration_seconds',
      help: 'Time from the arrival of a check request to its answer, by ProtectedRoute. Off unless `metrics.routes` says for how many; the rest is `other`.',
      labelNames: ['route'],
    },
    BUCKETS_SECONDS,
  )
  return { checks, durations }
}

/**
 * Counts checks by the route and the client that they were decided by, for at most `most` pairs of
 * them: the first that are seen. Reasons are left to the metrics of all checks.
 */
export const createRouteMetrics = (most: number): CheckMetrics => {
  if (most === 0) return { count: () => undefined, families: [] }
  const { checks, durations } = createFamilies()
  const apart = new Set<string>()
  const made = new Map<string, Series>()
  const timed = new Map<string, Distribution>()

  const labelsOf = (policy: string, client: string): readonly [route: string, client: string] => {
    const pair = `${policy} ${client}`
    if (!apart.has(pair) && apart.size >= most) return [OTHER, OTHER]
    apart.add(pair)
    return [policy, client]
  }

  const timerOf = (route: string): Distribution => {
    const known = timed.get(route) ?? durations.series(route)
    timed.set(route, known)
    return known
  }

  return {
    count: ({ verdict, durationMs }) => {
      const { policy = NONE, client = NONE } = verdict.about
      const [route, by] = labelsOf(policy, client)
      const decision = decisionName(verdict)
      const name = `${route} ${by} ${decision}`
      const known = made.get(name)
      const series = known ?? {
        add: checks.at(route, by, decision),
        observe: timerOf(route).observe,
      }
      if (known === undefined) made.set(name, series)
      series.add()
      series.observe(durationMs / MS)
    },
    families: [checks.family, durations.family],
  }
}
