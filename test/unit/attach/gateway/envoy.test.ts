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
