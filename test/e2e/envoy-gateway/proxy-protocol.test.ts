import { describe, expect, it } from 'vitest'
import {
  envoyGatewayAttachment,
  envoyGatewayBed,
  withBackends,
} from '../../support/e2e/envoy-gateway-bed.ts'
import {
  askFrom,
  HANDED,
  handedOn,
  handedToken,
  REFUSED_ADDRESS,
} from '../../support/e2e/handed-on.ts'
import { shop } from '../../support/e2e/manifests.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { startEnvoyGateway } from '../../support/parts/envoy-gateway.ts'
import type { KubernetesObject } from '../../support/parts/kubernetes-client.ts'

const readingIt = (object: KubernetesObject): KubernetesObject =>
  object.kind === 'ClientTrafficPolicy'
    ? { ...object, spec: { ...Object(object.spec), proxyProtocol: {} } }
    : object

describe('Envoy Gateway behind a load balancer that speaks the PROXY protocol', () => {
  const stack = useStack({
    resources: shop({ more: [handedOn] }),
    gateway: async (options) => {
      const attached = withBackends(await envoyGatewayAttachment([HANDED]))
      const objects = [...envoyGatewayBed(options), ...attached].map(readingIt)
      return startEnvoyGateway({ objects, port: options.port ?? 0 })
    },
  })

  it('R2: hands on the address that it names, of IPv4 and of IPv6', async () => {
    const token = await handedToken(stack())
    const from = (proxiedFrom: string) => askFrom(stack(), { proxiedFrom }, token)
    const status = async () => (await from('192.0.2.7').catch(() => ['no answer']))[0]
    await expect.poll(status, { timeout: 20_000 }).toBe(200)
    expect(await from('2001:db8::7')).toEqual([200, undefined])
    expect(await from('198.51.100.7')).toEqual(REFUSED_ADDRESS)
  })

  it('R1: takes no connection without it', async () => {
    const token = await handedToken(stack())
    await expect(askFrom(stack(), { localAddress: '127.0.0.2' }, token)).rejects.toThrow()
  })
})
