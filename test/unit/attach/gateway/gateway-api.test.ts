import { describe, expect, it } from 'vitest'
import { attachedKind } from '../../../support/attached.ts'

const SHOP = { host: ['shop.example.com'], upstream: 'web.shop:8080' }

const of = (kind: string, options = {}) =>
  attachedKind('gateway-api', kind, { ...SHOP, ...options })

describe('the route of the Gateway API', () => {
  it('asks Sallyport before anything else, by gRPC and about every request', () => {
    const { rules } = of('HTTPRoute', { service: 'auth.iam:9443' }).spec
    expect(rules).toEqual([
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        timeouts: { request: '0s' },
        filters: [
          {
            type: 'ExternalAuth',
            externalAuth: {
              protocol: 'GRPC',
              backendRef: { name: 'auth', namespace: 'iam', port: 9443 },
              grpc: {},
            },
          },
        ],
        backendRefs: [{ name: 'web', port: 8080 }],
      },
    ])
  })

  it('is on the Gateway that is named, beside the protected Service', () => {
    const { metadata, spec } = of('HTTPRoute', { gateway: 'public.gateways' })
    expect(metadata).toEqual({ name: 'sallyport-web', namespace: 'shop' })
    expect(spec.parentRefs).toEqual([{ name: 'public', namespace: 'gateways' }])
    expect(spec.hostnames).toEqual(['shop.example.com'])
  })

  it('C18: cuts no event stream', () => {
    expect(of('HTTPRoute').spec.rules[0].timeouts).toEqual({ request: '0s' })
  })

  it('may refer to Sallyport in its own namespace', () => {
    expect(of('ReferenceGrant')).toMatchObject({
      metadata: { namespace: 'sallyport' },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }],
        to: [{ group: '', kind: 'Service', name: 'sallyport' }],
      },
    })
  })
})

describe('the bodies of callbacks by the filter of the Gateway API', () => {
  it('are sent along by a rule of these paths, which asks as the other one does', () => {
    const callbackPath = ['/login/done', '/oauth2/callback']
    const { rules } = of('HTTPRoute', { callbackBody: true, callbackPath }).spec
    const [everything] = of('HTTPRoute').spec.rules
    const [{ type, externalAuth }] = everything.filters
    expect(rules).toEqual([
      {
        ...everything,
        matches: callbackPath.map((value) => ({ path: { type: 'Exact', value } })),
        filters: [{ type, externalAuth: { ...externalAuth, forwardBody: { maxSize: 8192 } } }],
      },
      everything,
    ])
  })
})
