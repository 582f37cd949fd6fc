import type { CheckFacts } from '../core/check.ts'
import type { LogoutKind, LogoutOutcome } from '../core/decision/decision.ts'
import type { AskingFacts } from '../core/decision-points.ts'
import type { ExchangeFacts } from '../core/provider/token-exchange.ts'
import type { RevocationFacts } from '../core/provider/token-revocation.ts'
import { untilItWorks } from '../core/time/until-it-works.ts'
import { type AssertionMetrics, createAssertionMetrics } from './assertion-metrics.ts'
import { createCheckMetrics } from './check-metrics.ts'
import { type ClientKeyMetrics, createClientKeyMetrics } from './client-key-metrics.ts'
import { createDecisionPointMetrics } from './decision-point-metrics.ts'
import { createExchangeMetrics } from './exchange-metrics.ts'
import { createProviderCallMetrics, type ProviderCallCounts } from './provider-call-metrics.ts'
import { createSnapshotMetrics, type SnapshotMetrics } from './resources/snapshot-metrics.ts'
import { createRouteMetrics } from './route-metrics.ts'
import { createCounter } from './series/counter.ts'
import { familyText } from './series/exposition.ts'
import type { Family } from './series/family.ts'
import { gaugeOf } from './series/gauge.ts'
import { WATCHED_REASONS } from './series/watched-reasons.ts'
import { createSessionMetrics, type SessionMetrics } from './session-metrics.ts'
import { createSourceMetrics, type MetricSources } from './source-metrics.ts'

/** Why sessions ended without their browsers, besides back-channel logout. */
export type EndCause = 'admin' | 'revoke_before' | 'limit'

/** What became of spans of traces. */
type SpanOutcome = 'exported' | 'failed' | 'dropped'

/** The process's metrics. */
export interface Metrics extends ProviderCallCounts, Omit<SnapshotMetrics, 'families'> {
  readonly countCheck: (facts: CheckFacts) => void
  readonly countLogout: (kind: LogoutKind, outcome: LogoutOutcome) => void
  readonly countRevocation: (facts: RevocationFacts) => void
  /** Counts what a decision point was asked. */
  readonly countAsking: (facts: AskingFacts) => void
  /** Counts what became of an exchange that a provider was asked for. */
  readonly countExchange: (facts: ExchangeFacts) => void
  /** Counts sessions that were ended without their browsers. */
  readonly countEnded: (cause: EndCause, count: number) => void
  /** Counts headers that an upstream did not get, as there was no room for them. */
  readonly countLeftOut: (count: number) => void
  /** Counts spans by what became of them. */
  readonly countSpans: (outcome: SpanOutcome, spans: number) => void
  /** Counts what a peer of the gRPC port did wrong. */
  readonly countGrpcFault: (kind: string) => void
  readonly sessions: SessionMetrics
  readonly assertions: AssertionMetrics
  readonly clientKeys: ClientKeyMetrics
  /** Connects what is read at each scrape. */
  readonly observe: (sources: MetricSources) => void
  /** Our own metrics, without those of Node.js and the process. */
  readonly families: readonly Family[]
  /** All metrics in the Prometheus text format, as they are now. */
  readonly text: () => Promise<string>
}

const LOGOUT_KINDS = [
  'local',
  'rp_initiated',
  'front_channel',
  'back_channel',
] as const satisfies readonly LogoutKind[]

/** Series of failures are there from the beginning: the first one is a change, for its alert. */
const createLogoutMetrics = () => {
  const logouts = createCounter({
    name: 'sallyport_logouts_total',
    help: 'Logouts that were asked for, by kind (`local`, `rp_initiated`, `front_channel`, `back_channel`) and outcome (`ended`; `nothing`: there was no session; `refused`; `failed`: the session store could not be told; `unavailable`: something else was, such as the client or the keys of its provider, and the provider was told to try again).',
    labelNames: ['kind', 'outcome'],
  })
  for (const kind of LOGOUT_KINDS) logouts.at(kind, 'failed')(0)
  return logouts
}

const createRevocationMetrics = () =>
  createCounter({
    name: 'sallyport_token_revocations_total',
    help: 'Tokens that were to be taken back at the provider, by kind (`refresh_token`, `access_token`) and outcome (`revoked`; `unsupported` by the provider for this kind; `failed`: see the log).',
    labelNames: ['kind', 'outcome'],
  })

