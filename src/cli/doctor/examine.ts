import type { CompiledResources } from '../../app/compile-resources.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { type Finding, finding, isProblem } from '../../oidc/inspection/finding.ts'
import { inspectClient } from '../../oidc/inspection/inspect-client.ts'
import { inspectProvider, type ProviderInspection } from '../../oidc/inspection/inspect-provider.ts'
import { inspectLogin } from '../../oidc/inspection/offers.ts'
import type { Registration } from '../../policy/compile/host/registrations.ts'
import type { WrittenChecks } from '../../resources/written-status.ts'
import type { LiveParts } from '../live/live-parts.ts'
import { urisOf } from '../terminal/registration-lines.ts'
import { clientKeyFindings } from './client-keys.ts'
import { contextFindings } from './context-findings.ts'
import { decisionPointFindings } from './decision-point-findings.ts'
import { devicePathFindings } from './device-findings.ts'
import { discoveryFindings, registrationFindings } from './discovery-findings.ts'
import { exchangeFindings, grantFindings } from './grant-findings.ts'
import { type Interest, inquiryFindings } from './inquiry-findings.ts'
import type { ClientReport, ProviderReport, Report, RouteFinding, Todo } from './report.ts'
import { routeReport } from './route-report.ts'
import { todoOf } from './todo.ts'

/** What an examination is about. */
export interface Examination extends Interest {
  readonly compiled: CompiledResources
  readonly checks: readonly WrittenChecks[]
  /** What is wrong with the configuration and the resources. */
  readonly before: readonly Todo[]
  /** Of the port for providers, where the service would be on this machine; absent: not known. */
  readonly httpOrigin?: string | undefined
}

type Inspections = ReadonlyMap<string, ProviderInspection>

const nameOf = ({ client }: Registration): string => `${client.namespace}/${client.name}`

/** Clients need more of a provider than those who check tokens alone. */
const withLogin = (
  provider: Provider,
  inspection: ProviderInspection,
  registrations: readonly Registration[],
): ProviderInspection => {
  const isUsed = registrations.some((one) => one.provider === provider.name)
  if (!isUsed || inspection.metadata === undefined) return inspection
  const hindered = inspectLogin(provider, inspection.metadata)
  return { ...inspection, findings: [...inspection.findings, ...hindered] }
}

const providerReport = (provider: Provider, inspections: Inspections): ProviderReport => ({
  name: provider.name,
  issuer: provider.issuer,
  findings: inspections.get(provider.name)?.findings ?? [],
})

const unusable = ({ objects }: CompiledResources, { client }: Registration): string | undefined =>
  objects.find(
    ({ ref }) =>
      ref.kind === client.kind && ref.namespace === client.namespace && ref.name === client.name,
  )?.unusable

const clientFindings = async (
  registration: Registration,
  { compiled, triesCredentials, httpOrigin }: Examination,
  inspections: Inspections,
  parts: LiveParts,
): Promise<readonly Finding[]> => {
  const client = compiled.clients.find(({ name }) => name === nameOf(registration))
  if (client === undefined) {
    const why = unusable(compiled, registration) ?? 'it is invalid'
    return [finding('authentication', 'unknown', `It cannot be used: ${why}`)]
  }
  const metadata = inspections.get(client.provider.name)?.metadata
  if (metadata === undefined) {
    const text = `IdentityProvider ${client.provider.name} cannot be used, so nothing can be tried`
    return [finding('authentication', 'unknown', text)]
  }
  const inspecting = { ...parts, triesCredentials }
  return [
    ...(await inspectClient(client, metadata, registration.redirectUris, inspecting)),
    ...(await clientKeyFindings(client, httpOrigin)),
  ]
}

/** What is in force on the hosts of a route, if anything is. */
const policyOf = (
  { table }: CompiledResources,
  { name, hosts }: CompiledResources['routes'][number],
): Policy | undefined => {
  for (const { host } of hosts) {
    const found = table.find({ host, contextExtensions: {} })
    if (found.kind === 'found' && found.policy.name === name) return found.policy
  }
  return undefined
}

