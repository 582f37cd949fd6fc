import { describe, expect, it } from 'vitest'
import { askFrom, handedOn, handedToken, REFUSED_ADDRESS } from '../../support/e2e/handed-on.ts'
import { istioAttachment, startIstioGateway } from '../../support/e2e/istio-gateway.ts'
import { shop } from '../../support/e2e/manifests.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

describe('Istio behind a load balancer that speaks the PROXY protocol', () => {
  const stack = useStack({
    resources: shop({ more: [handedOn] }),
    gateway: async (options) => {
      const proxyConfig = { gatewayTopology: { proxyProtocol: {} } }
      return startIstioGateway(options, { ...(await istioAttachment()), proxyConfig })
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
