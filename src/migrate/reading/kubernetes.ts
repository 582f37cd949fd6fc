import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from './json.ts'

/** The kind of an object of Kubernetes; nothing for another document. */
export const kindOf = (document: unknown): string | undefined =>
  isObject(document) && typeof document.apiVersion === 'string' ? textIn(document.kind) : undefined

/** The members of a List, and everything else as it is. */
export const objectsIn = (documents: readonly unknown[]): readonly JsonObject[] =>
  documents.flatMap((one) => {
    if (!isObject(one)) return []
    return one.kind === 'List' ? objectsIn(listIn(one.items)) : [one]
  })

/** The name of an object. */
export const nameIn = (object: JsonObject): string => textIn(objectIn(object.metadata).name) ?? ''

/** The namespace of an object, if it has one. */
export const namespaceIn = (object: JsonObject): string | undefined =>
  textIn(objectIn(object.metadata).namespace)

const HOSTS_IN_MATCH = /Host\(([^)]*)\)/g

/** The hosts that a route of Traefik matches: Host(`a`, `b`). */
const matchedHosts = (match: unknown): readonly string[] =>
  [...(textIn(match) ?? '').matchAll(HOSTS_IN_MATCH)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.replaceAll(/[`'"\s]/g, '')),
  )

/** Which hosts the objects that route name, by their kind. */
const HOSTS: Readonly<Record<string, (spec: JsonObject) => readonly string[]>> = {
  HTTPRoute: ({ hostnames }) => textsIn(hostnames),
  Ingress: ({ rules }) => listIn(rules).flatMap((rule) => textIn(objectIn(rule).host) ?? []),
  IngressRoute: ({ routes }) => listIn(routes).flatMap((one) => matchedHosts(objectIn(one).match)),
  HTTPProxy: ({ virtualhost }) => textsIn(objectIn(virtualhost).fqdn),
  VirtualService: ({ hosts }) => textsIn(hosts),
}

/** The hosts that Ingresses, HTTPRoutes and their like name. */
export const routedHosts = (objects: readonly JsonObject[]): readonly string[] =>
  objects.flatMap((object) => HOSTS[kindOf(object) ?? '']?.(objectIn(object.spec)) ?? [])

/** The containers of every object that makes pods. */
export const containersIn = (value: unknown): readonly JsonObject[] => {
  if (Array.isArray(value)) return value.flatMap(containersIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'containers' || key === 'initContainers'
      ? listIn(one).filter(isObject)
      : containersIn(one),
  )
}
