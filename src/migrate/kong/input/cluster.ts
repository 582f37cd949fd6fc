import { type JsonObject, objectIn, textIn } from '../../reading/json.ts'
import { kindOf, nameIn, namespaceIn } from '../../reading/kubernetes.ts'
import { type ClusterRoute, clusterRoutes } from './cluster-routes.ts'
import {
  type KongInput,
  type KongRoute,
  type Occurrence,
  type OtherPlugin,
  PLUGIN,
} from './occurrence.ts'

const KINDS = ['KongPlugin', 'KongClusterPlugin']

const isGlobal = (plugin: JsonObject): boolean =>
  objectIn(objectIn(plugin.metadata).labels).global === 'true'

const isNamed = (plugin: JsonObject, names: readonly string[], { namespace }: ClusterRoute) =>
  names.includes(nameIn(plugin)) &&
  (kindOf(plugin) === 'KongClusterPlugin' || namespaceIn(plugin) === namespace)

/** The plugins openid-connect that count for a route: of itself, its Service, or all. */
const nearest = (route: ClusterRoute, plugins: readonly JsonObject[]): readonly JsonObject[] => {
  const named = route.levels.map((names) => plugins.filter((one) => isNamed(one, names, route)))
  return [...named, plugins.filter(isGlobal)].find((level) => level.length > 0) ?? []
}

const othersOf = (route: ClusterRoute, plugins: readonly JsonObject[]): readonly OtherPlugin[] => {
  const names = route.levels.flat()
  const isMeant = (one: JsonObject): boolean => isGlobal(one) || isNamed(one, names, route)
  const missing = names.filter((name) => !plugins.some((one) => isNamed(one, [name], route)))
  return [
    ...plugins
      .filter((one) => one.plugin !== PLUGIN && one.disabled !== true && isMeant(one))
      .map((one) => ({ name: textIn(one.plugin) ?? '', config: objectIn(one.config) })),
    ...missing.map((name) => ({
      name: `called ${name}, which is not among the files`,
      config: {},
    })),
  ]
}

const lacksOf = (plugin: JsonObject): readonly string[] =>
  ['configFrom', 'configPatches'].filter((one) => plugin[one] !== undefined)

/** The plugins of a cluster, with the Ingresses and HTTPRoutes that name them. */
export const readCluster = (objects: readonly JsonObject[]): KongInput => {
  const plugins = objects.filter((one) => KINDS.includes(kindOf(one) ?? ''))
  const guarding = plugins.filter((one) => one.plugin === PLUGIN && one.disabled !== true)
  const routes = clusterRoutes(objects).map((one) => ({
    ...one,
    applied: nearest(one, guarding),
    read: { ...one.route, others: othersOf(one, plugins) } satisfies KongRoute,
  }))
  const occurrences: readonly Occurrence[] = guarding.map((plugin) => {
    const own = routes.filter(({ applied }) => applied.includes(plugin))
    return {
      name: nameIn(plugin),
      namespace: namespaceIn(plugin) ?? own[0]?.namespace,
      config: objectIn(plugin.config),
      routes: own.map(({ read }) => read),
      lacks: lacksOf(plugin),
    }
  })
  const bare = routes.filter(({ applied }) => applied.length === 0).map(({ read }) => read)
  return { occurrences, bare, consumers: [] }
}
