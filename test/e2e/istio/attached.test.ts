import { describe, expect, it } from 'vitest'
import { filterNames, OPENING_FIELDS, toldTo } from '../../support/e2e/config-dump.ts'
import { handedOn } from '../../support/e2e/handed-on.ts'
import { namespace, replicas, sallyportService } from '../../support/e2e/istio-bed.ts'
import {
  type IstioGateway,
  istioAttachment,
  startIstioGateway,
} from '../../support/e2e/istio-gateway.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import type { KubernetesObject } from '../../support/parts/kubernetes-client.ts'
import { attachedGatewayContract } from '../attached-gateway.contract.ts'

const PATIENCE = { timeout: 20_000 }

const withProvider =
  (name: string) =>
  (policy: KubernetesObject): KubernetesObject => ({
    ...policy,
    spec: { ...Object(policy.spec), provider: { name } },
  })

describe('Istio, with what `sallyport attach istio` prints', () => {
  let gateway: IstioGateway
  const stack = useStack({
    resources: shop({ more: [handedOn] }),
    gateway: async (options) => {
      gateway = await startIstioGateway(options, await istioAttachment())
      return gateway
    },
  })

  attachedGatewayContract(stack)

  it.each([
    ['as it is printed by itself', []],
    ['as it is printed for a Gateway', ['--gateway', 'hosts.istio-system']],
    ['as it is printed for hosts', ['--host', APP, '--host', API]],
  ])('takes the policy %s', async (_name, words) => {
    const { objects } = await istioAttachment(...words)
    expect(objects).toHaveLength(1)
    for (const object of objects) {
      expect(await gateway.validate(object)).toEqual({ allowed: true, message: '' })
      const broken = await gateway.validate(withProvider('')(object))
      expect(broken.allowed).toBe(false)
      expect(broken.message).toContain('`provider.name` must not be empty')
    }
  })

  it('asks before every filter but the one that finds out whether to ask', async () => {
    const [connectionManager] = await toldTo(gateway, 'HttpConnectionManager')
    const [first, second] = filterNames(connectionManager)
    expect([first, second]).toEqual(['envoy.filters.http.rbac', 'envoy.filters.http.ext_authz'])
    const [accessControl] = await toldTo(gateway, 'RBAC')
    expect(accessControl).not.toHaveProperty('rules')
  })

  it('waits for a check as long as it takes, and is closed when there is no answer', async () => {
    const checks = await toldTo(gateway, 'ExtAuthz')
    expect(checks).toHaveLength(1)
    expect(checks[0]).toMatchObject({
      grpc_service: {
        envoy_grpc: { cluster_name: 'outbound|9001||sally-sallyport.auth.svc.cluster.local' },
        timeout: '5s',
      },
      status_on_error: { code: 'ServiceUnavailable' },
      transport_api_version: 'V3',
    })
    for (const field of OPENING_FIELDS) expect(checks[0]).not.toHaveProperty(field)
  })

  it('C6: tidies up a path before it asks about it, and leaves encoded slashes alone', async () => {
    const [connectionManager] = await toldTo(gateway, 'HttpConnectionManager')
    expect(connectionManager).toMatchObject({
      normalize_path: true,
      merge_slashes: true,
    })
    expect(['KEEP_UNCHANGED', undefined]).toContain(
      connectionManager?.path_with_escaped_slashes_action,
    )
  })

  it('reaches every replica of the headless Service that the chart installs, by HTTP/2', async () => {
    const chart = await sallyportService()
    const service = { ...chart, metadata: { ...chart.metadata, namespace: 'headless' } }
    expect(chart.spec).toMatchObject({ clusterIP: 'None' })
    const addresses = ['10.244.0.10', '10.244.0.11']
    await gateway.apply([namespace('headless'), service, replicas(service, 9001, addresses)])
    const name = 'outbound|9001||sally-sallyport.headless.svc.cluster.local'
    const clusters = async () => (await fetch(`${gateway.adminUrl}/clusters`)).text()
    for (const address of addresses) {
      await expect.poll(clusters, PATIENCE).toContain(`${name}::${address}:9001::`)
    }
    const all = await toldTo(gateway, 'Cluster')
    expect(JSON.stringify(all.find((each) => each.name === name))).toContain(
      '"explicit_http_config":{"http2_protocol_options":',
    )
  })

  it('R1: is closed while nobody knows the provider that the policy names', async () => {
    const browser = newHttpBrowser(stack())
    const status = async (): Promise<number> =>
      (await browser.send(stack().url(APP, '/assets/logo.svg'))).status
    expect(await status()).toBe(200)
    const { objects } = await istioAttachment()
    await gateway.apply(objects.map(withProvider('missing')))
    await expect.poll(status, PATIENCE).toBe(403)
    expect(await seenDuring(stack(), status)).toEqual([])
    await gateway.apply(objects)
    await expect.poll(status, PATIENCE).toBe(200)
  })
})
