import { describe, expect, it } from 'vitest'
import { attached, attachedKind } from '../../../support/attached.ts'

const SHOP = { host: ['shop.example.com'], upstream: 'web.shop:8080' }

const of = (kind: string, options = {}) => attachedKind('emissary', kind, { ...SHOP, ...options })

describe('the manifests for Emissary', () => {
  it('R1: fail closed, with 503 and after longer than a check may take', () => {
    expect(of('AuthService').spec).toMatchObject({
      failure_mode_allow: false,
      status_on_error: { code: 503 },
      timeout_ms: 5000,
    })
  })

  it('R1: ask about the route, too', () => {
    expect(of('Mapping').spec.bypass_auth).toBe(false)
  })

  it('R2: make the path that is judged the path that is served', () => {
    const { metadata, spec } = of('Module')
    expect(metadata.name).toBe('ambassador')
    expect(spec.config).toMatchObject({
      merge_slashes: true,
      reject_requests_with_escaped_slashes: false,
    })
  })

  it('R8: refuse headers with underscores, show every other header, and no body', () => {
    expect(of('Module').spec.config.headers_with_underscores_action).toBe('REJECT_REQUEST')
    expect(of('AuthService').spec).not.toHaveProperty('allowed_request_headers')
    expect(of('AuthService').spec).not.toHaveProperty('include_body')
  })

  it('ask the Service of the release by gRPC', () => {
    const { metadata, spec } = of('AuthService', { service: 'auth.iam:9443', namespace: 'edge' })
    expect(metadata.namespace).toBe('edge')
    expect(spec).toMatchObject({
      auth_service: 'auth.iam:9443',
      proto: 'grpc',
      protocol_version: 'v3',
    })
    expect(of('Module', { namespace: 'edge' }).metadata.namespace).toBe('edge')
  })

  it('make a Host with a certificate and a Mapping for each host', () => {
    const host = ['shop.example.com', '*.shop.example.com']
    const routes = attached('emissary', { ...SHOP, host })['route.yaml'] ?? []
    expect(routes.map(({ kind, spec }) => [kind, spec.hostname])).toEqual(
      host.flatMap((name) => [
        ['Host', name],
        ['Mapping', name],
      ]),
    )
    expect(of('Host').spec).toMatchObject({
      tlsSecret: { name: 'web-tls' },
      requestPolicy: { insecure: { action: 'Redirect' } },
    })
    expect(of('Mapping').spec.service).toBe('web.shop:8080')
  })

  it('C18: cut no event stream', () => {
    expect(of('Mapping').spec.timeout_ms).toBe(0)
  })

  it('need no route', () => {
    expect(Object.keys(attached('emissary'))).toEqual(['auth-service.yaml', 'module.yaml'])
  })
})

describe('the bodies of callbacks at Emissary', () => {
  it('are sent along by the AuthService, and no larger body is refused for that', () => {
    expect(of('AuthService', { callbackBody: true }).spec).toEqual({
      ...of('AuthService').spec,
      include_body: { max_bytes: 8192, allow_partial: true },
    })
  })
})
