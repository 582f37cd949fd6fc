import { createCounter } from './series/counter.ts'
import type { Family } from './series/family.ts'
import { plainGauge } from './series/gauge.ts'

/** What is read when metrics are asked for. */
export interface SessionSources {
  readonly cached: () => { readonly entries: number; readonly bytes: number }
  readonly hearsNotices: () => boolean
}

/** What sessions come from, and how the store and the other replicas stand. */
export interface SessionMetrics {
  readonly countOpening: (from: 'cache' | 'store' | 'outage') => void
  /** Notes that the connection to the store is in another state. */
  readonly countStoreState: (state: 'connecting' | 'ready' | 'down' | 'closed') => void
  readonly countNotice: (kind: string) => void
  readonly observe: (sources: SessionSources) => void
  readonly families: readonly Family[]
}

const createCounters = () => {
  const openings = createCounter({
    name: 'sallyport_session_openings_total',
    help: 'Sessions that requests asked for, by where they were looked up: `cache`, `store`, or `outage`: the cache, because the store did not answer.',
    labelNames: ['from'],
  })
  const states = createCounter({
    name: 'sallyport_session_store_changes_total',
    help: 'How often the connection to the session store came into a state: `connecting`, `ready`, or `down`: commands fail at once until it is `ready` again.',
    labelNames: ['state'],
  })
  const notices = createCounter({
    name: 'sallyport_session_notices_total',
    help: 'What was heard from other replicas, by kind: sessions `ended` or `changed`, `everything`; `lost` and `restored` count gaps in which nothing was heard.',
    labelNames: ['kind'],
  })
  return { openings, states, notices }
}

const gaugesOf = (sources: () => SessionSources | undefined): readonly Family[] => [
  plainGauge(
    'sallyport_session_cache_entries',
    'Sessions that this process keeps opened.',
    () => sources()?.cached().entries ?? 0,
  ),
  plainGauge(
    'sallyport_session_cache_bytes',
    'What they take of `sessions.cache.maxBytes`.',
    () => sources()?.cached().bytes ?? 0,
  ),
  plainGauge(
    'sallyport_session_notices_up',
    'Whether notices of other replicas are heard: 1 or 0. Always 1 for the memory store.',
    () => Number(sources()?.hearsNotices() ?? true),
  ),
]

/** Makes the metrics of sessions. */
export const createSessionMetrics = (): SessionMetrics => {
  let sources: SessionSources | undefined
  const { openings, states, notices } = createCounters()
  const addFrom = {
    cache: openings.at('cache'),
    store: openings.at('store'),
    outage: openings.at('outage'),
  }
  return {
    countOpening: (from) => addFrom[from](),
    countStoreState: (state) => states.at(state)(),
    countNotice: (kind) => notices.at(kind)(),
    observe: (connected) => {
      sources = connected
    },
    families: [
      ...gaugesOf(() => sources),
      ...[openings, states, notices].map(({ family }) => family),
    ],
  }
}
