import type { AttachFile, AttachInputs, NamespacedName } from './attachment.ts'
import { envoyGatewayFiles } from './envoy-gateway.ts'
import { istioFiles } from './istio.ts'
import type { GatewayOption } from './options.ts'

/** What is known of a gateway. */
export interface Gateway {
  readonly takes: readonly GatewayOption[]
  /**
   * Whether a route to the protected Service is printed, for which hosts and an upstream are needed:
   * always, where both are given, or never by this rule.
   */
  readonly route: 'required' | 'optional' | 'none'
  /** The Gateway where none is named. */
  readonly gateway: NamespacedName
  /** The namespace where none is named. */
  readonly namespace: string
  readonly files: (inputs: AttachInputs) => readonly AttachFile[]
}

const istio: Gateway = {
  takes: ['gateway', 'selector', 'namespace', 'host', 'routes', 'clusterDomain'],
  route: 'none',
  gateway: { name: 'gateway', namespace: 'istio-ingress' },
  namespace: 'istio-system',
  files: istioFiles,
}

const envoyGateway: Gateway = {
  takes: ['gateway', 'host', 'routes', 'upstream'],
  route: 'optional',
  gateway: { name: 'eg', namespace: 'default' },
  namespace: 'default',
  files: envoyGatewayFiles,
}

/** Every gateway that manifests can be printed for. */
export const gateways: ReadonlyMap<string, Gateway> = new Map([
  ['istio', istio],
  ['envoy-gateway', envoyGateway],
])
