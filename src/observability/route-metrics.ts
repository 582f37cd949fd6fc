import { Counter, Histogram, type Registry } from 'prom-client'
import type { CheckFacts } from '../core/check.ts'
import { decisionName } from './decision-name.ts'

/** Coarser than for all checks together: there is one for each route. */
const BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5]

/** What is counted together beyond the most that may be counted apart, and where none is known. */
const OTHER = 'other'
const NONE = ''

const MS = 1_000

/** A series that counts one kind of check, made once. */
interface Series {
  readonly counter: Counter.Internal
  readonly timer: Histogram.Internal<'route'>
}

/**
 * Counts checks by the route and the client that they were decided by, for at most `most` pairs of
 * them: the first that are seen. Reasons are left to the metrics of all checks.
 */
export const createRouteMetrics = (
  registry: Registry,
  most: number,
): ((facts: CheckFacts) => void) => {
  if (most === 0) return () => undefined
  const checks = new Counter({
    name: 'sallyport_route_checks_total',
    help: 'Checks answered, by ProtectedRoute and OIDCClient (`namespace/name`; empty: none was decided by) and decision. Off unless `metrics.routes` says for how many; the rest is `other`.',
    labelNames: ['route', 'client', 'decision'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'sallyport_route_check_duration_seconds',
    help: 'Time from the arrival of a check request to its answer, by ProtectedRoute. Off unless `metrics.routes` says for how many; the rest is `other`.',
    labelNames: ['route'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  })
  const apart = new Set<string>()
  const made = new Map<string, Series>()

  const labelsOf = (policy: string, client: string): readonly [route: string, client: string] => {
    const pair = `${policy} ${client}`
    if (!apart.has(pair) && apart.size >= most) return [OTHER, OTHER]
    apart.add(pair)
    return [policy, client]
  }

  return ({ verdict, durationMs }) => {
    const { policy = NONE, client = NONE } = verdict.about
    const [route, by] = labelsOf(policy, client)
    const decision = decisionName(verdict)
    const name = `${route} ${by} ${decision}`
    const known = made.get(name)
    const series = known ?? {
      counter: checks.labels(route, by, decision),
      timer: durations.labels(route),
    }
    if (known === undefined) made.set(name, series)
    series.counter.inc()
    series.timer.observe(durationMs / MS)
  }
}
