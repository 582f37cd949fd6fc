import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../reading/json.ts'
import { kindOf, nameIn, namespaceIn } from '../reading/kubernetes.ts'
import { everyPath, type RankedMatch } from '../writing/ranked-match.ts'
import { pathMatch } from './path-match.ts'

/** What a policy is attached to: hosts, and the requests on them. */
export interface Target {
  readonly hosts: readonly string[]
  readonly matches: readonly RankedMatch[]
  readonly isGateway: boolean
}

/** How near a policy is to a request, where several hold for the same match. */
const NEAR = { gateway: 0, listener: 1, route: 2, rule: 3 } as const
type Nearness = (typeof NEAR)[keyof typeof NEAR]

const TYPES: Readonly<Record<string, number>> = { Exact: 3, RegularExpression: 2, PathPrefix: 1 }

const headerOf = (written: JsonObject): JsonObject => {
  const { type = 'Exact', name, value } = written
  const called = { name: String(name).toLowerCase() }
  return type === 'Exact' ? { ...called, value } : { ...called, pattern: value }
}

/** The path of a call of gRPC: its service, and then its method. */
const pathOfCall = ({ type, service, method }: JsonObject): JsonObject => {
  if (type === 'RegularExpression' || (service === undefined && method !== undefined)) {
    const value = `/${textIn(service) ?? '[^/]+'}/${textIn(method) ?? '[^/]+'}`
    return { type: 'RegularExpression', value }
  }
  if (service === undefined) return {}
  return method === undefined
    ? { type: 'PathPrefix', value: `/${textIn(service)}` }
    : { type: 'Exact', value: `/${textIn(service)}/${textIn(method)}` }
}

/** A match in the place that Envoy Gateway gives it among the others of a host. */
const matchOf = (one: JsonObject, near: Nearness): RankedMatch => {
  const written = isObject(one.method) ? pathOfCall(one.method) : objectIn(one.path)
  const { type = 'PathPrefix', value = '/' } = written
  const path = textIn(value) ?? '/'
  const methods = textsIn(one.method)
  const headers = listIn(one.headers).filter(isObject).map(headerOf)
  const parameters = listIn(one.queryParams)
  const kind = TYPES[String(type)]
  return {
    match: {
      ...pathMatch({ type, value }),
      ...(methods.length === 0 ? {} : { methods }),
      ...(headers.length === 0 ? {} : { headers }),
    },
    rank: [kind ?? 4, path.length, methods.length + headers.length, parameters.length, near],
    begins: type === 'RegularExpression' ? '' : path.replace(/\/+$/, ''),
    ...(parameters.length > 0 ? { beyond: ['queryParams of an HTTPRoute'] } : {}),
    ...(kind === undefined ? { isUnordered: true, beyond: [`paths of the type ${type}`] } : {}),
  }
}

const targetOfRoute = (
  route: JsonObject,
  hosts: readonly string[],
  near: Nearness,
  rule?: string,
): Target => {
  const rules = listIn(objectIn(route.spec).rules)
    .filter(isObject)
    .filter(({ name }) => rule === undefined || name === rule)
  const written = rules.flatMap((one) => {
    const matches = listIn(one.matches).filter(isObject)
    return matches.length === 0 ? [{}] : matches
  })
  const matches = (written.length === 0 ? [{}] : written).map((one) => matchOf(one, near))
  return { hosts, matches, isGateway: near < NEAR.route }
}

const hostsOfGateway = (gateway: JsonObject | undefined, listener?: string): readonly string[] =>
  listIn(objectIn(gateway?.spec).listeners)
    .map(objectIn)
    .filter(({ name }) => listener === undefined || name === listener)
    .flatMap((one) => textIn(one.hostname) ?? [])

const isCalled =
  (kind: string, name: unknown, namespace: string | undefined) => (one: JsonObject) =>
    kindOf(one) === kind && nameIn(one) === name && namespaceIn(one) === namespace

const parentHosts = (route: JsonObject, objects: readonly JsonObject[]): readonly string[] =>
  listIn(objectIn(route.spec).parentRefs).flatMap((one) => {
    const { name, namespace = namespaceIn(route), sectionName } = objectIn(one)
    const gateway = objects.find(isCalled('Gateway', name, textIn(namespace)))
    return hostsOfGateway(gateway, textIn(sectionName))
  })

