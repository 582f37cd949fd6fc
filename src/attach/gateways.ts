import { contourFiles } from './gateway/contour.ts'
import { emissaryFiles } from './gateway/emissary.ts'
import { envoyFiles } from './gateway/envoy.ts'
import { envoyGatewayFiles } from './gateway/envoy-gateway.ts'
import { gatewayApiFiles } from './gateway/gateway-api.ts'
import { istioFiles } from './gateway/istio.ts'
import { kgatewayFiles } from './gateway/kgateway.ts'
import type { AttachFile, AttachInputs, NamespacedName } from './manifest/attachment.ts'
import type { GatewayOption } from './options.ts'

/** What is known of a gateway. */
export interface Gateway {
  readonly takes: readonly GatewayOption[]
  /**
   * Whether a route to the protected Service is printed, for which hosts and an upstream are
   * needed: always, where both are given, or never by this rule.
   */
  readonly route: 'required' | 'optional' | 'none'
  /** Whether it lives outside of a cluster, too: with addresses of the network, and with files. */
  readonly isPlain?: true
  /** The Gateway where none is named; absent for what has none. */
  readonly gateway?: NamespacedName
  /** The namespace of the gateway itself where none is named; absent for what needs none. */
  readonly namespace?: string
  readonly files: (inputs: AttachInputs) => readonly AttachFile[]
}

const envoy: Gateway = {
  takes: ['host', 'routes', 'upstream', 'clusterDomain', 'callbackPath'],
  route: 'none',
  isPlain: true,
  files: envoyFiles,
}

const istio: Gateway = {
  takes: ['gateway', 'selector', 'namespace', 'host', 'routes', 'clusterDomain'],
  route: 'none',
  namespace: 'istio-system',
  files: istioFiles,
}

const envoyGateway: Gateway = {
  takes: ['gateway', 'host', 'routes', 'upstream', 'callbackPath'],
  route: 'optional',
  gateway: { name: 'eg', namespace: 'default' },
  files: envoyGatewayFiles,
}

const kgateway: Gateway = {
  takes: ['gateway', 'host', 'routes', 'upstream', 'callbackPath'],
  route: 'optional',
  gateway: { name: 'http', namespace: 'kgateway-system' },
  files: kgatewayFiles,
}

const contour: Gateway = {
  takes: ['host', 'routes', 'upstream', 'tlsSecret'],
  route: 'required',
  files: contourFiles,
}

const emissary: Gateway = {
  takes: ['namespace', 'host', 'routes', 'upstream', 'tlsSecret'],
  route: 'optional',
  namespace: 'emissary',
  files: emissaryFiles,
}

const gatewayApi: Gateway = {
  takes: ['gateway', 'host', 'routes', 'upstream', 'callbackPath'],
  route: 'required',
  files: gatewayApiFiles,
}

/** Every gateway that manifests can be printed for. */
export const gateways: ReadonlyMap<string, Gateway> = new Map([
  ['envoy', envoy],
  ['istio', istio],
  ['envoy-gateway', envoyGateway],
  ['kgateway', kgateway],
  ['contour', contour],
  ['emissary', emissary],
  ['gateway-api', gatewayApi],
])
