import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../../reading/json.ts'
import { kindOf, nameIn, namespaceIn } from '../../reading/kubernetes.ts'
import { beginningWith, regexPath } from '../../writing/patterns.ts'
import {
  type KongInput,
  type KongRoute,
  type Occurrence,
  type OtherPlugin,
  PLUGIN,
} from './occurrence.ts'

const KINDS = ['KongPlugin', 'KongClusterPlugin']

const pluginsNamed = (object: JsonObject | undefined): readonly string[] =>
  (textIn(objectIn(objectIn(object?.metadata).annotations)['konghq.com/plugins']) ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

interface Guarded {
  readonly route: Omit<KongRoute, 'others'>
  readonly namespace: string | undefined
  readonly plugins: readonly string[]
}

const pathMatch = (type: unknown, path: string): JsonObject | undefined => {
  if (path.startsWith('/~')) {
    const pattern = regexPath(path.slice(2))
    return pattern === undefined ? undefined : { path: { pattern } }
  }
  if (type === 'Exact') return { path: { exact: path } }
  const prefix = path.length > 1 ? path.replace(/\/$/, '') : path
  if (prefix === '/') return {}
  return type === 'Prefix' || type === 'PathPrefix'
    ? { path: { prefix } }
    : { path: { pattern: beginningWith(path) } }
}

interface PathGiven {
  readonly name: string
  readonly hosts: readonly string[]
  readonly path: string
  readonly type: unknown
}

const guardedPath = ({ name, hosts, path, type }: PathGiven): Omit<KongRoute, 'others'> => {
  const match = pathMatch(type, path)
  const beyond = match === undefined ? ['paths'] : []
  if (match === undefined || Object.keys(match).length === 0) {
    return { name, hosts, match: [], rank: 0, beyond }
  }
  return { name, hosts, match: [match], rank: path.length, beyond }
}

const ofIngress = (ingress: JsonObject, objects: readonly JsonObject[]): readonly Guarded[] =>
  listIn(objectIn(ingress.spec).rules)
    .filter(isObject)
    .flatMap((rule) =>
      listIn(objectIn(rule.http).paths)
        .filter(isObject)
        .map((one) => {
          const service = textIn(objectIn(objectIn(one.backend).service).name)
          const behind = objects.find(
            (other) =>
              kindOf(other) === 'Service' &&
              nameIn(other) === service &&
              namespaceIn(other) === namespaceIn(ingress),
          )
          return {
            route: guardedPath({
              name: nameIn(ingress),
              hosts: textsIn(rule.host),
              path: textIn(one.path) ?? '/',
              type: one.pathType,
            }),
            namespace: namespaceIn(ingress),
            plugins: [...pluginsNamed(ingress), ...pluginsNamed(behind)],
          }
        }),
    )

const ofHttpRoute = (route: JsonObject): readonly Guarded[] =>
  listIn(objectIn(route.spec).rules)
    .filter(isObject)
    .flatMap((rule) => {
      const matches = listIn(rule.matches).filter(isObject)
      return (matches.length === 0 ? [{}] : matches).map((one: JsonObject) => {
        const { type = 'PathPrefix', value = '/' } = objectIn(one.path)
        return {
          route: guardedPath({
            name: nameIn(route),
            hosts: textsIn(objectIn(route.spec).hostnames),
            path: textIn(value) ?? '/',
            type,
          }),
          namespace: namespaceIn(route),
          plugins: pluginsNamed(route),
        }
      })
    })

const guardedIn = (objects: readonly JsonObject[]): readonly Guarded[] =>
  objects.flatMap((one) => {
    if (kindOf(one) === 'Ingress') return ofIngress(one, objects)
    return kindOf(one) === 'HTTPRoute' ? ofHttpRoute(one) : []
  })

const isGlobal = (plugin: JsonObject): boolean =>
  objectIn(objectIn(plugin.metadata).labels).global === 'true'

const isMeant = (plugin: JsonObject, { plugins, namespace }: Guarded): boolean =>
  isGlobal(plugin) ||
  (plugins.includes(nameIn(plugin)) &&
    (kindOf(plugin) === 'KongClusterPlugin' || namespaceIn(plugin) === namespace))

const lacksOf = (plugin: JsonObject): readonly string[] =>
  ['configFrom', 'configPatches'].filter((one) => plugin[one] !== undefined)

/** The plugins of a cluster, with the Ingresses and HTTPRoutes that name them. */
export const readCluster = (objects: readonly JsonObject[]): KongInput => {
  const plugins = objects.filter(
    (one) => KINDS.includes(kindOf(one) ?? '') && one.disabled !== true,
  )
  const guarded = guardedIn(objects)
  const othersOf = (one: Guarded): readonly OtherPlugin[] =>
    plugins
      .filter((plugin) => plugin.plugin !== PLUGIN && isMeant(plugin, one))
      .map((plugin) => ({ name: textIn(plugin.plugin) ?? '', config: objectIn(plugin.config) }))
  const occurrences: readonly Occurrence[] = plugins
    .filter(({ plugin }) => plugin === PLUGIN)
    .map((plugin) => ({
      name: nameIn(plugin),
      namespace: namespaceIn(plugin) ?? guarded.find((one) => isMeant(plugin, one))?.namespace,
      config: objectIn(plugin.config),
      routes: guarded
        .filter((one) => isMeant(plugin, one))
        .map((one) => ({ ...one.route, others: othersOf(one) })),
      lacks: lacksOf(plugin),
    }))
  return { occurrences, consumers: [] }
}
