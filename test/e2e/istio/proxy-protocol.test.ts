import { istioAttachment, startIstioGateway } from '../../support/e2e/istio-gateway.ts'
import { describeProxyProtocol } from '../proxy-protocol.contract.ts'

describeProxyProtocol('Istio', async (options) => {
  const proxyConfig = { gatewayTopology: { proxyProtocol: {} } }
  return startIstioGateway(options, { ...(await istioAttachment()), proxyConfig })
})
