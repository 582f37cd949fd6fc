import type { CheckFacts } from '../core/check.ts'
import { type Reason, reasonEntry } from '../core/reason/reason.ts'
import { type DecisionName, decisionName } from './lines/decision-name.ts'
import { type Family, labelled, type Sample } from './series/family.ts'
import { createHistogram, type Distribution } from './series/histogram.ts'

/** Counts checks of one kind, and tells how many there were and how long they took. */
export interface CheckMetrics {
  readonly count: (facts: CheckFacts) => void
  readonly families: readonly Family[]
}

/**
 * From a quarter of a millisecond, where most checks end, to the longest budget that anybody should
 * give.
 */
const BUCKETS_SECONDS = [
  0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
]

const MS = 1_000

const LABELS = ['decision', 'reason']

/**
 * Counts and times all checks, by decision and reason. The counts of `watched` are there from the
 * beginning.
 */
export const createCheckMetrics = (watched: readonly Reason[] = []): CheckMetrics => {
  const durations = createHistogram(
    {
      name: 'sallyport_check_duration_seconds',
      help: 'Time from the arrival of a check request to its answer, by decision and reason code.',
      labelNames: LABELS,
    },
    BUCKETS_SECONDS,
  )
  const made = new Map<DecisionName, Map<Reason, Distribution>>()
  const shown: Distribution[] = []

  const make = (decision: DecisionName, reason: Reason): Distribution => {
    const series = durations.series(decision, reason)
    const ofDecision = made.get(decision) ?? new Map<Reason, Distribution>()
    made.set(decision, ofDecision.set(reason, series))
    shown.push(series)
    return series
  }

  const zeros = (): readonly Sample[] =>
    watched.flatMap((reason) => {
      const { kind } = reasonEntry(reason)
      if (made.get(kind)?.has(reason) === true) return []
      return [{ labels: labelled(LABELS, [kind, reason]), value: 0 }]
    })

  return {
    count: ({ verdict, durationMs }) => {
      const decision = decisionName(verdict)
      const { reason } = verdict
      const series = made.get(decision)?.get(reason) ?? make(decision, reason)
      series.observe(durationMs / MS)
    },
    families: [
      {
        name: 'sallyport_checks_total',
        help: 'Checks answered, by decision and reason code.',
        labelNames: LABELS,
        type: 'counter',
        samples: () => [
          ...shown.map(({ labels, count }) => ({ labels, value: count() })),
          ...zeros(),
        ],
      },
      durations.family,
    ],
  }
}
