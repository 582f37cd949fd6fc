import { readFileSync } from 'node:fs'
import type { EnvoyOptions } from '../parts/envoy.ts'
import type { KubernetesObject } from '../parts/kubernetes-client.ts'
import { attach } from './attach.ts'

/** The Gateway, and the namespace that it is in. */
const GATEWAY = { name: 'eg', namespace: 'gateways' } as const

const gateway = (port: number): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: GATEWAY,
  spec: {
    gatewayClassName: 'eg',
    listeners: [
      {
        name: 'https',
        protocol: 'HTTPS',
        port,
        tls: { mode: 'Terminate', certificateRefs: [{ name: 'hosts-tls' }] },
        allowedRoutes: { namespaces: { from: 'All' } },
      },
    ],
  },
})

const certificate = ({ certFile, keyFile }: EnvoyOptions): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'hosts-tls', namespace: GATEWAY.namespace },
  type: 'kubernetes.io/tls',
  data: {
    'tls.crt': readFileSync(certFile).toString('base64'),
    'tls.key': readFileSync(keyFile).toString('base64'),
  },
})

/** Envoy Gateway listens on all addresses; a test listens on one. */
const onLoopback = (): KubernetesObject => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'EnvoyPatchPolicy',
  metadata: { name: 'on-loopback', namespace: GATEWAY.namespace },
  spec: {
    targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: GATEWAY.name },
    type: 'JSONPatch',
    jsonPatches: [
      {
        type: 'type.googleapis.com/envoy.config.listener.v3.Listener',
        name: `${GATEWAY.namespace}/${GATEWAY.name}/https`,
        operation: {
          op: 'replace',
          path: '/address/socket_address/address',
          value: '127.0.0.1',
        },
      },
    ],
  },
})

const GROUP = 'gateway.envoyproxy.io'

/** A process of this machine, in the place of the Service of that name. */
const backend = (name: string, namespace: string, port: number): KubernetesObject => ({
  apiVersion: `${GROUP}/v1alpha1`,
  kind: 'Backend',
  metadata: { name, namespace },
  spec: { endpoints: [{ ip: { address: '127.0.0.1', port } }] },
})

const toBackend = (reference: unknown): unknown => ({
  ...Object(reference),
  group: GROUP,
  kind: 'Backend',
})

const refer = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(refer)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === 'backendRefs' && Array.isArray(each) ? each.map(toBackend) : refer(each),
    ]),
  )
}

/**
 * The objects with a Backend wherever they name a Service, which Envoy Gateway only knows of in
 * Kubernetes.
 */
export const withBackends = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.map((object) => refer(object) as KubernetesObject)

/**
 * Everything around a Gateway but what attaches Sallyport to it: nothing is routed, and nothing
 * asked about.
 */
export const envoyGatewayBed = (options: EnvoyOptions): readonly KubernetesObject[] => [
  gateway(options.port ?? 0),
  certificate(options),
  onLoopback(),
  backend('web', 'shop', options.upstreamPort),
  backend('sallyport', GATEWAY.namespace, options.sallyportPort),
  backend('sallyport', 'shop', options.sallyportPort),
]

/** What `sallyport attach envoy-gateway` prints for the Gateway and these hosts. */
export const envoyGatewayAttachment = async (
  hosts: readonly string[],
): Promise<readonly KubernetesObject[]> => {
  const files = await attach(
    'envoy-gateway',
    ...['--service', `sallyport.${GATEWAY.namespace}:9001`],
    ...['--gateway', `${GATEWAY.name}.${GATEWAY.namespace}`],
    ...['--upstream', 'web.shop:80'],
    ...hosts.flatMap((host) => ['--host', host]),
  )
  return [...files.values()].flat()
}

/**
 * What it prints besides for the bodies of callbacks. Sallyport is in the namespace of the route
 * here: without Kubernetes, nothing may refer to another one.
 */
export const envoyGatewayCallback = async (
  host: string,
  path: string,
): Promise<readonly KubernetesObject[]> => {
  const files = await attach(
    'envoy-gateway',
    ...['--service', 'sallyport.shop:9001', '--gateway', `${GATEWAY.name}.${GATEWAY.namespace}`],
    ...['--upstream', 'web.shop:80', '--host', host, '--callback-body', '--callback-path', path],
  )
  return files.get('callback.yaml') ?? []
}
