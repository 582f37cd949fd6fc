import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../reading/json.ts'
import { kindOf, nameIn, namespaceIn } from '../reading/kubernetes.ts'
import { pathMatch } from './path-match.ts'

/** What a policy is attached to: hosts, and the conditions of one rule. */
export interface Target {
  readonly hosts: readonly string[]
  readonly match: readonly JsonObject[]
  readonly rank: number
  readonly isGateway: boolean
}

const EXACT_RANK = 100_000

const matchOf = (one: JsonObject): { readonly match: JsonObject; readonly rank: number } => {
  const written = objectIn(one.path)
  const methods = textsIn(one.method)
  const match = { ...pathMatch(written), ...(methods.length === 0 ? {} : { methods }) }
  const length = textIn(written.value)?.length ?? 0
  return { match, rank: written.type === 'Exact' ? EXACT_RANK : length }
}

const hasHeaders = (one: unknown): boolean =>
  isObject(one) && (one.headers !== undefined || one.queryParams !== undefined)

const targetOfRoute = (route: JsonObject, hosts: readonly string[], rule?: string): Target => {
  const rules = listIn(objectIn(route.spec).rules)
    .filter(isObject)
    .filter(({ name }) => rule === undefined || name === rule)
  const written = rules.flatMap((one) => {
    const matches = listIn(one.matches).filter(isObject)
    return matches.length === 0 ? [{}] : matches
  })
  const read = written.map(matchOf)
  const isWhole =
    read.length === 0 ||
    read.some(({ match }) => Object.keys(match).length === 0) ||
    written.some(hasHeaders)
  return {
    hosts,
    match: isWhole ? [] : read.map(({ match }) => match),
    rank: Math.max(0, ...read.map(({ rank }) => rank)),
    isGateway: false,
  }
}

const hostsOfGateway = (gateway: JsonObject | undefined): readonly string[] =>
  listIn(objectIn(gateway?.spec).listeners).flatMap((one) => textIn(objectIn(one).hostname) ?? [])

const isCalled =
  (kind: string, name: unknown, namespace: string | undefined) => (one: JsonObject) =>
    kindOf(one) === kind && nameIn(one) === name && namespaceIn(one) === namespace

const parentHosts = (route: JsonObject, objects: readonly JsonObject[]): readonly string[] =>
  listIn(objectIn(route.spec).parentRefs).flatMap((one) => {
    const { name, namespace = namespaceIn(route) } = objectIn(one)
    return hostsOfGateway(objects.find(isCalled('Gateway', name, textIn(namespace))))
  })

const hostsOfRoute = (route: JsonObject, objects: readonly JsonObject[]): readonly string[] => {
  const hosts = textsIn(objectIn(route.spec).hostnames)
  return hosts.length > 0 ? hosts : parentHosts(route, objects)
}

const targetsOfGateway = (
  gateway: JsonObject,
  objects: readonly JsonObject[],
): readonly Target[] => {
  const isBelow = (route: JsonObject): boolean =>
    listIn(objectIn(route.spec).parentRefs).some((one) => objectIn(one).name === nameIn(gateway))
  const routes = objects.filter((one) => kindOf(one) === 'HTTPRoute' && isBelow(one))
  const hosts = [...hostsOfGateway(gateway), ...routes.flatMap((one) => hostsOfRoute(one, objects))]
  return [{ hosts: [...new Set(hosts)], match: [], rank: 0, isGateway: true }]
}

/** Where a policy holds, as far as the other objects say. */
export const targetsOf = (
  policy: JsonObject,
  objects: readonly JsonObject[],
): readonly Target[] => {
  const spec = objectIn(policy.spec)
  const refs = [
    ...listIn(spec.targetRefs),
    ...(spec.targetRef === undefined ? [] : [spec.targetRef]),
  ]
  return refs.filter(isObject).flatMap(({ kind, name, sectionName }) => {
    const target = objects.find(isCalled(String(kind), name, namespaceIn(policy)))
    if (target === undefined) return []
    return kind === 'Gateway'
      ? targetsOfGateway(target, objects)
      : [targetOfRoute(target, hostsOfRoute(target, objects), textIn(sectionName))]
  })
}
