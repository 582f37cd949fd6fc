import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../../reading/json.ts'
import { kindOf, nameIn, namespaceIn } from '../../reading/kubernetes.ts'
import { beginningWith, regexPath } from '../../writing/patterns.ts'
import type { KongRoute } from './occurrence.ts'
import { type KongPath, routeMatches } from './route-matches.ts'

/** A path of an Ingress or HTTPRoute, and the plugins that it names, the nearest first. */
export interface ClusterRoute {
  readonly route: Omit<KongRoute, 'others'>
  readonly namespace: string | undefined
  readonly levels: readonly (readonly string[])[]
}

const annotationsOf = (object: JsonObject | undefined): JsonObject =>
  objectIn(objectIn(object?.metadata).annotations)

const listed = (object: JsonObject | undefined, name: string): readonly string[] =>
  (textIn(annotationsOf(object)[`konghq.com/${name}`]) ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

const BEYOND = /^konghq\.com\/(headers\..*|snis|override|regex-prefix|route-validation.*)$/

const beyondOf = (object: JsonObject): readonly string[] =>
  Object.keys(annotationsOf(object)).filter((one) => BEYOND.test(one))

const regexOf = (text: string): KongPath => {
  const pattern = regexPath(text)
  const path = pattern === undefined ? undefined : { path: { pattern } }
  return { path, isRegex: true, begins: '', length: 0 }
}

/** The controller makes a pattern of an exact path, and of whole segments a prefix beside it. */
const pathsOf = (type: unknown, path: string): readonly KongPath[] => {
  if (type === 'RegularExpression') return [regexOf(path)]
  if (path.startsWith('/~')) return [regexOf(path.slice(2))]
  const isWhole = type === 'Prefix' || type === 'PathPrefix'
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path
  const exact = { path: { path: { exact: path } }, isRegex: true, begins: path, length: 0 }
  if (type === 'Exact') return [exact]
  if (path === '/') return [{ path: {}, isRegex: false, begins: path, length: 1 }]
  const text = { isRegex: false, begins: isWhole ? trimmed : path, length: path.length }
  if (!isWhole) return [{ ...text, path: { path: { pattern: beginningWith(path) } } }]
  return [
    { ...exact, path: { path: { exact: trimmed } }, begins: trimmed },
    { ...text, path: { path: { prefix: trimmed } }, length: trimmed.length + 1 },
  ]
}

interface RouteGiven {
  readonly object: JsonObject
  readonly hosts: readonly string[]
  readonly path: string
  readonly type: unknown
  readonly methods: readonly string[]
  readonly beyond: readonly string[]
  readonly isUnordered: boolean
}

const routeOf = (given: RouteGiven): Omit<KongRoute, 'others'> => {
  const { object, path, type } = given
  const hosts = [...given.hosts, ...listed(object, 'host-aliases')]
  const paths = pathsOf(type, path)
  const beyond = [...beyondOf(object), ...given.beyond]
  return {
    name: nameIn(object),
    hosts,
    matches: routeMatches({
      hosts,
      paths,
      methods: [...given.methods, ...listed(object, 'methods')],
      headerCount: 0,
      furtherCount: 0,
      regexPriority: Number(annotationsOf(object)['konghq.com/regex-priority'] ?? 0),
      isUnordered: given.isUnordered || beyond.length > 0,
    }),
    beyond: [...beyond, ...(paths.some((one) => one.path === undefined) ? ['paths'] : [])],
  }
}

const pluginsOfServices = (
  objects: readonly JsonObject[],
  names: readonly unknown[],
  namespace: string | undefined,
): readonly string[] =>
  objects
    .filter((one) => kindOf(one) === 'Service' && namespaceIn(one) === namespace)
    .filter((one) => names.includes(nameIn(one)))
    .flatMap((one) => listed(one, 'plugins'))

const ofIngress = (
  ingress: JsonObject,
  objects: readonly JsonObject[],
): readonly ClusterRoute[] => {
  const namespace = namespaceIn(ingress)
  const rules = listIn(objectIn(ingress.spec).rules).filter(isObject)
  return rules.flatMap((rule) =>
    listIn(objectIn(rule.http).paths)
      .filter(isObject)
      .map((one) => ({
        route: routeOf({
          object: ingress,
          hosts: textsIn(rule.host),
          path: textIn(one.path) ?? '/',
          type: one.pathType,
          methods: [],
          beyond: [],
          isUnordered: false,
        }),
        namespace,
        levels: [
          listed(ingress, 'plugins'),
          pluginsOfServices(objects, [objectIn(objectIn(one.backend).service).name], namespace),
        ],
      })),
  )
}

const filtersOf = (rule: JsonObject): readonly string[] =>
  listIn(rule.filters).flatMap((one) => {
    const { kind, name } = objectIn(objectIn(one).extensionRef)
    return kind === 'KongPlugin' ? (textIn(name) ?? []) : []
  })

const CHOOSING = ['headers', 'queryParams']

const ofHttpRoute = (
  object: JsonObject,
  objects: readonly JsonObject[],
): readonly ClusterRoute[] => {
  const namespace = namespaceIn(object)
  const hosts = textsIn(objectIn(object.spec).hostnames)
  return listIn(objectIn(object.spec).rules)
    .filter(isObject)
    .flatMap((rule) => {
      const matches = listIn(rule.matches).filter(isObject)
      const services = listIn(rule.backendRefs).map((one) => objectIn(one).name)
      const levels = [
        [...listed(object, 'plugins'), ...filtersOf(rule)],
        pluginsOfServices(objects, services, namespace),
      ]
      return (matches.length === 0 ? [{}] : matches).map((one: JsonObject) => {
        const { type = 'PathPrefix', value = '/' } = objectIn(one.path)
        const methods = textsIn(one.method)
        const beyond = CHOOSING.filter((name) => one[name] !== undefined)
        const isUnordered = type === 'RegularExpression' || methods.length > 0
        const path = textIn(value) ?? '/'
        return {
          route: routeOf({ object, hosts, path, type, methods, beyond, isUnordered }),
          namespace,
          levels,
        }
      })
    })
}

/** Every path of the Ingresses and HTTPRoutes. */
export const clusterRoutes = (objects: readonly JsonObject[]): readonly ClusterRoute[] =>
  objects.flatMap((one) => {
    if (kindOf(one) === 'Ingress') return ofIngress(one, objects)
    return kindOf(one) === 'HTTPRoute' ? ofHttpRoute(one, objects) : []
  })
