import { readFileSync } from 'node:fs'
import type { EnvoyOptions } from '../parts/envoy.ts'
import { objectsOf, renderChart } from '../parts/helm.ts'
import type { KubernetesObject } from '../parts/kubernetes-client.ts'

/** Where the gateway runs, and the name and the labels of its Service and its account. */
export const GATEWAY_NAMESPACE = 'istio-system'
export const GATEWAY_NAME = 'istio-ingressgateway'
export const GATEWAY_LABELS = {
  istio: 'ingressgateway',
  // What Istio labels the pods of a Gateway of the Gateway API with.
  'gateway.networking.k8s.io/gateway-name': 'hosts',
} as const

/** The address that the control plane knows the gateway by. Nothing is sent to it. */
export const GATEWAY_ADDRESS = '10.244.0.9'

const inGatewayNamespace = (name: string) => ({ name, namespace: GATEWAY_NAMESPACE })

/** A namespace. */
export const namespace = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
})

/** The account of the gateway, which may read the Secret of its certificate. */
const account = (): readonly KubernetesObject[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inGatewayNamespace(GATEWAY_NAME) },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: inGatewayNamespace(GATEWAY_NAME),
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: inGatewayNamespace(GATEWAY_NAME),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: GATEWAY_NAME },
    subjects: [{ kind: 'ServiceAccount', ...inGatewayNamespace(GATEWAY_NAME) }],
  },
]

/** Where the replicas of a Service are, as a cluster says it. */
export const replicas = (
  { spec, metadata }: KubernetesObject,
  port: number,
  addresses: readonly string[],
): KubernetesObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
  addressType: 'IPv4',
  ports: [{ name: Object(spec).ports[0].name, port, protocol: 'TCP' }],
  endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
})

/** The Service of the gateway: port 443 of the Gateway is `port` of its Envoy. */
const gatewayService = (port: number): readonly KubernetesObject[] => {
  const service: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...inGatewayNamespace(GATEWAY_NAME), labels: GATEWAY_LABELS },
    spec: { selector: GATEWAY_LABELS, ports: [{ name: 'https', port: 443, targetPort: port }] },
  }
  return [service, replicas(service, port, [GATEWAY_ADDRESS])]
}

const routing = (options: EnvoyOptions): readonly KubernetesObject[] => [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: inGatewayNamespace('hosts-tls'),
    type: 'kubernetes.io/tls',
    stringData: {
      'tls.crt': readFileSync(options.certFile, 'utf8'),
      'tls.key': readFileSync(options.keyFile, 'utf8'),
    },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: inGatewayNamespace('hosts'),
    spec: {
      selector: GATEWAY_LABELS,
      servers: [
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          bind: '127.0.0.1',
          hosts: ['*'],
          tls: { mode: 'SIMPLE', credentialName: 'hosts-tls' },
        },
      ],
    },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      hosts: ['*'],
      gateways: [`${GATEWAY_NAMESPACE}/hosts`],
      http: [
        { route: [{ destination: { host: 'web.shop.svc.cluster.local', port: { number: 80 } } }] },
      ],
    },
  },
]

/** A process of this machine behind a Service: no EndpointSlice may name a loopback address. */
const workload = (service: KubernetesObject, port: number): KubernetesObject => {
  const { selector, ports } = Object(service.spec)
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: service.metadata,
    spec: { address: '127.0.0.1', labels: selector, ports: { [ports[0].name]: port } },
  }
}

const webService: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
}

/**
 * The gRPC Service as the chart installs it for the release `sally` in the namespace `auth`, with
 * these `--set`.
 */
export const sallyportService = async (...set: readonly string[]): Promise<KubernetesObject> => {
  const objects = objectsOf(await renderChart(set.flatMap((each) => ['--set', each])))
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === 'sally-sallyport',
  )
  if (found === undefined) throw new Error('The chart has no Service sally-sallyport.')
  return found
}

/**
 * Everything around a gateway of Istio but what attaches Sallyport to it: every host leads to one
 * upstream, and nothing is asked about.
 */
export const istioBed = async (options: EnvoyOptions): Promise<readonly KubernetesObject[]> => {
  // Of a headless Service, Istio takes no WorkloadEntry as a replica.
  const sallyport = await sallyportService('grpc.service.headless=false')
  return [
    ...[GATEWAY_NAMESPACE, 'shop', 'auth'].map(namespace),
    ...account(),
    ...gatewayService(options.port ?? 0),
    ...routing(options),
    webService,
    workload(webService, options.upstreamPort),
    sallyport,
    workload(sallyport, options.sallyportPort),
  ]
}
