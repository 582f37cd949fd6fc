import type { Checked } from '../policy/matching/checked.ts'
import { parseHost } from '../policy/matching/host.ts'
import {
  isService,
  parseCallbackPath,
  parseClusterDomain,
  parseFolder,
  parseNamespace,
  parseNamespacedName,
  parseNetworkAddress,
  parseSecretName,
  parseSelector,
  parseServerName,
  parseService,
} from './address.ts'
import type {
  AttachInputs,
  NamespacedName,
  NetworkAddress,
  ServiceAddress,
  ServiceTls,
} from './manifest/attachment.ts'
import { flagOf } from './options.ts'
import { type Asked, unmetRequirements } from './requirements.ts'

/** The checked inputs, or a sentence for everything that is wrong with them. */
export type AttachRead =
  | { readonly ok: true; readonly inputs: AttachInputs }
  | { readonly ok: false; readonly problems: readonly string[] }

const SERVICE: ServiceAddress = { name: 'sallyport', namespace: 'sallyport', port: 9001 }
const GATEWAY: NamespacedName = { name: 'gateway', namespace: 'default' }
const CALLBACK_PATH = '/oauth2/callback'
const ISTIO_LABEL = { key: 'istio', value: 'ingressgateway' }

/** Reads texts, and keeps a sentence for each that is wrong. */
const createReader = () => {
  const problems: string[] = []
  const read = <T>(flag: string, text: string | undefined, parse: (text: string) => Checked<T>) => {
    if (text === undefined) return undefined
    const parsed = parse(text)
    if (parsed.ok) return parsed.value
    problems.push(`${flag}: ${JSON.stringify(text)} ${parsed.message}`)
    return undefined
  }
  return { problems, read }
}

type Reader = ReturnType<typeof createReader>

const readHosts = ({ read }: Reader, { options, routeHosts = [] }: Asked): readonly string[] => {
  const written = [
    ...(options.host ?? []).map((host) => ['--host', host] as const),
    ...routeHosts.map((host) => ['--routes', host] as const),
  ]
  return [...new Set(written.flatMap(([flag, host]) => read(flag, host, parseHost) ?? []))]
}

/** Where clients register and get tokens, where the gateway is an authorization server to them. */
const SERVER_PATHS = ['/oauth2/register', '/oauth2/token']

/** The paths where providers answer by a form: those that are known, or the default of a client. */
const readCallbackPaths = (
  { read }: Reader,
  { options, routeCallbackPaths = [] }: Asked,
): readonly string[] => {
  const written = (options.callbackPath ?? []).flatMap(
    (path) => read(flagOf('callbackPath'), path, parseCallbackPath) ?? [],
  )
  if (options.callbackBody !== true) return []
  const known = [...new Set([...written, ...routeCallbackPaths])]
  return known.length === 0 ? [CALLBACK_PATH] : known
}

/** As much as Sallyport takes of the answer of a provider, and of what a client sends there. */
const CALLBACK_BYTES = 8_192
const SERVER_BYTES = 32_768

/** The paths whose bodies are sent along. */
const readBodyPaths = (reader: Reader, asked: Asked): readonly string[] => [
  ...new Set([
    ...readCallbackPaths(reader, asked),
    ...(asked.options.authorizationServerBody === true ? SERVER_PATHS : []),
  ]),
]

interface Endpoint {
  readonly service?: ServiceAddress | undefined
  readonly address?: NetworkAddress | undefined
}

/** A Service, or where the gateway may live outside of a cluster, a host of the network. */
const readEndpoint = (
  { read }: Reader,
  flag: string,
  text: string | undefined,
  isPlain: boolean,
): Endpoint =>
  isPlain && text !== undefined && !isService(text)
    ? { address: read(flag, text, parseNetworkAddress) }
    : { service: read(flag, text, parseService) }

const readServiceTls = (
  { read }: Reader,
  { gateway, options }: Asked,
  { service = SERVICE, address }: Endpoint,
): ServiceTls | undefined => {
  const parse = gateway.isPlain === true ? parseFolder : parseSecretName
  const shown = read(flagOf('serviceTls'), options.serviceTls, parse)
  const secret = shown ?? read(flagOf('serviceCa'), options.serviceCa, parse)
  const named = read(flagOf('serviceName'), options.serviceName, parseServerName)
  if (secret === undefined) return undefined
  const serverName = named ?? address?.host ?? `${service.name}.${service.namespace}.svc`
  return { secret, serverName, isMutual: shown !== undefined }
}

/** Checks what an operator wrote, and fills in what they left out. Names every problem at once. */
export const readInputs = (asked: Asked): AttachRead => {
  const { gateway: known, options } = asked
  const reader = createReader()
  const { problems, read } = reader
  const isPlain = known.isPlain === true
  const asks = readEndpoint(reader, '--service', options.service, isPlain)
  const leads = readEndpoint(reader, '--upstream', options.upstream, isPlain)
  const upstream = leads.service
  const inputs: AttachInputs = {
    service: asks.service ?? SERVICE,
    isServiceNamed: options.service !== undefined,
    serviceAddress: asks.address,
    serviceTls: readServiceTls(reader, asked, asks),
    gateway: read('--gateway', options.gateway, parseNamespacedName) ?? known.gateway ?? GATEWAY,
    selector:
      options.gateway === undefined
        ? (read('--selector', options.selector, parseSelector) ?? ISTIO_LABEL)
        : undefined,
    namespace:
      read('--namespace', options.namespace, parseNamespace) ?? known.namespace ?? 'default',
    hosts: readHosts(reader, asked),
    upstream,
    upstreamAddress: leads.address,
    tlsSecret:
      read(flagOf('tlsSecret'), options.tlsSecret, parseSecretName) ?? `${upstream?.name}-tls`,
    clusterDomain:
      read(flagOf('clusterDomain'), options.clusterDomain, parseClusterDomain) ?? 'cluster.local',
    bodyPaths: readBodyPaths(reader, asked),
    bodyBytes: options.authorizationServerBody === true ? SERVER_BYTES : CALLBACK_BYTES,
  }
  const all = [...unmetRequirements(asked), ...problems]
  return all.length === 0 ? { ok: true, inputs } : { ok: false, problems: all }
}