const hostsOfRoute = (route: JsonObject, objects: readonly JsonObject[]): readonly string[] => {
  const hosts = textsIn(objectIn(route.spec).hostnames)
  return hosts.length > 0 ? hosts : parentHosts(route, objects)
}

const belowGateway = (
  gateway: JsonObject,
  objects: readonly JsonObject[],
  listener: string | undefined,
): readonly JsonObject[] =>
  objects.filter(
    (route) =>
      ['HTTPRoute', 'GRPCRoute'].includes(kindOf(route) ?? '') &&
      listIn(objectIn(route.spec).parentRefs)
        .map(objectIn)
        .some(
          ({ name, sectionName = listener }) =>
            name === nameIn(gateway) && (listener === undefined || sectionName === listener),
        ),
  )

/** A policy of a Gateway holds for its hosts, and for the paths of each route below it. */
const targetsOfGateway = (
  gateway: JsonObject,
  objects: readonly JsonObject[],
  listener: string | undefined,
): readonly Target[] => {
  const near = listener === undefined ? NEAR.gateway : NEAR.listener
  const own = hostsOfGateway(gateway, listener)
  const below = belowGateway(gateway, objects, listener).map((route) =>
    targetOfRoute(route, hostsOfRoute(route, objects), near),
  )
  const hosts = [...new Set([...own, ...below.flatMap((one) => one.hosts)])]
  return [{ hosts, matches: [everyPath(0, 0, 0, 0, near)], isGateway: true }, ...below]
}

interface Reference {
  readonly kind: string
  readonly name: unknown
  readonly section: string | undefined
}

const referencesOf = (spec: JsonObject): readonly Reference[] =>
  [...listIn(spec.targetRefs), ...(spec.targetRef === undefined ? [] : [spec.targetRef])]
    .filter(isObject)
    .map(({ kind, name, sectionName }) => ({
      kind: String(kind),
      name,
      section: textIn(sectionName),
    }))

const isSelected = (selector: JsonObject, object: JsonObject): boolean => {
  const labels = objectIn(objectIn(object.metadata).labels)
  const wanted = Object.entries(objectIn(selector.matchLabels))
  return (
    kindOf(object) === selector.kind &&
    selector.matchExpressions === undefined &&
    wanted.every(([name, value]) => labels[name] === value)
  )
}

const selectedBy = (policy: JsonObject, objects: readonly JsonObject[]): readonly Reference[] =>
  listIn(objectIn(policy.spec).targetSelectors)
    .filter(isObject)
    .flatMap((selector) =>
      objects
        .filter((one) => namespaceIn(one) === namespaceIn(policy) && isSelected(selector, one))
        .map((one) => ({
          kind: String(selector.kind),
          name: nameIn(one),
          section: undefined,
        })),
    )

const foundTarget = (
  { kind, name }: Reference,
  policy: JsonObject,
  objects: readonly JsonObject[],
): JsonObject | undefined => objects.find(isCalled(kind, name, namespaceIn(policy)))

/** The targets that a policy names and that are not among the objects. */
export const missingTargets = (
  policy: JsonObject,
  objects: readonly JsonObject[],
): readonly string[] =>
  referencesOf(objectIn(policy.spec))
    .filter((one) => foundTarget(one, policy, objects) === undefined)
    .map(({ kind, name }) => `${kind} ${String(name)}`)

/** Where a policy holds, as far as the other objects say. */
export const targetsOf = (policy: JsonObject, objects: readonly JsonObject[]): readonly Target[] =>
  [...referencesOf(objectIn(policy.spec)), ...selectedBy(policy, objects)].flatMap((one) => {
    const target = foundTarget(one, policy, objects)
    if (target === undefined) return []
    const { kind, section } = one
    if (kind === 'Gateway') return targetsOfGateway(target, objects, section)
    const near = section === undefined ? NEAR.route : NEAR.rule
    return [targetOfRoute(target, hostsOfRoute(target, objects), near, section)]
  })
