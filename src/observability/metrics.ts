import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CheckFacts } from '../core/check.ts'
import type { LogoutKind, LogoutOutcome } from '../core/decision/decision.ts'
import type { RevocationFacts } from '../core/provider/token-revocation.ts'
import type { Reason } from '../core/reason/reason.ts'
import { type DecisionName, decisionName } from './decision-name.ts'
import { createRouteMetrics } from './route-metrics.ts'
import { createSessionMetrics, type SessionMetrics } from './session-metrics.ts'

/** How one provider stands. */
export interface ProviderGauge {
  /** `namespace/name` of the resource. */
  readonly provider: string
  readonly up: boolean
  readonly keys: number
}

/** What is read when metrics are asked for, so that a scrape sees the state of that moment. */
export interface MetricSources {
  readonly providers: () => readonly ProviderGauge[]
  readonly sessionStoreUp: () => boolean
  readonly resourceStalenessMs: () => number
  /** How far other clocks are ahead of this one. */
  readonly clockDifferences: () => readonly { readonly against: string; readonly aheadMs: number }[]
}

/** Why sessions ended without their browsers, besides back-channel logout. */
export type EndCause = 'admin' | 'revoke_before' | 'limit'

/** The process's metrics. */
export interface Metrics {
  readonly countCheck: (facts: CheckFacts) => void
  readonly countLogout: (kind: LogoutKind, outcome: LogoutOutcome) => void
  readonly countRevocation: (facts: RevocationFacts) => void
  /** Counts sessions that were ended without their browsers. */
  readonly countEnded: (cause: EndCause, count: number) => void
  /** Counts headers that an upstream did not get, as there was no room for them. */
  readonly countLeftOut: (count: number) => void
  /** Notes a swap of the snapshot. */
  readonly noteSnapshot: (snapshot: {
    readonly policies: number
    readonly problems: number
    readonly atMs: number
  }) => void
  /** Notes what was looked at and brought no new snapshot. */
  readonly noteProblems: (problems: number) => void
  readonly sessions: SessionMetrics
  /** Connects what is read at each scrape. */
  readonly observe: (sources: MetricSources) => void
  readonly registry: Registry
}

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

