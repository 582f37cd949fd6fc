import type { Verdict } from '../core/decision/decision.ts'
import { DEVICE_SKIPS } from '../core/identity/device-skip.ts'
import type { Reason } from '../core/reason/reason.ts'
import { createCounter } from './series/counter.ts'
import type { Family } from './series/family.ts'
import { plainGauge } from './series/gauge.ts'
import { createHistogram } from './series/histogram.ts'

/** What is read when metrics are asked for. */
export interface SessionSources {
  readonly cached: () => { readonly entries: number; readonly bytes: number }
  readonly hearsNotices: () => boolean
}

/**
 * What sessions come from, how they stand with their devices, and how the store and the other
 * replicas stand.
 */
export interface SessionMetrics {
  readonly countOpening: (from: 'cache' | 'store' | 'outage') => void
  /** Notes that the connection to the store is in another state. */
  readonly countStoreState: (state: 'connecting' | 'ready' | 'down' | 'closed') => void
  readonly countNotice: (kind: string) => void
  /** Notes how long a notice of ours took to be heard. */
  readonly noteNotice: (durationMs: number) => void
  /** Counts what a check says of the device that its session is bound to. */
  readonly countDevice: (verdict: Verdict) => void
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

/** From what a Redis nearby takes, to the second after which notices count as lost. */
const NOTICE_BUCKETS_SECONDS = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]

const MS = 1_000

const createNoticeTimes = () =>
  createHistogram(
    {
      name: 'sallyport_session_notice_seconds',
      help: 'How long notices take to be heard through the session store: one a second is sent by this replica to itself. What others end is over here as soon. Empty for the memory store.',
      labelNames: [],
    },
    NOTICE_BUCKETS_SECONDS,
  )

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

const BINDINGS = ['offered', 'bound', 'refused', 'missing'] as const

const PROOFS = ['proven', 'challenged', 'refused', 'over', 'unreadable', 'missing'] as const

/** What a denial says of a binding. */
const bindingOf: Partial<Record<Reason, (typeof BINDINGS)[number]>> = {
  device_bound: 'bound',
  device_binding_refused: 'refused',
  device_not_bound: 'missing',
}

/** What a denial says of a proof. */
const proofOf: Partial<Record<Reason, (typeof PROOFS)[number]>> = {
  device_proven: 'proven',
  device_challenged: 'challenged',
  device_proof_refused: 'refused',
  device_session_over: 'over',
  device_refresh_unreadable: 'unreadable',
  device_proof_required: 'missing',
}

const createBindings = () =>
  createCounter({
    name: 'sallyport_device_bindings_total',
    help: 'Sessions of clients with `session.deviceBound`, by outcome: `offered` to the browser with the answer to a login, `bound`, `refused` (what came bound none), `missing` (a request whose session no device was bound to in time, where the client requires one).',
    labelNames: ['outcome'],
  })

const createProofs = () =>
  createCounter({
    name: 'sallyport_device_proofs_total',
    help: 'Proofs of devices that sessions are bound to, by outcome: `proven`, `challenged` (the browser is to sign another challenge), `refused`, `over` (the session has ended), `unreadable` (no session is named: a gateway keeps headers back), `missing` (a request whose session had to be proven first).',
    labelNames: ['outcome'],
  })

const createSkips = () =>
  createCounter({
    name: 'sallyport_device_proofs_skipped_total',
    help: 'Requests without a proof whose browser says why it made none, by its own word: `quota_exceeded` (it has used up its signatures), `server_error`, `unreachable`, or `other`. Nothing is decided by it.',
    labelNames: ['why'],
  })

/** All series are there from the beginning: so are their alerts. */
const createDeviceCounters = () => {
  const [bindings, proofs, skips] = [createBindings(), createProofs(), createSkips()]
  for (const outcome of BINDINGS) bindings.at(outcome)(0)
  for (const outcome of PROOFS) proofs.at(outcome)(0)
  for (const why of DEVICE_SKIPS) skips.at(why)(0)
  const count = (verdict: Verdict): void => {
    if (verdict.kind === 'allow') return
    const { reason, about } = verdict
    const [binding, proof] = [bindingOf[reason], proofOf[reason]]
    if (binding !== undefined) bindings.at(binding)()
    if (proof !== undefined) proofs.at(proof)()
    if (about.deviceOffered === true) bindings.at('offered')()
    if (about.deviceSkipped !== undefined) skips.at(about.deviceSkipped)()
  }
  return { count, families: [bindings, proofs, skips].map(({ family }) => family) }
}

/** Makes the metrics of sessions. */
export const createSessionMetrics = (): SessionMetrics => {
  let sources: SessionSources | undefined
  const { openings, states, notices } = createCounters()
  const devices = createDeviceCounters()
  const noticeTimes = createNoticeTimes()
  const noticed = noticeTimes.series()
  const addFrom = {
    cache: openings.at('cache'),
    store: openings.at('store'),
    outage: openings.at('outage'),
  }
  return {
    countOpening: (from) => addFrom[from](),
    countStoreState: (state) => states.at(state)(),
    countNotice: (kind) => notices.at(kind)(),
    noteNotice: (durationMs) => noticed.observe(durationMs / MS),
    countDevice: devices.count,
    observe: (connected) => {
      sources = connected
    },
    families: [
      ...gaugesOf(() => sources),
      ...[openings, states, notices].map(({ family }) => family),
      noticeTimes.family,
      ...devices.families,
    ],
  }
}