const createEndMetrics = () => {
  const ended = createCounter({
    name: 'sallyport_sessions_ended_total',
    help: 'Sessions ended without their browsers, by cause: `admin` (the admin API), `revoke_before` (the annotation of an OIDCClient), `limit` (`session.maxPerSubject`). Logouts are in `sallyport_logouts_total`.',
    labelNames: ['cause'],
  })
  for (const cause of ['admin', 'revoke_before', 'limit'] as const) ended.at(cause)(0)
  return ended
}

const createLeftOutMetrics = () =>
  createCounter({
    name: 'sallyport_headers_left_out_total',
    help: 'Headers that an upstream did not get: a claim over 8 KiB or beyond what the gateway takes, or a cookie that is no UTF-8 beside one of ours. The decision log names them.',
    labelNames: [],
  })

const createGrpcFaultMetrics = () =>
  createCounter({
    name: 'sallyport_grpc_faults_total',
    help: 'What peers of the gRPC port did wrong, by kind; docs/operations.md says what each means. Whatever it is was dealt with, and costs others nothing.',
    labelNames: ['kind'],
  })

const createSpanMetrics = () =>
  createCounter({
    name: 'sallyport_trace_spans_total',
    help: 'Spans of traces by what became of them: `exported`; `failed`, as the collector did not take them; `dropped`, as there was no room for more to wait.',
    labelNames: ['outcome'],
  })

const buildInfo = (version: string): Family =>
  gaugeOf(
    {
      name: 'sallyport_build_info',
      help: 'Always 1; the labels say what is running.',
      labelNames: ['version', 'node'],
    },
    () => [[[version, process.version], 1]],
  )

/** Those of Node.js and the process, whose package is loaded when somebody first asks. */
const createProcessMetrics = (): (() => Promise<string>) => {
  const load = async () => {
    const { collectDefaultMetrics, Registry } = await import('prom-client')
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    return registry
  }
  const loaded = untilItWorks(load)
  return async () => (await loaded()).metrics()
}

/**
 * Makes the metrics, those of Node.js and the process among them. `routes`: how many routes have
 * series of their own.
 */
export const createMetrics = (version: string, routes = 0): Metrics => {
  const checks = createCheckMetrics(WATCHED_REASONS)
  const ofRoutes = createRouteMetrics(routes)
  const logouts = createLogoutMetrics()
  const revocations = createRevocationMetrics()
  const providerCalls = createProviderCallMetrics()
  const askings = createDecisionPointMetrics()
  const exchanges = createExchangeMetrics()
  const ended = createEndMetrics()
  const leftOut = createLeftOutMetrics()
  const grpcFaults = createGrpcFaultMetrics()
  const spans = createSpanMetrics()
  const { families: ofSnapshot, ...notes } = createSnapshotMetrics()
  const sessions = createSessionMetrics()
  const assertions = createAssertionMetrics()
  const clientKeys = createClientKeyMetrics()
  const sources = createSourceMetrics()
  const processText = createProcessMetrics()

  const info = buildInfo(version)
  const counted = [
    ...checks.families,
    ...ofRoutes.families,
    ...[logouts, revocations, ended, leftOut, grpcFaults, spans].map(({ family }) => family),
    ...providerCalls.families,
    ...askings.families,
    ...exchanges.families,
    ...ofSnapshot,
    ...sessions.families,
    ...assertions.families,
    ...clientKeys.families,
    ...sources.families,
  ]

  const text = async (): Promise<string> => {
    const ofProcess = await processText()
    return `${[familyText(info), ofProcess.trimEnd(), ...counted.map(familyText)].join('\n\n')}\n`
  }

  return {
    countCheck: (facts) => {
      checks.count(facts)
      ofRoutes.count(facts)
      sessions.countDevice(facts.verdict)
    },
    countLogout: (kind, outcome) => logouts.at(kind, outcome)(),
    countRevocation: ({ kind, outcome }) => revocations.at(kind, outcome)(),
    ...providerCalls.counts,
    countAsking: askings.count,
    countExchange: exchanges.count,
    countEnded: (cause, count) => ended.at(cause)(count),
    countLeftOut: leftOut.at(),
    countSpans: (outcome, count) => spans.at(outcome)(count),
    countGrpcFault: (kind) => grpcFaults.at(kind)(),
    ...notes,
    sessions,
    assertions,
    clientKeys,
    observe: sources.observe,
    families: [info, ...counted],
    text,
  }
}
