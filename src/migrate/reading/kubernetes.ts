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

/** The hosts that Ingresses and HTTPRoutes name. */
export const routedHosts = (objects: readonly JsonObject[]): readonly string[] =>
  objects.flatMap((object) => {
    const spec = objectIn(object.spec)
    if (kindOf(object) === 'HTTPRoute') return textsIn(spec.hostnames)
    if (kindOf(object) !== 'Ingress') return []
    return listIn(spec.rules).flatMap((rule) => textIn(objectIn(rule).host) ?? [])
  })

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
