import type { HostSummary, RouteSummary } from '../../policy/compile/host/hosts.ts'
import type { WrittenChecks } from '../../resources/written-status.ts'
import type { HostReport, RouteFinding, RouteReport } from './report.ts'

/** What is known of the clients and checks of a route. */
export interface RouteSurroundings {
  /** The clients that the route names. */
  readonly clients: readonly string[]
  /** Why a client of those cannot be used, or might not be; absent: it can. */
  readonly troubleOf: (client: string) => string | undefined
  /** What its rules need of providers, against what these say that they offer. */
  readonly offered: readonly RouteFinding[]
  /** What was found of those whom its rules ask: providers about tokens, and decision points. */
  readonly asked: readonly RouteFinding[]
  /** Absent: the manifest carries no status. */
  readonly checks?: WrittenChecks
}

const finding = (
  check: RouteFinding['check'],
  state: RouteFinding['state'],
  message: string,
): RouteFinding => ({ check, state, message })

const ofHost = (host: HostSummary): readonly RouteFinding[] => {
  if (host.state === 'Programmed') return []
  if (host.state === 'Broken') {
    return [finding('hosts', 'problem', `${host.host} answers 503. ${host.detail}`)]
  }
  const text = `${host.host} belongs to ProtectedRoute ${host.conflictingWith}: this route has no say there.`
  return [finding('hosts', 'problem', text)]
}

const ofHosts = ({ hosts }: RouteSummary): readonly RouteFinding[] => {
  const found = hosts.flatMap(ofHost)
  return found.length === 0 ? [finding('hosts', 'well', 'In force on every host.')] : found
}

const ofClients = ({ clients, troubleOf }: RouteSurroundings): readonly RouteFinding[] => {
  if (clients.length === 0) {
    return [finding('clients', 'well', 'It has no client: it takes bearer tokens only.')]
  }
  return clients.map((client) => {
    const trouble = troubleOf(client)
    return trouble === undefined
      ? finding('clients', 'well', `OIDCClient ${client} can be used.`)
      : finding('clients', 'unknown', `OIDCClient ${client} ${trouble}.`)
  })
}

const NOT_ASKED =
  'traffic for it does not pass Sallyport, so that it is not protected, or there is none yet: attach the gateway (`sallyport attach`), and ask for a page of it'

const SEE_STATUS =
  'Whether Envoy asks is in the status of a cluster: `kubectl get protectedroutes -A` shows it as LAST CHECK; give `kubectl get identityproviders,oidcclients,protectedroutes,secrets,configmaps -A -o yaml` as the resources.'

const ofChecks = (
  { hosts }: RouteSummary,
  checks: WrittenChecks | undefined,
): readonly RouteFinding[] => {
  if (checks === undefined) return [finding('envoy', 'unknown', SEE_STATUS)]
  return hosts
    .filter(({ state }) => state !== 'Conflicted')
    .map(({ host }) => {
      const time = checks.lastChecks.get(host)
      return time === undefined
        ? finding('envoy', 'warning', `Envoy has never asked about ${host}: ${NOT_ASKED}.`)
        : finding('envoy', 'well', `Envoy last asked about ${host} at ${time}.`)
    })
}

const hostReport = (
  { host, state }: HostSummary,
  checks: WrittenChecks | undefined,
): HostReport => {
  const time = checks?.lastChecks.get(host)
  return { host, state, ...(time === undefined ? {} : { lastCheckTime: time }) }
}

/** What is found of a route: its hosts, its clients, and whether Envoy asks. */
export const routeReport = (route: RouteSummary, around: RouteSurroundings): RouteReport => ({
  name: route.name,
  hosts: route.hosts.map((host) => hostReport(host, around.checks)),
  clients: around.clients,
  findings: [
    ...ofHosts(route),
    ...ofClients(around),
    ...around.offered,
    ...around.asked,
    ...ofChecks(route, around.checks),
  ],
})
