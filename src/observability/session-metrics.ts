import { Counter, Gauge, type Registry } from 'prom-client'

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
}

const createCounters = (registers: Registry[]): Omit<SessionMetrics, 'observe'> => {
  const openings = new Counter({
    name: 'sallyport_session_openings_total',
    help: 'Sessions that requests asked for, by where they were looked up: `cache`, `store`, or `outage`: the cache, because the store did not answer.',
    labelNames: ['from'],
    registers,
  })
  const states = new Counter({
    name: 'sallyport_session_store_changes_total',
    help: 'How often the connection to the session store came into a state: `connecting`, `ready`, or `down`: commands fail at once until it is `ready` again.',
    labelNames: ['state'],
    registers,
  })
  const notices = new Counter({
    name: 'sallyport_session_notices_total',
    help: 'What was heard from other replicas, by kind: sessions `ended` or `changed`, `everything`; `lost` and `restored` count gaps in which nothing was heard.',
    labelNames: ['kind'],
    registers,
  })
  const cache = openings.labels('cache')
  return {
    countOpening: (from) => (from === 'cache' ? cache.inc() : openings.inc({ from })),
    countStoreState: (state) => states.inc({ state }),
    countNotice: (kind) => notices.inc({ kind }),
  }
}

/** Makes the metrics of sessions in `registry`. */
export const createSessionMetrics = (registry: Registry): SessionMetrics => {
  let sources: SessionSources | undefined
  const registers = [registry]
  new Gauge({
    name: 'sallyport_session_cache_entries',
    help: 'Sessions that this process keeps opened.',
    registers,
    collect() {
      this.set(sources?.cached().entries ?? 0)
    },
  })
  new Gauge({
    name: 'sallyport_session_cache_bytes',
    help: 'What they take of `sessions.cache.maxBytes`.',
    registers,
    collect() {
      this.set(sources?.cached().bytes ?? 0)
    },
  })
  new Gauge({
    name: 'sallyport_session_notices_up',
    help: 'Whether notices of other replicas are heard: 1 or 0. Always 1 for the memory store.',
    registers,
    collect() {
      this.set(Number(sources?.hearsNotices() ?? true))
    },
  })
  return {
    ...createCounters(registers),
    observe: (connected) => {
      sources = connected
    },
  }
}
