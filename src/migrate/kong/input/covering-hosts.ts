import { hostsAmong } from '../../writing/hosts.ts'
import type { KongInput, KongRoute } from './occurrence.ts'

const covers = (pattern: string, host: string): boolean => {
  if (pattern.startsWith('*')) return host.endsWith(pattern.slice(1)) && host !== pattern
  return pattern.endsWith('*') && host.startsWith(pattern.slice(0, -1))
}

const spread = (route: KongRoute, known: readonly string[]): readonly KongRoute[] => {
  if (route.hosts.length === 0) {
    return known.length === 0 ? [route] : [{ ...route, hosts: known }, route]
  }
  const more = known.filter((host) => route.hosts.some((one) => covers(one, host)))
  return [{ ...route, hosts: [...new Set([...route.hosts, ...more])] }]
}

/**
 * The same routes, each with the hosts of others that it holds for as well: in Kong a route of
 * every host, or of a wildcard, may go before one that names the host.
 */
export const coveringHosts = (input: KongInput): KongInput => {
  const all = [...input.occurrences.flatMap(({ routes }) => routes), ...input.bare]
  const known = hostsAmong(all.flatMap(({ hosts }) => hosts)).hosts
  return {
    ...input,
    occurrences: input.occurrences.map((one) => ({
      ...one,
      routes: one.routes.flatMap((route) => spread(route, known)),
    })),
    bare: input.bare.flatMap((route) => spread(route, known)),
  }
}
