import { describe, expect, it } from 'vitest'
import { attached } from '../../../support/attached.ts'

const configuration = (options = {}) => attached('envoy', options)['envoy.yaml']?.[0]

const endpoint = (name: string, options = {}) =>
  configuration(options).static_resources.clusters.find(
    (one: { name: string }) => one.name === name,
  ).load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address

const domains = (options = {}) =>
  configuration(options).static_resources.listeners[0].filter_chains[0].filters[0].typed_config
    .route_config.virtual_hosts[0].domains

describe('the configuration for a plain Envoy', () => {
  it('leaves open what only its operator knows', () => {
    expect(endpoint('sallyport')).toEqual({
      address: '$' + '{EXT_AUTHZ_ADDRESS}',
      port_value: '$' + '{EXT_AUTHZ_PORT}',
    })
    expect(endpoint('upstream')).toEqual({
      address: '$' + '{UPSTREAM_ADDRESS}',
      port_value: '$' + '{UPSTREAM_PORT}',
    })
    expect(domains()).toEqual(['*'])
  })

  it('names the Services of a cluster, in its domain', () => {
    const options = { service: 'auth.iam:9443', upstream: 'web.shop:8080' }
    expect(endpoint('sallyport', options)).toEqual({
      address: 'auth.iam.svc.cluster.local',
      port_value: 9443,
    })
    expect(endpoint('upstream', { ...options, clusterDomain: 'corp.example' })).toEqual({
      address: 'web.shop.svc.corp.example',
      port_value: 8080,
    })
  })

  it('serves the hosts that are named, and no other', () => {
    const host = ['shop.example.com', '*.shop.example.com']
    expect(domains({ host })).toEqual(host)
  })
})

describe('the bodies of callbacks behind a plain Envoy', () => {
  const routes = (options = {}) =>
    configuration(options).static_resources.listeners[0].filter_chains[0].filters[0].typed_config
      .route_config.virtual_hosts[0].routes

  it('are sent along by routes of these paths, before the one of all others', () => {
    const paths = { callbackBody: true, callbackPath: ['/login/done', '/oauth2/callback'] }
    const all = routes(paths)
    expect(all.map(({ match }: { match: unknown }) => match)).toEqual([
      { path: '/login/done' },
      { path: '/oauth2/callback' },
      { prefix: '/' },
    ])
    const { typed_per_filter_config: settings, route } = all[0]
    expect(settings['envoy.filters.http.ext_authz'].check_settings).toEqual({
      with_request_body: { max_request_bytes: 8192, allow_partial_message: true },
    })
    expect(route).toEqual(all[2].route)
    expect(all[2]).not.toHaveProperty('typed_per_filter_config')
  })

  it('R2: and no body is, unless that is asked for', () => {
    expect(routes().map(({ match }: { match: unknown }) => match)).toEqual([{ prefix: '/' }])
  })
})
