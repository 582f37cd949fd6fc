import { describe, expect, it } from 'vitest'
import { attached, attachedKind } from '../../../support/attached.ts'

const provider = (options = {}) => {
  const [{ meshConfig }] = attached('istio', options)['mesh-config.yaml'] ?? []
  return meshConfig
}

const policy = (options = {}) => attachedKind('istio', 'AuthorizationPolicy', options)

describe('the mesh configuration for Istio', () => {
  it('R2: decodes and merges slashes before a path is judged', () => {
    expect(provider().pathNormalization).toEqual({ normalization: 'MERGE_SLASHES' })
  })

  it('R1: fails closed, with 503 and after longer than a check may take', () => {
    const [{ envoyExtAuthzGrpc: settings }] = provider().extensionProviders
    expect(settings).toEqual({
      service: 'sallyport.sallyport.svc.cluster.local',
      port: 9001,
      timeout: '5s',
      failOpen: false,
      statusOnError: '503',
    })
  })

  it('names the Service of the release, in the domain of the cluster', () => {
    const options = { service: 'auth-sallyport.auth:9443', clusterDomain: 'corp.example' }
    const [{ envoyExtAuthzGrpc: settings }] = provider(options).extensionProviders
    expect(settings.service).toBe('auth-sallyport.auth.svc.corp.example')
    expect(settings.port).toBe(9443)
  })

  it('is asked by the name that the policy asks for', () => {
    expect(policy().spec.provider).toEqual({ name: provider().extensionProviders[0].name })
    expect(policy().spec.action).toBe('CUSTOM')
  })
})

describe('the policy for Istio', () => {
  it('is about every request where no host is named', () => {
    expect(policy().spec.rules).toEqual([{}])
  })

  it('is about a host with any port and any trailing dot', () => {
    expect(policy({ host: ['shop.example.com', 'app.example.com'] }).spec.rules).toEqual([
      { to: [{ operation: { hosts: ['shop.example.com*', 'app.example.com*'] } }] },
    ])
  })

  it('is about every request where a host is a wildcard, whose ports it could not match', () => {
    expect(policy({ host: ['shop.example.com', '*.example.com'] }).spec.rules).toEqual([{}])
  })

  it('is about the pods of the default ingress gateway', () => {
    expect(policy().metadata).toEqual({ name: 'sallyport', namespace: 'istio-system' })
    expect(policy().spec.selector).toEqual({ matchLabels: { istio: 'ingressgateway' } })
  })

  it('is about the pods of another gateway', () => {
    const options = { selector: 'istio=edge', namespace: 'edge' }
    expect(policy(options).metadata.namespace).toBe('edge')
    expect(policy(options).spec.selector).toEqual({ matchLabels: { istio: 'edge' } })
  })

  it('is about a Gateway of the Gateway API, beside it', () => {
    const { metadata, spec } = policy({ gateway: 'public.gateways' })
    expect(metadata.namespace).toBe('gateways')
    expect(spec).not.toHaveProperty('selector')
    expect(spec.targetRefs).toEqual([
      { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' },
    ])
  })
})

describe('the bodies of callbacks at Istio', () => {
  it('are sent along by the provider, and no larger body is refused for that', () => {
    const [{ envoyExtAuthzGrpc: settings }] = provider({ callbackBody: true }).extensionProviders
    expect(settings.includeRequestBodyInCheck).toEqual({
      maxRequestBytes: 8192,
      allowPartialMessage: true,
    })
  })
})
