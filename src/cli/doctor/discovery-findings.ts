import type { AuthenticateMethod, Policy } from '../../core/policy/policy.ts'
import {
  metadataPathOf,
  type ProtectedResource,
  resourceUrlOf,
} from '../../core/policy/protected-resource.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { authorityOf } from '../../core/request/request.ts'
import type { Offers } from '../../oidc/provider/metadata.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { takesTokensFor } from '../../policy/compile/applications/resource-issuers.ts'
import type { AskPublic } from '../live/public-paths.ts'
import type { RouteFinding } from './report.ts'

const found = (state: RouteFinding['state'], message: string): RouteFinding => ({
  check: 'discovery',
  state,
  message,
})

/** What a client cannot do with an answer, as the end of a sentence; `undefined`: nothing. */
const troubleIn = (
  { status, contentType, text, location }: Answer,
  url: string,
  { authorizationServers }: ProtectedResource,
): string | undefined => {
  if (location !== undefined) {
    return `is redirected (${status}), which clients take for no metadata: have the gateway ask Sallyport about this path as it comes`
  }
  const members = status === 200 ? parseJsonObject(text) : undefined
  if (members?.resource === undefined) {
    const type = contentType === undefined ? '' : ` (${contentType})`
    return `is answered ${status}${type} without the metadata, so that clients do not find their way in: have the gateway ask Sallyport about this path, and the resources of this file be in force there`
  }
  if (members.resource !== url) {
    return `is of another resource, ${JSON.stringify(members.resource)}, and clients refuse that: the gateway passes on another host or port than the one that was asked`
  }
  const named = JSON.stringify(members.authorization_servers)
  // A host may stand in for the providers of its resource.
  const known = [authorizationServers, [new URL(url).origin]].map((one) => JSON.stringify(one))
  return known.includes(named)
    ? undefined
    : `names the authorization servers ${named}, where these resources say ${JSON.stringify(authorizationServers)}: others are in force there`
}

const askOne = async (
  authority: string,
  resource: ProtectedResource,
  { askPublic }: { readonly askPublic: AskPublic },
): Promise<RouteFinding> => {
  const url = resourceUrlOf(authority, { path: metadataPathOf(resource) })
  try {
    const answer = await askPublic(url, { accept: 'application/json' }, 'GET')
    const trouble = troubleIn(answer, resourceUrlOf(authority, resource), resource)
    return trouble === undefined
      ? found('well', `${url} is answered as clients need it.`)
      : found('problem', `${url} ${trouble}.`)
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return found('warning', `${thrown.message} Clients that do not reach it find no way in.`)
  }
}

/** Whether a route has a say at a host, by its own name or a wildcard. */
const isAmong =
  (hosts: readonly string[]) =>
  (host: string): boolean =>
    hosts.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : one === host))

/** Asks for the metadata of each protected resource at each host that has it, as clients do. */
export const discoveryFindings = async (
  policy: Pick<Policy, 'resources'> | undefined,
  hosts: readonly string[],
  parts: { readonly askPublic: AskPublic },
): Promise<readonly RouteFinding[]> => {
  const { resources } = policy ?? {}
  if (resources === undefined) return []
  const { list, port, hosts: having } = resources
  const findings: RouteFinding[] = []
  for (const host of having === undefined ? hosts : [...having].filter(isAmong(hosts))) {
    const authority = authorityOf({ host, port: String(port) })
    for (const resource of list) findings.push(await askOne(authority, resource, parts))
  }
  return findings
}

const registering = ({ registersClients, readsClientDocuments }: Offers): RouteFinding => {
  const ways = [
    ...(registersClients === true ? ['register themselves'] : []),
    ...(readsClientDocuments === true ? ['name themselves by the URL of a document'] : []),
    'were registered by hand and are told their client_id',
  ]
  const last = ways.at(-1)
  const all = ways.length === 1 ? last : `${ways.slice(0, -1).join(', ')} or ${last}`
  return found(ways.length === 1 ? 'warning' : 'well', `find their way in if they ${all}`)
}

const ofProvider = (
  { name }: Pick<Provider, 'name'>,
  offers: Offers | undefined,
  asksForOpenid: boolean,
): readonly RouteFinding[] => {
  const at = `Clients that sign people in at IdentityProvider ${name}`
  if (offers === undefined) {
    return [found('unknown', `${at} cannot be told of: its metadata are not there.`)]
  }
  const { state, message } = registering(offers)
  const others =
    state === 'well' ? '' : ': it offers no registration, so that all others stop before they begin'
  const said = found(state, `${at} ${message}${others}.`)
  if (!asksForOpenid || offers.registersClients !== true) return [said]
  const openid = `Clients register themselves at IdentityProvider ${name} for the scopes that they are told, \`openid\` among them, which is no client scope to Keycloak: it refuses them then. Leave it out of \`scopes\` and of the scopes that rules ask for there.`
  return [said, found('warning', openid)]
}

const providersIn = (methods: readonly AuthenticateMethod[]): readonly Provider[] =>
  methods.flatMap((method) =>
    'provider' in method && takesTokensFor(method) ? [method.provider] : [],
  )

/** Which clients find their way in to the protected resources of a route, by its providers. */
export const registrationFindings = (
  policy: Policy | undefined,
  offersOf: (provider: string) => Offers | undefined,
): readonly RouteFinding[] => {
  if (policy?.resources === undefined) return []
  const { list } = policy.resources
  if ('authorizationServer' in policy.resources) {
    return [found('well', 'Clients register at the hosts of the resources themselves.')]
  }
  const methods = [...policy.rules, policy.fallback].flatMap((rule) => rule.authenticate)
  const providers = new Map(providersIn(methods).map((one) => [one.name, one]))
  const asksForOpenid = list.some(({ scopes }) => scopes.includes('openid'))
  return [...providers.values()].flatMap((provider) =>
    ofProvider(provider, offersOf(provider.name), asksForOpenid),
  )
}
