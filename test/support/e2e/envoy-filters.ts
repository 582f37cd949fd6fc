import type { Document } from 'yaml'

const FILTERS = [
  ...['static_resources', 'listeners', 0, 'filter_chains', 0, 'filters', 0, 'typed_config'],
  'http_filters',
] as const

/** The type of a filter's configuration, by its folder and name in Envoy's API. */
export const typeOf = (name: string): string =>
  `type.googleapis.com/envoy.extensions.filters.http.${name}`

/** Puts filters between the check and the router, in this order. */
export const addFilters = (configuration: Document, filters: readonly object[]): void => {
  for (const [at, filter] of filters.entries()) {
    const node = configuration.createNode(filter)
    const list = configuration.getIn(FILTERS) as { items: unknown[] }
    list.items.splice(1 + at, 0, node)
  }
}

/** Adds a cluster of one address of this machine. */
export const addCluster = (configuration: Document, name: string, port: number): void => {
  const address = { socket_address: { address: '127.0.0.1', port_value: port } }
  configuration.addIn(['static_resources', 'clusters'], {
    name,
    type: 'STATIC',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  })
}
