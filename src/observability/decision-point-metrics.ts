import type { AskingFacts } from '../core/decision-points.ts'
import { createCounter } from './series/counter.ts'
import type { Family } from './series/family.ts'
import { createHistogram } from './series/histogram.ts'

/** What decision points answer, and how long they take. */
export interface DecisionPointMetrics {
  readonly count: (facts: AskingFacts) => void
  readonly families: readonly Family[]
}

const MS = 1_000

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Makes the metrics of decision points. */
export const createDecisionPointMetrics = (): DecisionPointMetrics => {
  const requests = createCounter({
    name: 'sallyport_decision_point_requests_total',
    help: 'What decision points were asked, by outcome (`permitted`, `denied`, `unavailable`: no decision was had) and where the answer came from: a `call`, one that was under way for the same facts (`shared`), or `memory` (`external.cache`).',
    labelNames: ['outcome', 'from'],
  })
  const durations = createHistogram(
    {
      name: 'sallyport_decision_point_duration_seconds',
      help: 'How long calls to decision points took, whatever they ended in.',
      labelNames: [],
    },
    BUCKETS_SECONDS,
  )
  const duration = durations.series()
  return {
    count: ({ outcome, from, durationMs }) => {
      requests.at(outcome, from)()
      if (from === 'call') duration.observe(durationMs / MS)
    },
    families: [requests.family, durations.family],
  }
}
