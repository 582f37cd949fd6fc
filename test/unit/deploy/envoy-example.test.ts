import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const file = new URL('../../../deploy/examples/envoy/envoy.yaml', import.meta.url)
const text = readFileSync(file, 'utf8')
const example = parse(text)

const manager = example.static_resources.listeners[0].filter_chains[0].filters[0].typed_config
const [authorization] = manager.http_filters
const settings = authorization.typed_config

const seconds = (duration: string): number => Number(duration.replace('s', ''))

describe('the Envoy example', () => {
  it('R1: lets nothing through while Sallyport cannot be asked', () => {
    expect(settings.failure_mode_allow).toBe(false)
    expect(settings.status_on_error).toEqual({ code: 'ServiceUnavailable' })
    for (const door of ['filter_enabled', 'filter_enabled_metadata', 'shadow_mode']) {
      expect(settings).not.toHaveProperty(door)
    }
  })

  it('R1: asks about every route, before any other filter', () => {
    expect(authorization.name).toBe('envoy.filters.http.ext_authz')
    expect(manager.http_filters.map((filter: { name: string }) => filter.name)).toEqual([
      'envoy.filters.http.ext_authz',
      'envoy.filters.http.router',
    ])
    expect(text).not.toMatch(/disabled:|typed_per_filter_config/)
  })

  it('R2: routes on the path that was judged', () => {
    expect(manager).toMatchObject({
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
      strip_trailing_host_dot: true,
      use_remote_address: true,
    })
    expect(settings.clear_route_cache).toBe(false)
  })

  it('R8: shows Sallyport every header of a request', () => {
    expect(settings).not.toHaveProperty('allowed_headers')
    expect(settings).not.toHaveProperty('disallowed_headers')
    expect(manager.common_http_protocol_options.headers_with_underscores_action).toBe(
      'REJECT_REQUEST',
    )
  })

  it('A10: shows them line by line and byte by byte', () => {
    expect(settings.encode_raw_headers).toBe(true)
  })

  it('C18: has no route that cuts an event stream', () => {
    const hosts = manager.route_config.virtual_hosts as { routes: { route: object }[] }[]
    const routes = hosts.flatMap((host) => host.routes.map(({ route }) => route))
    expect(routes.length).toBeGreaterThan(0)
    for (const route of routes) expect(route).toMatchObject({ timeout: '0s' })
  })

  it('R9: refuses header changes that are malformed or touch routing', () => {
    expect(settings.validate_mutations).toBe(true)
    expect(settings.decoder_header_mutation_rules).toMatchObject({
      allow_all_routing: { value: false },
      allow_envoy: { value: false },
      disallow_is_error: { value: true },
    })
  })

  it('R31: logs neither queries nor cookies', () => {
    const format = JSON.stringify(manager.access_log)
    expect(format).not.toMatch(/COOKIE|REQ\(:PATH\)|REQ\(AUTHORIZATION\)/i)
    expect(format).toContain('%PATH(NQ:PATH)%')
  })

  it('R32: waits longer than a check may take by default', () => {
    expect(settings.transport_api_version).toBe('V3')
    expect(seconds(settings.grpc_service.timeout)).toBeGreaterThan(4)
  })
})
