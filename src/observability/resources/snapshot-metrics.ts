import type { Family } from '../series/family.ts'
import { plainGauge } from '../series/gauge.ts'
import { createHistogram } from '../series/histogram.ts'

/** What is told of snapshots. */
export interface SnapshotMetrics {
  /** Notes a swap of the snapshot. */
  readonly noteSnapshot: (snapshot: {
    readonly policies: number
    readonly problems: number
    readonly atMs: number
  }) => void
  /** Notes what was looked at and brought no new snapshot. */
  readonly noteProblems: (problems: number) => void
  /** Notes how long a change of the resources took to be in force. */
  readonly noteEdit: (durationMs: number) => void
  readonly families: readonly Family[]
}

const MS = 1_000

/** From what a quiet source waits for more, to what no edit may take. */
const EDIT_BUCKETS_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** What is in force, and how long it took to be. */
export const createSnapshotMetrics = (): SnapshotMetrics => {
  const edits = createHistogram(
    {
      name: 'sallyport_edit_effect_seconds',
      help: 'Time from the first word of a change of the resources, by a watch of the API server or of the files, to the moment from which checks of this replica are answered by it. What the first read brings is no change.',
      labelNames: [],
    },
    EDIT_BUCKETS_SECONDS,
  )
  const edited = edits.series()
  let now = { policies: 0, problems: 0, atMs: 0 }
  return {
    noteSnapshot: (snapshot) => {
      now = { ...snapshot }
    },
    noteProblems: (problems) => {
      now = { ...now, problems }
    },
    noteEdit: (durationMs) => edited.observe(durationMs / MS),
    families: [
      edits.family,
      plainGauge('sallyport_policies', 'Policies in the current snapshot.', () => now.policies),
      plainGauge(
        'sallyport_policy_problems',
        'Problems in the resources as last read. Anything but 0 needs somebody: see the log.',
        () => now.problems,
      ),
      plainGauge(
        'sallyport_snapshot_timestamp_seconds',
        'When the current snapshot was swapped in, in seconds since the epoch; 0 before the first.',
        () => now.atMs / MS,
      ),
    ],
  }
}
