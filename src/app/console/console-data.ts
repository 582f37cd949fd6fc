import type {
  ConsoleData,
  Overview,
  RecentDecision,
  Refusal,
} from '../../core/console/console-data.ts'
import type { Clock } from '../../core/time/clock.ts'
import { inSteps, type Pace } from '../../core/time/steps.ts'
import type { Compiled } from './compiled.ts'
import type { DecisionBook } from './decision-book.ts'
import { type DecisionCounts, type HostCounts, NO_ROUTE, OTHER_HOSTS } from './decision-counts.ts'
import { createExplainInForce, type ExplainInForceDeps } from './explain-in-force.ts'
import { problemRows } from './problem-rows.ts'
import { type ProviderRowsDeps, providerRows } from './provider-rows.ts'
import { createRouteRows, joinRates, type RouteRows } from './route-rows.ts'

/** What the console knows things from. */
export interface ConsoleDataDeps extends ProviderRowsDeps, ExplainInForceDeps {
  readonly book: Pick<DecisionBook, 'recent' | 'follow'>
  readonly counts: Pick<DecisionCounts, 'hosts'>
  /** What was compiled last; `undefined`: nothing yet. */
  readonly compiled: () => Compiled | undefined
  /** Sentences about what is degraded. */
  readonly troubles: () => readonly string[]
  readonly sealingSinceMs: () => number | undefined
  readonly fileCertificates: () => Overview['certificates']
  readonly clockDifferences: () => Overview['clocks']
  readonly version: string
  /** How what is long is made while checks are answered. */
  readonly pace: Pace
  readonly clock: Clock
}

const MOST_REFUSALS = 20
const MOST_WHO = 3

/** Allowed, or led on: nothing that anybody has to look into. */
const WELL: ReadonlySet<string> = new Set(['allow', 'login', 'redirect', 'page'])

const whoOf = ({ fields }: RecentDecision): string | undefined =>
  fields.subject ?? fields.subjectHash

const refusalsOf = (
  counts: readonly HostCounts[],
  recent: readonly RecentDecision[],
): readonly Refusal[] => {
  const whoWas = (host: string, reason: string): readonly string[] => {
    const meant = host === NO_ROUTE ? undefined : host
    const those = recent.filter(
      (one) => one.reason === reason && (meant === undefined || one.host === meant),
    )
    return [...new Set(those.flatMap((one) => whoOf(one) ?? []))].slice(0, MOST_WHO)
  }
  return counts
    .flatMap(({ host, route, rates }) =>
      rates
        .filter(({ decision }) => !WELL.has(decision))
        .map((rate) => ({ ...rate, host, ...(route === undefined ? {} : { route }) })),
    )
    .toSorted((a, b) => b.lastHour - a.lastHour)
    .slice(0, MOST_REFUSALS)
    .map((refusal) => ({ ...refusal, who: whoWas(refusal.host, refusal.reason) }))
}

const EMPTY = { items: [], total: 0 } as const

/** Everything that the console shows besides sessions, put together when it is asked for. */
export const createConsoleData = (deps: ConsoleDataDeps): ConsoleData => {
  const { book, counts, compiled, clock } = deps
  const startedMs = clock.nowMs()
  let read: { readonly of: Compiled; readonly rows: Promise<RouteRows> } | undefined

  const routeRows = async (): Promise<RouteRows | undefined> => {
    const now = compiled()
    if (now === undefined) return undefined
    if (read?.of !== now) read = { of: now, rows: inSteps(createRouteRows(now), deps.pace) }
    return read.rows
  }

  const problems: ConsoleData['problems'] = () => {
    const now = compiled()
    return now === undefined ? [] : problemRows(now)
  }

  const providers: ConsoleData['providers'] = () => {
    const now = compiled()
    return now === undefined ? [] : providerRows(now, deps)
  }

  const overview = async (): Promise<Overview> => {
    const known = providers()
    const counted = counts.hosts()
    const sealingSinceMs = deps.sealingSinceMs()
    return {
      version: deps.version,
      startedMs,
      routes: compiled()?.routes.length ?? 0,
      hosts: (await routeRows())?.page('', { at: 0, size: 0 }, []).total ?? 0,
      problems: compiled()?.located.length ?? 0,
      providers: {
        total: known.length,
        ready: known.filter(({ state }) => state === 'ready').length,
      },
      troubles: deps.troubles(),
      ...(sealingSinceMs === undefined ? {} : { sealingSinceMs }),
      certificates: deps.fileCertificates(),
      clocks: deps.clockDifferences(),
      rates: joinRates(counted.flatMap(({ rates }) => rates)),
      refusals: refusalsOf(counted, book.recent({})),
    }
  }

  const countedTogether: ConsoleData['countedTogether'] = () =>
    counts
      .hosts()
      .flatMap(({ host, rates }) => (host === OTHER_HOSTS ? rates : []))
      .reduce((sum, { lastHour }) => sum + lastHour, 0)

  return {
    overview,
    countedTogether,
    routes: async (query, page) => (await routeRows())?.page(query, page, counts.hosts()) ?? EMPTY,
    route: async (name) => (await routeRows())?.view(name, counts.hosts(), problems()),
    providers,
    problems,
    recentDecisions: book.recent,
    followDecisions: book.follow,
    explain: createExplainInForce(deps),
  }
}
