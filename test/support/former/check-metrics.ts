import { Counter, Histogram, type Registry } from 'prom-client'
import type { CheckFacts } from '../../../src/core/check.ts'
import type { Reason } from '../../../src/core/reason/reason.ts'
import { type DecisionName, decisionName } from '../../../src/observability/lines/decision-name.ts'

/**
 * From a quarter of a millisecond, where most checks end, to the longest budget that anybody should
 * give.
 */
const BUCKETS_SECONDS = [
  0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
]

const MS = 1_000

interface Child<T> {
  readonly of: (name: string, make: () => T) => T
}

const children = <T>(): Child<T> => {
  const made = new Map<string, T>()
  return {
    of: (name, make) => {
      const known = made.get(name)
      if (known !== undefined) return known
      const child = make()
      made.set(name, child)
      return child
    },
  }
}

interface CheckChildren {
  readonly counter: Counter.Internal
  readonly timer: Histogram.Internal<'decision' | 'reason'>
}

/**
 * Checks counted by prom-client itself, as the service did before it had arrays of its own: what the
 * text of a scrape is compared with.
 */
export const formerCheckMetrics = (registry: Registry): ((facts: CheckFacts) => void) => {
  const checks = new Counter({
    name: 'sallyport_checks_total',
    help: 'Checks answered, by decision and reason code.',
    labelNames: ['decision', 'reason'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'sallyport_check_duration_seconds',
    help: 'Time from the arrival of a check request to its answer, by decision and reason code.',
    labelNames: ['decision', 'reason'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  })
  const made = children<CheckChildren>()
  const childrenOf = (decision: DecisionName, reason: Reason): CheckChildren =>
    made.of(`${decision} ${reason}`, () => ({
      counter: checks.labels(decision, reason),
      timer: durations.labels(decision, reason),
    }))
  return ({ verdict, durationMs }) => {
    const { counter, timer } = childrenOf(decisionName(verdict), verdict.reason)
    counter.inc()
    timer.observe(durationMs / MS)
  }
}

/** Coarser than for all checks together: there is one for each route. */
const ROUTE_BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5]

/** What is counted together beyond the most that may be counted apart, and where none is known. */
const OTHER = 'other'
const NONE = ''

/** A series that counts one kind of check, made once. */
interface Series {
  readonly counter: Counter.Internal
  readonly timer: Histogram.Internal<'route'>
}

/**
 * Counts checks by the route and the client that they were decided by, for at most `most` pairs of
 * them: the first that are seen. Reasons are left to the metrics of all checks.
 */
export const formerRouteMetrics = (
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
    buckets: ROUTE_BUCKETS_SECONDS,
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
