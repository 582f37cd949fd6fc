import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type IstioGateway, startIstioGateway } from '../../support/e2e/istio-gateway.ts'
import { shop } from '../../support/e2e/manifests.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { attachedGatewayContract } from '../attached-gateway.contract.ts'

const TEXT = `
meshConfig:
  pathNormalization:
    normalization: DECODE_AND_MERGE_SLASHES
  extensionProviders:
    - name: sallyport
      envoyExtAuthzGrpc:
        service: sally-sallyport.auth.svc.cluster.local
        port: 9001
        timeout: 5s
        failOpen: false
        statusOnError: "503"
        clearRouteCache: false
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: sallyport
  namespace: istio-system
spec:
  selector:
    matchLabels:
      istio: ingressgateway
  action: CUSTOM
  provider:
    name: sallyport
  rules:
    - {}
`

describe('Istio', () => {
  let gateway: IstioGateway
  const stack = useStack({
    resources: shop(),
    gateway: async (options) => {
      const [mesh, ...objects] = parseAllDocuments(TEXT).map((one) => one.toJS())
      gateway = await startIstioGateway(options, { meshConfig: mesh.meshConfig, objects })
      return gateway
    },
  })

  attachedGatewayContract(stack)

  it('dump', async () => {
    for (const what of ['clusters', 'config_dump?include_eds', 'stats?filter=ext_authz']) {
      const { writeFileSync } = await import('node:fs')
      writeFileSync(`/tmp/gw/${what.slice(0, 6)}`, await (await fetch(`${gateway.adminUrl}/${what}`)).text())
      writeFileSync('/tmp/gw/envoy.out', gateway.output())
    }
  })
})
