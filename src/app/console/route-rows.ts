import type {
  DecisionRate,
  Paged,
  PageWanted,
  ProblemRow,
  RouteRow,
  RouteView,
} from '../../core/console/console-data.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import { rulesInWords } from '../../explain/rule-rows.ts'
import type { HostSummary, RouteSummary } from '../../policy/compile/host/hosts.ts'
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

const holds = (row: Bare, text: string): boolean =>
  [row.host, row.route, row.state, row.owner ?? '', ...row.clients].some((one) =>
    one.toLowerCase().includes(text),
  )

/** Finds the host of the table that a host belongs to: itself, or the nearest wildcard above it. */
const createEntryOf = (rows: readonly Bare[]) => {
  const owned = new Set(rows.flatMap(({ state, host }) => (state === 'conflicted' ? [] : [host])))
  return (host: string): string | undefined => {
    if (owned.has(host)) return host
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const wildcard = `*${host.slice(dot)}`
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

const bareRows = ({ routes, table }: CompiledRoutes): readonly Bare[] =>
  routes
    .flatMap(({ name, inForce, hosts }) =>
      hosts.map((summary): Bare => {
        const found = looked(table, summary.host)
        const isOurs = found.kind === 'found' && found.policy.name === name
        const clients = isOurs ? found.policy.clients.map((client) => client.name) : []
        return { host: summary.host, route: name, clients, ...standingOf(summary, inForce) }
      }),
    )
    .toSorted(byHost)

/**
 * Reads a compilation once; a page of it is filtered and cut out, and only its rows are given what
 * was counted.
 */
export const createRouteRows = (compiled: CompiledRoutes): RouteRows => {
  const rows = bareRows(compiled)
  const entryOf = createEntryOf(rows)

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
      const found = looked(compiled.table, host)
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
      const fitting = text === '' ? rows : rows.filter((row) => holds(row, text))
      const items = fitting.slice(at * size, (at + 1) * size).map(counted(counts))
      return { items, total: fitting.length }
    },
    view: (name, counts, problems) => {
      const summary = compiled.routes.find((route) => route.name === name)
      if (summary === undefined) return undefined
      return {
        name,
        inForce: summary.inForce,
        hosts: rows.filter(({ route }) => route === name).map(counted(counts)),
        rules: rulesOf(summary),
        problems: problems.filter((one) => one.kind === 'ProtectedRoute' && one.object === name),
      }
    },
  }
}
