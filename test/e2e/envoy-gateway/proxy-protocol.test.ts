import {
  envoyGatewayAttachment,
  envoyGatewayBed,
  withBackends,
} from '../../support/e2e/envoy-gateway-bed.ts'
import { HANDED } from '../../support/e2e/handed-on.ts'
import { startEnvoyGateway } from '../../support/parts/envoy-gateway.ts'
import type { KubernetesObject } from '../../support/parts/kubernetes-client.ts'
import { describeProxyProtocol } from '../proxy-protocol.contract.ts'

const readingIt = (object: KubernetesObject): KubernetesObject =>
  object.kind === 'ClientTrafficPolicy'
    ? { ...object, spec: { ...Object(object.spec), proxyProtocol: {} } }
    : object

describeProxyProtocol('Envoy Gateway', async (options) => {
  const attached = withBackends(await envoyGatewayAttachment([HANDED]))
  const objects = [...envoyGatewayBed(options), ...attached].map(readingIt)
  return startEnvoyGateway({ objects, port: options.port ?? 0 })
})
