import { describe, expect, it } from 'vitest'
import { attached, attachedKind } from '../../../support/attached.ts'

const of = (kind: string, options = {}) => attachedKind('envoy-gateway', kind, options)

const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'eg' }

describe('the SecurityPolicy for Envoy Gateway', () => {
  it('is about every request of the Gateway, beside it', () => {
    const { metadata, spec } = of('SecurityPolicy')
    expect(metadata.namespace).toBe('default')
    expect(spec.targetRefs).toEqual([GATEWAY])
  })

  it('R1: fails closed, with 503 and after longer than a check may take', () => {
    const { extAuth } = of('SecurityPolicy').spec
    expect(extAuth).toMatchObject({ failOpen: false, statusOnError: 503, timeout: '5s' })
  })

  it('R2: keeps the route that the decision was made for', () => {
    expect(of('SecurityPolicy').spec.extAuth.recomputeRoute).toBe(false)
  })

  it('R8: shows Sallyport every header, and no body', () => {
    const { extAuth } = of('SecurityPolicy').spec
    expect(extAuth).not.toHaveProperty('headersToExtAuth')
    expect(extAuth).not.toHaveProperty('bodyToExtAuth')
  })

  it('asks the Service of the release by gRPC, again only where it was not heard', () => {
    const { grpc } = of('SecurityPolicy', { service: 'auth.iam:9443' }).spec.extAuth
    expect(grpc.backendRefs).toEqual([{ name: 'auth', namespace: 'iam', port: 9443 }])
    expect(grpc.backendSettings.retry).toEqual({
      numRetries: 1,
      retryOn: { triggers: ['connect-failure', 'refused-stream'] },
    })
    expect(grpc.backendSettings.circuitBreaker.maxParallelRequests).toBe(4096)
  })
})

describe('the ClientTrafficPolicy for Envoy Gateway', () => {
  it('R2: makes the path that is judged the path that is served', () => {
    const { metadata, spec } = of('ClientTrafficPolicy')
    expect(metadata.namespace).toBe('default')
    expect(spec.targetRefs).toEqual([GATEWAY])
    expect(spec.path).toEqual({
      escapedSlashesAction: 'KeepUnchanged',
      disableMergeSlashes: false,
    })
  })

  it('R8: refuses headers with underscores', () => {
    expect(of('ClientTrafficPolicy').spec.headers).toEqual({
      withUnderscoresAction: 'RejectRequest',
      host: { stripTrailingHostDot: true },
    })
  })
})

describe('the rest for Envoy Gateway', () => {
  it('lets the policy refer to Sallyport in its own namespace', () => {
    const { metadata, spec } = of('ReferenceGrant', { gateway: 'public.gateways' })
    expect(metadata.namespace).toBe('sallyport')
    expect(spec).toEqual({
      from: [{ group: 'gateway.envoyproxy.io', kind: 'SecurityPolicy', namespace: 'gateways' }],
      to: [{ group: '', kind: 'Service', name: 'sallyport' }],
    })
  })

  it('needs no grant within one namespace', () => {
    const kinds = attached('envoy-gateway', { gateway: 'public.sallyport' })['policies.yaml']
    expect(kinds?.map((one) => one.kind)).toEqual(['SecurityPolicy', 'ClientTrafficPolicy'])
  })

  it('brings the hosts to the protected Service where one is named', () => {
    const options = {
      gateway: 'public.gateways',
      host: ['shop.example.com', '*.shop.example.com'],
      upstream: 'web.shop:8080',
    }
    const { metadata, spec } = of('HTTPRoute', options)
    expect(metadata).toEqual({ name: 'sallyport-web', namespace: 'shop' })
    expect(spec.parentRefs).toEqual([{ name: 'public', namespace: 'gateways' }])
    expect(spec.hostnames).toEqual(['shop.example.com', '*.shop.example.com'])
    expect(spec.rules).toEqual([
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        timeouts: { request: '0s' },
        backendRefs: [{ name: 'web', port: 8080 }],
      },
    ])
    expect(attached('envoy-gateway')).not.toHaveProperty('route.yaml')
  })
})

describe('the bodies of callbacks at Envoy Gateway', () => {
  const options = {
    gateway: 'public.gateways',
    host: ['shop.example.com'],
    upstream: 'web.shop:8080',
    callbackBody: true,
    callbackPath: ['/login/done', '/oauth2/callback'],
  }
  const [route, policy, ...others] = attached('envoy-gateway', options)['callback.yaml'] ?? []
  const [everything] = attached('envoy-gateway', options)['policies.yaml'] ?? []

  it('are sent along by a policy on a route of these paths', () => {
    expect(route.metadata).toEqual({ name: 'sallyport-web-callback', namespace: 'shop' })
    expect(route.spec.parentRefs).toEqual([{ name: 'public', namespace: 'gateways' }])
    expect(route.spec.hostnames).toEqual(['shop.example.com'])
    expect(route.spec.rules[0].matches).toEqual([
      { path: { type: 'Exact', value: '/login/done' } },
      { path: { type: 'Exact', value: '/oauth2/callback' } },
    ])
    expect(policy.metadata).toEqual({ name: 'sallyport-web-callback', namespace: 'shop' })
    expect(policy.spec.targetRefs).toEqual([
      { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: route.metadata.name },
    ])
  })

  it('R1: and asked about as everything else, for the policy stands in for that of the Gateway', () => {
    expect(policy.spec.extAuth).toEqual({
      ...everything.spec.extAuth,
      bodyToExtAuth: { maxRequestBytes: 8192 },
    })
    expect(everything.spec.extAuth).not.toHaveProperty('bodyToExtAuth')
  })

  it('by a policy that may refer to Sallyport', () => {
    expect(others.map(({ kind, spec }) => [kind, spec.from[0].namespace])).toEqual([
      ['ReferenceGrant', 'shop'],
    ])
    const beside = { ...options, gateway: 'public.shop' }
    const kinds = attached('envoy-gateway', beside)['callback.yaml']?.map(({ kind }) => kind)
    expect(kinds).toEqual(['HTTPRoute', 'SecurityPolicy'])
  })
})
