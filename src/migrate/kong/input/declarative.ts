import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../../reading/json.ts'
import { beginningWith, regexPath } from '../../writing/patterns.ts'
import {
  type Consumer,
  type KongInput,
  type KongRoute,
  type Occurrence,
  type OtherPlugin,
  PLUGIN,
} from './occurrence.ts'
import { type KongPath, routeMatches } from './route-matches.ts'

/** Whether a document is a declarative configuration of Kong. */
export const isDeclarative = (document: JsonObject): boolean =>
  '_format_version' in document || 'services' in document || 'plugins' in document

const BEYOND = ['headers', 'snis', 'sources', 'destinations', 'expression']

const kongPath = (path: string): KongPath => {
  if (path.startsWith('~')) {
    const pattern = regexPath(path.slice(1))
    const read = pattern === undefined ? undefined : { path: { pattern } }
    return { path: read, isRegex: true, begins: '', length: 0 }
  }
  const read = path === '/' ? {} : { path: { pattern: beginningWith(path) } }
  return { path: read, isRegex: false, begins: path, length: path.length }
}

const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null

const matchesOf = (route: JsonObject): Pick<KongRoute, 'matches' | 'beyond'> => {
  const paths = textsIn(route.paths).map(kongPath)
  const beyond = BEYOND.filter((one) => isSet(route[one]))
  return {
    matches: routeMatches({
      hosts: textsIn(route.hosts),
      paths,
      methods: textsIn(route.methods),
      headerCount: Object.keys(objectIn(route.headers)).length,
      furtherCount: isSet(route.snis) ? 1 : 0,
      regexPriority: Number(route.regex_priority ?? 0),
      isUnordered: ['expression', 'sources', 'destinations'].some((one) => isSet(route[one])),
    }),
    beyond: [...beyond, ...(paths.some(({ path }) => path === undefined) ? ['paths'] : [])],
  }
}

interface Applied {
  readonly plugin: JsonObject
  /** What it is written at. */
  readonly owner: string
}

const enabled = (list: unknown): readonly JsonObject[] =>
  listIn(list)
    .filter(isObject)
    .filter((one) => one.enabled !== false)

const refersTo = (reference: unknown, entity: JsonObject): boolean => {
  const { name, id } = objectIn(reference)
  const wanted = [textIn(reference), textIn(name), textIn(id)].filter((one) => one !== undefined)
  return wanted.some((one) => one === entity.name || one === entity.id)
}

const nameOf = (entity: JsonObject): string => textIn(entity.name) ?? textIn(entity.id) ?? ''

const ofRoute = (
  document: JsonObject,
  service: JsonObject | undefined,
  route: JsonObject,
): readonly Applied[] => {
  const loose = enabled(document.plugins)
  const at = (owner: string) => (plugin: JsonObject) => ({ plugin, owner })
  return [
    ...enabled(route.plugins).map(at(nameOf(route))),
    ...loose.filter((one) => refersTo(one.route, route)).map(at(nameOf(route))),
    ...(service === undefined ? [] : enabled(service.plugins).map(at(nameOf(service)))),
    ...(service === undefined
      ? []
      : loose.filter((one) => refersTo(one.service, service)).map(at(nameOf(service)))),
    ...loose.filter((one) => one.route === undefined && one.service === undefined).map(at('kong')),
  ]
}

interface Guarded {
  readonly applied: Applied | undefined
  readonly route: KongRoute
}

const othersOf = (applied: readonly Applied[]): readonly OtherPlugin[] =>
  applied
    .filter(({ plugin }) => plugin.name !== PLUGIN)
    .map(({ plugin }) => ({ name: textIn(plugin.name) ?? '', config: objectIn(plugin.config) }))

const guardedBy = (
  document: JsonObject,
  service: JsonObject | undefined,
  route: JsonObject,
): Guarded => {
  const all = ofRoute(document, service, route)
  const read: KongRoute = {
    name: nameOf(route),
    hosts: textsIn(route.hosts),
    ...matchesOf(route),
    others: othersOf(all),
  }
  return { applied: all.find(({ plugin }) => plugin.name === PLUGIN), route: read }
}

const guardedIn = (document: JsonObject): readonly Guarded[] => {
  const services = listIn(document.services).filter(isObject)
  const loose = listIn(document.routes).filter(isObject)
  return [
    ...services.flatMap((service) =>
      listIn(service.routes)
        .filter(isObject)
        .map((route) => guardedBy(document, service, route)),
    ),
    ...loose.map((route) =>
      guardedBy(
        document,
        services.find((one) => refersTo(route.service, one)),
        route,
      ),
    ),
  ]
}

const consumersIn = (document: JsonObject): readonly Consumer[] =>
  listIn(document.consumers)
    .filter(isObject)
    .map((one) => ({
      username: textIn(one.username),
      customId: textIn(one.custom_id),
      id: textIn(one.id),
    }))

const allPlugins = (document: JsonObject): readonly Applied[] => {
  const services = listIn(document.services).filter(isObject)
  const routes = [...services.flatMap((one) => listIn(one.routes)), ...listIn(document.routes)]
  return [
    ...enabled(document.plugins).map((plugin) => ({ plugin, owner: 'kong' })),
    ...[...services, ...routes.filter(isObject)].flatMap((one) =>
      enabled(one.plugins).map((plugin) => ({ plugin, owner: nameOf(one) })),
    ),
  ].filter(({ plugin }) => plugin.name === PLUGIN)
}

interface Shared {
  readonly config: JsonObject
  readonly lacks: readonly string[]
}

/** The configuration of a plugin, over that of deck which it names by `_config`. */
const configOf = (document: JsonObject, plugin: JsonObject): Shared => {
  const own = objectIn(plugin.config)
  if (plugin._config === undefined) return { config: own, lacks: [] }
  const shared = objectIn(document._plugin_configs)[textIn(plugin._config) ?? '']
  return { config: { ...objectIn(shared), ...own }, lacks: isObject(shared) ? [] : ['_config'] }
}

/** The plugins of a declarative configuration, with the routes where each one counts. */
export const readDeclarative = (document: JsonObject): KongInput => {
  const guarded = guardedIn(document)
  const occurrences: readonly Occurrence[] = allPlugins(document).map(({ plugin, owner }) => ({
    name: owner,
    namespace: undefined,
    ...configOf(document, plugin),
    routes: guarded.filter(({ applied }) => applied?.plugin === plugin).map(({ route }) => route),
  }))
  const bare = guarded.filter(({ applied }) => applied === undefined).map(({ route }) => route)
  return { occurrences, bare, consumers: consumersIn(document) }
}