const createCheckMetrics = (registry: Registry): Metrics['countCheck'] => {
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

const createLogoutMetrics = (registry: Registry): Metrics['countLogout'] => {
  const logouts = new Counter({
    name: 'sallyport_logouts_total',
    help: 'Logouts that were asked for, by kind (`local`, `rp_initiated`, `front_channel`, `back_channel`) and outcome (`ended`; `nothing`: there was no session; `refused`; `failed`: the session store could not be told).',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  })
  return (kind, outcome) => logouts.inc({ kind, outcome })
}

const createRevocationMetrics = (registry: Registry): Metrics['countRevocation'] => {
  const revocations = new Counter({
    name: 'sallyport_token_revocations_total',
    help: 'Tokens that were to be taken back at the provider, by kind (`refresh_token`, `access_token`) and outcome (`revoked`; `unsupported` by the provider for this kind; `failed`: see the log).',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  })
  return ({ kind, outcome }) => revocations.inc({ kind, outcome })
}

const createEndMetrics = (registry: Registry): Metrics['countEnded'] => {
  const ended = new Counter({
    name: 'sallyport_sessions_ended_total',
    help: 'Sessions ended without their browsers, by cause: `admin` (the admin API), `revoke_before` (the annotation of an OIDCClient), `limit` (`session.maxPerSubject`). Logouts are in `sallyport_logouts_total`.',
    labelNames: ['cause'],
    registers: [registry],
  })
  for (const cause of ['admin', 'revoke_before', 'limit'] as const) ended.inc({ cause }, 0)
  return (cause, count) => ended.inc({ cause }, count)
}

const createLeftOutMetrics = (registry: Registry): Metrics['countLeftOut'] => {
  const leftOut = new Counter({
    name: 'sallyport_headers_left_out_total',
    help: 'Headers that an upstream did not get: a claim over 8 KiB or beyond what the gateway takes, or a cookie that is no UTF-8 beside one of ours. The decision log names them.',
    registers: [registry],
  })
  return (count) => leftOut.inc(count)
}

const createSnapshotMetrics = (
  registry: Registry,
): Pick<Metrics, 'noteSnapshot' | 'noteProblems'> => {
  const registers = [registry]
  const policies = new Gauge({
    name: 'sallyport_policies',
    help: 'Policies in the current snapshot.',
    registers,
  })
  const problems = new Gauge({
    name: 'sallyport_policy_problems',
    help: 'Problems in the resources as last read. Anything but 0 needs somebody: see the log.',
    registers,
  })
  const timestamp = new Gauge({
    name: 'sallyport_snapshot_timestamp_seconds',
    help: 'When the current snapshot was swapped in, in seconds since the epoch; 0 before the first.',
    registers,
  })
  return {
    noteSnapshot: (snapshot) => {
      policies.set(snapshot.policies)
      problems.set(snapshot.problems)
      timestamp.set(snapshot.atMs / MS)
    },
    noteProblems: (count) => problems.set(count),
  }
}

const createSourceMetrics = (registry: Registry): Metrics['observe'] => {
  let sources: MetricSources | undefined
  const registers = [registry]
  new Gauge({
    name: 'sallyport_provider_up',
    help: 'Whether metadata and keys of a provider are loaded: 1 or 0.',
    labelNames: ['provider'],
    registers,
    collect() {
      this.reset()
      for (const { provider, up } of sources?.providers() ?? []) this.set({ provider }, Number(up))
    },
  })
  new Gauge({
    name: 'sallyport_provider_keys',
    help: 'Verification keys of a provider that are in use.',
    labelNames: ['provider'],
    registers,
    collect() {
      this.reset()
      for (const { provider, keys } of sources?.providers() ?? []) this.set({ provider }, keys)
    },
  })
  new Gauge({
    name: 'sallyport_session_store_up',
    help: 'Whether the session store can be reached: 1 or 0. Always 1 for the memory store.',
    registers,
    collect() {
      this.set(Number(sources?.sessionStoreUp() ?? true))
    },
  })
  new Gauge({
    name: 'sallyport_resource_staleness_seconds',
    help: 'How long ago the API server last told anything, by the quietest of the watches; up to about 50 on a quiet cluster. Always 0 for the files source.',
    registers,
    collect() {
      this.set((sources?.resourceStalenessMs() ?? 0) / MS)
    },
  })
  new Gauge({
    name: 'sallyport_clock_difference_seconds',
    help: 'How far the clock of `redis`, or of an IdentityProvider as `namespace/name`, is ahead of that of this process; negative: behind. Providers tell whole seconds.',
    labelNames: ['against'],
    registers,
    collect() {
      this.reset()
      for (const { against, aheadMs } of sources?.clockDifferences() ?? []) {
        this.set({ against }, aheadMs / MS)
      }
    },
  })
  return (connected) => {
    sources = connected
  }
}

const createBuildInfo = (registry: Registry, version: string): void => {
  new Gauge({
    name: 'sallyport_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1)
}

/**
 * Makes the metrics in a registry of their own, those of Node.js and the process among them.
 * `routes`: how many routes have series of their own.
 */
export const createMetrics = (version: string, routes = 0): Metrics => {
  const registry = new Registry()
  createBuildInfo(registry, version)
  collectDefaultMetrics({ register: registry })
  const countOfAll = createCheckMetrics(registry)
  const countOfRoute = createRouteMetrics(registry, routes)
  return {
    registry,
    countCheck: (facts) => {
      countOfAll(facts)
      countOfRoute(facts)
    },
    countLogout: createLogoutMetrics(registry),
    countRevocation: createRevocationMetrics(registry),
    countEnded: createEndMetrics(registry),
    countLeftOut: createLeftOutMetrics(registry),
    ...createSnapshotMetrics(registry),
    sessions: createSessionMetrics(registry),
    observe: createSourceMetrics(registry),
  }
}