/** Those where the route has a say. */
const hostsIn = ({ hosts }: CompiledResources['routes'][number]): readonly string[] =>
  hosts.flatMap(({ host, state }) => (state === 'Programmed' ? [host] : []))

/** Why a client is of no use to a route, as the end of a sentence. */
const troubleIn =
  (clients: readonly ClientReport[], providers: readonly ProviderReport[]) =>
  (name: string): string | undefined => {
    const client = clients.find((one) => one.name === name)
    if (client === undefined) return 'was not looked at'
    const provider = providers.find((one) => one.name === client.provider)
    if (client.findings.some(isProblem)) return 'has problems: see there'
    if (provider?.findings.some(isProblem) === true) {
      return `stands on IdentityProvider ${client.provider}, which has problems: see there`
    }
    return client.findings.every(({ state }) => state === 'unknown')
      ? 'cannot be used: see there'
      : undefined
  }

const inquiries = async (
  policy: Policy | undefined,
  about: Examination,
  parts: LiveParts,
): Promise<readonly RouteFinding[]> =>
  policy === undefined
    ? []
    : [
        ...(await inquiryFindings(policy, about, parts)),
        ...(await exchangeFindings(policy, about, parts)),
      ]

/** Looks at providers at once, then at clients, which are asked for one after another. */
export const examine = async (about: Examination, parts: LiveParts): Promise<Report> => {
  const { compiled, isAsked, checks, before } = about
  const registrations = compiled.registrations.filter(({ provider }) => isAsked(provider))
  const wanted = compiled.providers.filter(({ name }) => isAsked(name))
  const inspections: Inspections = new Map(
    await Promise.all(
      wanted.map(async (provider) => {
        const inspection = await inspectProvider(provider, parts)
        return [provider.name, withLogin(provider, inspection, registrations)] as const
      }),
    ),
  )
  const providers = wanted.map((provider) => providerReport(provider, inspections))
  const clients: ClientReport[] = []
  for (const registration of registrations) {
    clients.push({
      name: nameOf(registration),
      provider: registration.provider,
      clientId: registration.clientId,
      register: urisOf(registration),
      findings: await clientFindings(registration, about, inspections, parts),
    })
  }
  const usersOf = (route: string): readonly string[] =>
    registrations.filter(({ routes }) => routes.includes(route)).map(nameOf)
  const summaries = compiled.objects
    .filter(({ ref, providers: on }) => {
      const route = `${ref.namespace}/${ref.name}`
      return (
        ref.kind === 'ProtectedRoute' &&
        (on.length === 0 || on.some(({ name }) => isAsked(name)) || usersOf(route).length > 0)
      )
    })
    .map(({ ref }) => `${ref.namespace}/${ref.name}`)
  const routes = await Promise.all(
    compiled.routes
      .filter(({ name }) => summaries.includes(name))
      .map(async (route) => {
        const written = checks.find((one) => one.route === route.name)
        const policy = policyOf(compiled, route)
        const offersOf = (name: string) => inspections.get(name)?.metadata?.offers
        return routeReport(route, {
          clients: usersOf(route.name),
          troubleOf: troubleIn(clients, providers),
          offered: [
            ...contextFindings(policy, (provider) => offersOf(provider)?.contexts),
            ...grantFindings(policy, (provider) => offersOf(provider)?.grants),
            ...registrationFindings(policy, offersOf),
          ],
          asked: [
            ...(await inquiries(policy, about, parts)),
            ...(await decisionPointFindings(compiled.decisionPoints, route.name, parts)),
            ...(await devicePathFindings(policy, hostsIn(route), parts)),
            ...(await discoveryFindings(policy, hostsIn(route), parts)),
          ],
          ...(written === undefined ? {} : { checks: written }),
        })
      }),
  )
  const todo = todoOf({ before, providers, clients, routes })
  return {
    ok: !todo.some(({ severity }) => severity === 'problem'),
    providers,
    clients,
    routes,
    todo,
  }
}
