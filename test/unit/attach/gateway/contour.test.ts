import { describe, expect, it } from 'vitest'
import { attached, attachedKind } from '../../../support/attached.ts'

const SHOP = { host: ['shop.example.com'], upstream: 'web.shop:8080' }

const of = (kind: string, options = {}) => attachedKind('contour', kind, { ...SHOP, ...options })

describe('the manifests for Contour', () => {
  it('R1: fail closed, after longer than a check may take', () => {
    const { authorization } = of('HTTPProxy').spec.virtualhost
    expect(authorization).toEqual({
      extensionRef: { name: 'sallyport', namespace: 'sallyport' },
      responseTimeout: '5s',
      failOpen: false,
    })
  })

  it('R1: ask about every route of the host', () => {
    expect(of('HTTPProxy').spec.virtualhost.authorization).not.toHaveProperty('authPolicy')
    expect(of('HTTPProxy').spec.routes).toEqual([
      {
        conditions: [{ prefix: '/' }],
        timeoutPolicy: { response: 'infinity' },
        services: [{ name: 'web', port: 8080 }],
      },
    ])
  })

  it('C18: cut no event stream', () => {
    expect(of('HTTPProxy').spec.routes[0].timeoutPolicy).toEqual({ response: 'infinity' })
  })

  it('end TLS, without which Contour refuses to ask', () => {
    expect(of('HTTPProxy').spec.virtualhost.tls).toEqual({ secretName: 'web-tls' })
    expect(of('HTTPProxy', { tlsSecret: 'wildcard' }).spec.virtualhost.tls.secretName).toBe(
      'wildcard',
    )
  })

  it('ask the Service of the release by plain HTTP/2, beside it', () => {
    const { metadata, spec } = of('ExtensionService', { service: 'auth.iam:9443' })
    expect(metadata.namespace).toBe('iam')
    expect(spec.services).toEqual([{ name: 'auth', port: 9443 }])
    expect(spec.protocol).toBe('h2c')
    expect(spec.circuitBreakerPolicy.maxRequests).toBe(4096)
  })

  it('make one proxy for each host, beside the protected Service', () => {
    const host = ['shop.example.com', '*.shop.example.com']
    const proxies = attached('contour', { ...SHOP, host })['route.yaml']
    expect(proxies?.map(({ metadata }) => metadata)).toEqual([
      { name: 'shop.example.com', namespace: 'shop' },
      { name: 'any.shop.example.com', namespace: 'shop' },
    ])
    expect(proxies?.map(({ spec }) => spec.virtualhost.fqdn)).toEqual(host)
  })
})

describe('the bodies of callbacks at Contour', () => {
  it('are sent along for each host, and no larger body is refused for that', () => {
    expect(of('HTTPProxy', { callbackBody: true }).spec.virtualhost.authorization).toEqual({
      ...of('HTTPProxy').spec.virtualhost.authorization,
      withRequestBody: { maxRequestBytes: 8192, allowPartialMessage: true },
    })
  })
})
