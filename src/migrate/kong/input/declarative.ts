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

/** Whether a document is a declarative configuration of Kong. */
export const isDeclarative = (document: JsonObject): boolean =>
  '_format_version' in document || 'services' in document || 'plugins' in document

const REGEX_RANK = 100_000
const BEYOND = ['headers', 'snis', 'sources', 'destinations', 'expression']

interface PathRead {
  readonly match: JsonObject
  readonly rank: number
}

/** A path as Kong has it; nothing for a pattern that nobody can hold a path against here. */
const pathRead = (path: string): PathRead | undefined => {
  if (path.startsWith('~')) {
    const pattern = regexPath(path.slice(1))
    return pattern === undefined
      ? undefined
      : { match: { path: { pattern } }, rank: REGEX_RANK + path.length }
  }
  const match = path === '/' ? {} : { path: { pattern: beginningWith(path) } }
  return { match, rank: path === '/' ? 0 : path.length }
}

const matchOf = (route: JsonObject): Pick<KongRoute, 'match' | 'rank' | 'beyond'> => {
  const read = textsIn(route.paths).map(pathRead)
  const paths = read.filter((one) => one !== undefined)
  const methods = textsIn(route.methods)
  const method = methods.length === 0 ? {} : { methods }
  const match = (read.length === 0 ? [{}] : paths.map((one) => one.match)).map((one) => ({
    ...one,
    ...method,
  }))
  const isWhole = match.some((one) => Object.keys(one).length === 0)
  const beyond = BEYOND.filter((one) => route[one] !== undefined && route[one] !== null)
  return {
    match: isWhole ? [] : match,
    rank: Math.max(0, ...paths.map(({ rank }) => rank)),
    beyond: [...beyond, ...(paths.length < read.length ? ['paths'] : [])],
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
  readonly applied: Applied
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
): readonly Guarded[] => {
  const all = ofRoute(document, service, route)
  const applied = all.find(({ plugin }) => plugin.name === PLUGIN)
  if (applied === undefined) return []
  const read: KongRoute = {
    name: nameOf(route),
    hosts: textsIn(route.hosts),
    ...matchOf(route),
    others: othersOf(all),
  }
  return [{ applied, route: read }]
}

const guardedIn = (document: JsonObject): readonly Guarded[] => {
  const services = listIn(document.services).filter(isObject)
  const loose = listIn(document.routes).filter(isObject)
  return [
    ...services.flatMap((service) =>
      listIn(service.routes)
        .filter(isObject)
        .flatMap((route) => guardedBy(document, service, route)),
    ),
    ...loose.flatMap((route) =>
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

/** The plugins of a declarative configuration, with the routes where each one counts. */
export const readDeclarative = (document: JsonObject): KongInput => {
  const guarded = guardedIn(document)
  const occurrences: readonly Occurrence[] = allPlugins(document).map(({ plugin, owner }) => ({
    name: owner,
    namespace: undefined,
    config: objectIn(plugin.config),
    routes: guarded.filter(({ applied }) => applied.plugin === plugin).map(({ route }) => route),
    lacks: [],
  }))
  return { occurrences, consumers: consumersIn(document) }
}
