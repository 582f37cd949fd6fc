import type { Checked } from '../policy/checked.ts'
import { parseHost } from '../policy/host.ts'
import {
  parseClusterDomain,
  parseNamespace,
  parseNamespacedName,
  parseSecretName,
  parseSelector,
  parseService,
} from './address.ts'
import type { AttachInputs, ServiceAddress } from './attachment.ts'
import { flagOf } from './options.ts'
import { type Asked, unmetRequirements } from './requirements.ts'

/** The checked inputs, or a sentence for everything that is wrong with them. */
export type AttachRead =
  | { readonly ok: true; readonly inputs: AttachInputs }
  | { readonly ok: false; readonly problems: readonly string[] }

const SERVICE: ServiceAddress = { name: 'sallyport', namespace: 'sallyport', port: 9001 }
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

/** Checks what an operator wrote, and fills in what they left out. Names every problem at once. */
export const readInputs = (asked: Asked): AttachRead => {
  const { gateway: known, options, routeHosts } = asked
  const { problems, read } = createReader()
  const hosts = [
    ...(options.host ?? []).map((host) => ['--host', host] as const),
    ...routeHosts.map((host) => ['--routes', host] as const),
  ].flatMap(([flag, host]) => read(flag, host, parseHost) ?? [])
  const upstream = read('--upstream', options.upstream, parseService)
  const inputs: AttachInputs = {
    service: read('--service', options.service, parseService) ?? SERVICE,
    gateway: read('--gateway', options.gateway, parseNamespacedName) ?? known.gateway,
    selector:
      options.gateway === undefined
        ? (read('--selector', options.selector, parseSelector) ?? ISTIO_LABEL)
        : undefined,
    namespace: read('--namespace', options.namespace, parseNamespace) ?? known.namespace,
    hosts: [...new Set(hosts)],
    upstream,
    tlsSecret:
      read(flagOf('tlsSecret'), options.tlsSecret, parseSecretName) ?? `${upstream?.name}-tls`,
    clusterDomain:
      read(flagOf('clusterDomain'), options.clusterDomain, parseClusterDomain) ?? 'cluster.local',
  }
  const all = [...unmetRequirements(asked), ...problems]
  return all.length === 0 ? { ok: true, inputs } : { ok: false, problems: all }
}
