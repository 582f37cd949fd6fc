import { describe, expect, it } from 'vitest'
import type {
  OIDCClientSpec,
  ProtectedRouteSpec,
} from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

type Server = NonNullable<
  NonNullable<ProtectedRouteSpec['protectedResource']>['authorizationServer']
>

const bearer = (name: string) => ({
  bearer: { providerRef: { name }, audiences: ['api'], maxBytes: 65_536 },
})

const compile = (
  server: Partial<Server> = {},
  client: Partial<OIDCClientSpec> = {},
  spec: Partial<ProtectedRouteSpec> = {},
) =>
  compiled([
    anIdentityProvider(),
    anIdentityProvider('shop/other', { issuer: 'https://login.example.com' }),
    anOidcClient(),
    anOidcClient('shop/gateway', { clientId: 'gateway', ...client }),
    aSecret(),
    aProtectedRoute('shop/shop', {
      authenticate: [bearer('keycloak')],
      protectedResource: {
        paths: ['/mcp', '/api'],
        port: 8443,
        authorizationServer: { clientRef: { name: 'gateway' }, ...server },
      },
      ...spec,
    }),
  ])

const told = (...of: Parameters<typeof compile>) =>
  compile(...of).problems.map(({ field, message }) => [
    field.join('.').replace('spec.protectedResource.authorizationServer', '…'),
    message.replace('; its hosts answer 503 until it is mended.', ''),
  ])

describe('authorizationServer', () => {
  it('is of the host of the resources, with its client and what is allowed', () => {
    const redirectURIs = ['https://app.example.com/callback', 'cursor://x/y']
    const documentHosts = ['*', '*.example.com', 'claude.ai', '*.example.org:8443']
    expect(told({ redirectURIs, documentHosts })).toEqual([])
    const { resources } = policyOf(compile({ redirectURIs, documentHosts }))
    expect(resources?.authorizationServer).toMatchObject({
      client: { name: 'shop/gateway', clientId: 'gateway' },
      redirectURIs: new Set(redirectURIs),
      documentHosts: {
        any: true,
        hosts: new Set(['claude.ai']),
        below: ['.example.com', '.example.org:8443'],
      },
    })
  })

  it('takes documents of nobody where none are listed', () => {
    const { resources } = policyOf(compile())
    expect(resources?.authorizationServer).not.toHaveProperty('documentHosts')
  })

  it('has its redirect URI among those to register, and nothing of a login', () => {
    const { registrations } = compile()
    const gateway = registrations.find(({ clientId }) => clientId === 'gateway')
    expect(gateway).toMatchObject({
      routes: ['shop/shop'],
      redirectUris: ['https://shop.example.com:8443/oauth2/return'],
      postLogoutRedirectUris: [],
    })
  })

  it.each([
    ['https://APP.example.com/', 'lower case'],
    ['javascript:alert(1)', 'scheme javascript'],
    ['http://app.example.com/', 'plain http'],
    ['http://127.0.0.1:7/callback', 'is allowed on every port already'],
  ])('refuses the redirect URI %s', (uri, words) => {
    const [[field, message] = []] = told({ redirectURIs: [uri] })
    expect(field).toBe('….redirectURIs.0')
    expect(message).toContain(words)
  })

  it('refuses documents of whoever has a name below a public suffix', () => {
    const [[field, message] = []] = told({ documentHosts: ['*.co.uk'] })
    expect(field).toBe('….documentHosts.0')
    expect(message).toContain('list the hosts')
  })

  it('refuses a client that is not there', () => {
    expect(told({ clientRef: { name: 'nobody' } })).toEqual([
      ['….clientRef', expect.stringContaining('OIDCClient shop/nobody was not found')],
    ])
  })

  it('refuses a client of a provider whose tokens no rule takes, for each path', () => {
    const problems = told({}, { providerRef: { name: 'other' } })
    expect(problems).toEqual([
      ['….clientRef', expect.stringContaining('no rule for "/mcp" takes tokens of that one')],
      ['….clientRef', expect.stringContaining('no rule for "/api" takes tokens of that one')],
    ])
  })

  it('says nothing of the client where the provider of a rule cannot be used', () => {
    const fields = told({}, {}, { authenticate: [bearer('nobody')] }).map(([field]) => field)
    expect(fields).toEqual(['spec.authenticate.0.bearer.providerRef'])
  })

  it('refuses a client whose tokens are bound, or that is answered by a form', () => {
    expect(told({}, { senderConstrained: 'DPoP' })).toEqual([
      ['….clientRef', expect.stringContaining('`senderConstrained: DPoP`')],
    ])
    const { spec } = anOidcClient()
    const authorizationRequest = {
      ...spec.authorizationRequest,
      responseMode: 'form_post' as const,
    }
    expect(told({}, { authorizationRequest })).toEqual([
      ['….clientRef', expect.stringContaining('responseMode: form_post')],
    ])
  })

  it('refuses paths of clients of the host that are its own', () => {
    const { spec } = anOidcClient()
    const resources = compiled([
      anIdentityProvider(),
      anOidcClient('shop/shop', { callback: { ...spec.callback, path: '/oauth2/return' } }),
      anOidcClient('shop/gateway', { clientId: 'gateway' }),
      aSecret(),
      aProtectedRoute('shop/shop', {
        authenticate: [{ session: {} }, bearer('keycloak')],
        protectedResource: {
          paths: ['/mcp'],
          port: 443,
          authorizationServer: { clientRef: { name: 'gateway' } },
        },
      }),
    ])
    expect(resources.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('"/oauth2/return" is one of OIDCClient shop/shop'),
    ])
  })
})
