import { describe, expect, it } from 'vitest'
import { attached, attachedKind } from '../../../support/attached.ts'

const of = (kind: string, options = {}) => attachedKind('kgateway', kind, options)

describe('the manifests for kgateway', () => {
  it('R1: fail closed, with 503 and after longer than a check may take', () => {
    const { extAuth } = of('GatewayExtension').spec
    expect(extAuth).toMatchObject({ failOpen: false, statusOnError: 503 })
    expect(extAuth.grpcService.requestTimeout).toBe('5s')
  })

  it('R1: ask about every request of the Gateway, not about a share', () => {
    expect(of('TrafficPolicy').spec).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'http' }],
      extAuth: { extensionRef: { name: of('GatewayExtension').metadata.name } },
    })
    expect(of('GatewayExtension').spec.extAuth).not.toHaveProperty('percentageEnabled')
  })

  it('R2: keep the route that the decision was made for', () => {
    expect(of('GatewayExtension').spec.extAuth.clearRouteCache).toBe(false)
  })

  it('R8: show Sallyport every header, and no body', () => {
    const { extAuth } = of('GatewayExtension').spec
    expect(extAuth).not.toHaveProperty('headersToForward')
    expect(extAuth).not.toHaveProperty('withRequestBody')
  })

  it('ask the Service of the release, which they may refer to', () => {
    const options = { service: 'auth.iam:9443', gateway: 'public.gateways' }
    expect(of('GatewayExtension', options).metadata.namespace).toBe('gateways')
    expect(of('TrafficPolicy', options).metadata.namespace).toBe('gateways')
    expect(of('GatewayExtension', options).spec.extAuth.grpcService.backendRef).toEqual({
      name: 'auth',
      namespace: 'iam',
      port: 9443,
    })
    expect(of('ReferenceGrant', options)).toMatchObject({
      metadata: { namespace: 'iam' },
      spec: {
        from: [{ group: 'gateway.kgateway.dev', kind: 'GatewayExtension', namespace: 'gateways' }],
        to: [{ group: '', kind: 'Service', name: 'auth' }],
      },
    })
  })

  it('bring the hosts to the protected Service where one is named', () => {
    const { spec } = of('HTTPRoute', { host: ['shop.example.com'], upstream: 'web.shop:80' })
    expect(spec.parentRefs).toEqual([{ name: 'http', namespace: 'kgateway-system' }])
    expect(spec.hostnames).toEqual(['shop.example.com'])
  })
})

describe('the bodies of callbacks at kgateway', () => {
  const options = {
    gateway: 'public.gateways',
    host: ['shop.example.com'],
    upstream: 'web.shop:80',
    callbackBody: true,
  }
  const [route, policy] = attached('kgateway', options)['callback.yaml'] ?? []

  it('are sent along by a policy on a route of these paths', () => {
    expect(route.metadata).toEqual({ name: 'sallyport-web-callback', namespace: 'shop' })
    expect(route.spec.rules[0].matches).toEqual([
      { path: { type: 'Exact', value: '/oauth2/callback' } },
    ])
    expect(policy.metadata.namespace).toBe('shop')
    expect(policy.spec).toEqual({
      targetRefs: [
        { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: route.metadata.name },
      ],
      extAuth: {
        extensionRef: { name: 'sallyport', namespace: 'gateways' },
        withRequestBody: { maxRequestBytes: 8192, allowPartialMessage: true },
      },
    })
  })
})
