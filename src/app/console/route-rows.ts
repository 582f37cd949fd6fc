import type {
  DecisionRate,
  Paged,
  PageWanted,
  ProblemRow,
  RouteRow,
  RouteView,
} from '../../core/console/console-data.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import { eachInSteps, flatMapInSteps, type Steps, sortInSteps } from '../../core/time/steps.ts'
import { rulesInWords } from '../../explain/rule-rows.ts'
import type { HostSummary, RouteSummary } from '../../policy/compile/host/hosts.ts'
import { coveringWildcards } from '../../policy/matching/host.ts'
import type { Compiled } from './compiled.ts'
import type { HostCounts } from './decision-counts.ts'

/** What of a compilation routes are told from. */
export type CompiledRoutes = Pick<Compiled, 'routes' | 'table'>

/** The routes of one compilation. */
export interface RouteRows {
  readonly page: (
    query: string,
    wanted: PageWanted,
    counts: readonly HostCounts[],
  ) => Paged<RouteRow>
  readonly view: (
    name: string,
    counts: readonly HostCounts[],
    problems: readonly ProblemRow[],
  ) => RouteView | undefined
}

type Bare = Omit<RouteRow, 'rates' | 'lastCheckMs'>

const byHost = (a: Bare, b: Bare): number => {
  if (a.host !== b.host) return a.host < b.host ? -1 : 1
  return a.route < b.route ? -1 : 1
}

const standingOf = (
  summary: HostSummary,
  inForce: RouteSummary['inForce'],
): Pick<RouteRow, 'state' | 'owner' | 'detail'> => {
  switch (summary.state) {
    case 'Conflicted':
      return { state: 'conflicted', owner: summary.conflictingWith }
    case 'Broken':
      return { state: 'broken', detail: summary.detail }
    case 'Programmed':
      return { state: inForce === 'last_good' ? 'last_good' : 'programmed' }
  }
}

/** A row with all that is searched in it, in lower case. */
interface Searched {
  readonly row: Bare
  readonly text: string
}

const searched = (row: Bare): Searched => ({
  row,
  text: [row.host, row.route, row.state, row.owner ?? '', ...row.clients].join('\n').toLowerCase(),
})

/** Finds the host of the table that a host belongs to: itself, or the nearest wildcard above it. */
const createEntryOf = function* (
  rows: readonly Searched[],
): Steps<(host: string) => string | undefined> {
  const owned = new Set<string>()
  yield* eachInSteps(rows, ({ row }) => {
    if (row.state !== 'conflicted') owned.add(row.host)
  })
  return (host) => {
    if (owned.has(host)) return host
    for (const wildcard of coveringWildcards(host)) {
      if (owned.has(wildcard)) return wildcard
    }
    return undefined
  }
}

const sum = (rates: readonly DecisionRate[], of: (rate: DecisionRate) => number): number =>
  rates.reduce((total, rate) => total + of(rate), 0)

/** Several hosts as one: what is of one decision and reason is counted together. */
export const joinRates = (rates: readonly DecisionRate[]): readonly DecisionRate[] =>
  [...Map.groupBy(rates, ({ decision, reason }) => `${decision} ${reason}`).values()]
    .flatMap((same) => {
      const [first] = same
      if (first === undefined) return []
      return [
        {
          decision: first.decision,
          reason: first.reason,
          lastMinute: sum(same, ({ lastMinute }) => lastMinute),
          perMinute: sum(same, ({ perMinute }) => perMinute),
          lastHour: sum(same, ({ lastHour }) => lastHour),
          sinceMs: Math.min(...same.map(({ sinceMs }) => sinceMs)),
          lastMs: Math.max(...same.map(({ lastMs }) => lastMs)),
        },
      ]
    })
    .toSorted((a, b) => b.lastHour - a.lastHour)

const withRates = (row: Bare, rates: readonly DecisionRate[]): RouteRow => ({
  ...row,
  ...(rates.length === 0 ? {} : { lastCheckMs: Math.max(...rates.map(({ lastMs }) => lastMs)) }),
  rates: joinRates(rates),
})

const looked = (table: CompiledRoutes['table'], host: string): PolicyLookup =>
  table.look({ host, contextExtensions: {} })

const rowsOf = (
  { name, inForce, hosts }: RouteSummary,
  table: CompiledRoutes['table'],
): readonly Searched[] =>
  hosts.map((summary) => {
    const found = looked(table, summary.host)
    const isOurs = found.kind === 'found' && found.policy.name === name
    const clients = isOurs ? found.policy.clients.map((client) => client.name) : []
    const { host } = summary
    return searched({ host, route: name, clients, ...standingOf(summary, inForce) })
  })

/**
 * Reads a compilation once, in steps between which checks are answered; a page of it is filtered
 * and cut out, and only its rows are given what was counted.
 */
export const createRouteRows = function* (compiled: CompiledRoutes): Steps<RouteRows> {
  const { routes, table } = compiled
  const all = yield* flatMapInSteps(routes, (route) => rowsOf(route, table))
  const rows = yield* sortInSteps(all, (a, b) => byHost(a.row, b.row))
  const entryOf = yield* createEntryOf(rows)
  const byName = new Map<string, RouteSummary>()
  yield* eachInSteps(routes, (route) => {
    byName.set(route.name, route)
  })

  const counted = (counts: readonly HostCounts[]) => {
    const byEntry = Map.groupBy(counts, ({ host }) => entryOf(host))
    return (row: Bare): RouteRow => {
      const own = row.state === 'conflicted' ? [] : (byEntry.get(row.host) ?? [])
      return withRates(
        row,
        own.flatMap(({ route, rates }) => (route === row.route ? rates : [])),
      )
    }
  }

  const rulesOf = ({ name, hosts }: RouteSummary): RouteView['rules'] => {
    for (const { host } of hosts) {
      const found = looked(table, host)
      if (found.kind !== 'found' || found.policy.name !== name) continue
      return rulesInWords(found.policy).map((rule) => ({
        title: rule.name,
        rows: rule.rows.map(([label, ...lines]) => ({ label, lines })),
      }))
    }
    return []
  }

  return {
    page: (query, { at, size }, counts) => {
      const text = query.trim().toLowerCase()
      const fitting = text === '' ? rows : rows.filter((one) => one.text.includes(text))
      const shown = fitting.slice(at * size, (at + 1) * size).map(({ row }) => row)
      const items = shown.map(counted(counts))
      return { items, total: fitting.length }
    },
    view: (name, counts, problems) => {
      const summary = byName.get(name)
      if (summary === undefined) return undefined
      return {
        name,
        inForce: summary.inForce,
        hosts: rowsOf(summary, table)
          .map(({ row }) => row)
          .map(counted(counts)),
        rules: rulesOf(summary),
        problems: problems.filter((one) => one.kind === 'ProtectedRoute' && one.object === name),
      }
    },
  }
}
