import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../../reading/json.ts'
import { containersIn, kindOf, nameIn, namespaceIn } from '../../reading/kubernetes.ts'
import type { Setting } from '../../reading/settings.ts'
import { fileName, settingOfVariable, settingsOfArguments } from './flag-names.ts'
import { heldData, objectName } from './held-data.ts'

const settingsOfVariables = (list: unknown): readonly Setting[] =>
  listIn(list)
    .filter(isObject)
    .flatMap((one) => settingOfVariable(textIn(one.name) ?? '', one.valueFrom ?? one.value))

const SOURCES: Readonly<Record<string, string>> = {
  configMapRef: 'ConfigMap',
  secretRef: 'Secret',
}

/** Every variable of an object at once; one with a prefix gives them other names. */
const settingOfSource = (source: JsonObject): Setting => {
  const [kind = '', reference] = Object.entries(source).find(([key]) => key in SOURCES) ?? []
  const object = `${SOURCES[kind] ?? 'an object'} ${textIn(objectIn(reference).name) ?? ''}`
  const value = textIn(source.prefix) === undefined ? object : `${object} with a prefix`
  return { name: 'envFrom[]', written: `envFrom: ${value}`, value }
}

const NAMED = /oauth2[-_]proxy/
const FLAG_OF_OURS =
  /^--(email-domain|oidc-issuer-url|cookie-secret|alpha-config|allowed-group|allowed-role|skip-auth-route|skip-auth-regex|authenticated-emails-file)\b/

const isOurs = (container: JsonObject): boolean => {
  const words = [...textsIn(container.command), ...textsIn(container.args)]
  return (
    [textIn(container.image), textIn(container.name), words[0]].some((one) =>
      NAMED.test(one ?? ''),
    ) ||
    words.some((one) => FLAG_OF_OURS.test(one)) ||
    listIn(container.env).some((one) => textIn(objectIn(one).name)?.startsWith('OAUTH2_PROXY_'))
  )
}

const settingsOfContainer = (container: JsonObject): readonly Setting[] => [
  ...listIn(container.envFrom).filter(isObject).map(settingOfSource),
  ...settingsOfVariables(container.env),
  ...settingsOfArguments([...textsIn(container.command), ...textsIn(container.args)]),
]

const REFERENCES: Readonly<Record<string, string>> = {
  configMapKeyRef: 'ConfigMap',
  secretKeyRef: 'Secret',
}

const namesOf = ({ name, value }: Setting): readonly string[] => {
  if (name === 'envFrom[]') return textsIn(value)
  if (name === 'config' || name === 'alpha_config') return textsIn(value).map(fileName)
  return Object.entries(REFERENCES).flatMap(([key, kind]) => {
    const object = textIn(objectIn(objectIn(value)[key]).name)
    return object === undefined ? [] : [`${kind} ${object}`]
  })
}

const ownersOf = (object: JsonObject): readonly unknown[] =>
  listIn(objectIn(object.metadata).ownerReferences)

/** The objects that make pods of oauth2-proxy; not those that another of them has made. */
const proxiesAmong = (objects: readonly JsonObject[]): readonly JsonObject[] => {
  const all = objects.filter((one) => containersIn(one).some(isOurs))
  const own = all.filter((one) => ownersOf(one).length === 0)
  return own.length === 0 ? all : own
}

/** What to call each oauth2-proxy among some objects. */
export const proxiesIn = (objects: readonly JsonObject[]): readonly string[] =>
  proxiesAmong(objects).flatMap((one) =>
    containersIn(one)
      .filter(isOurs)
      .map(
        (container) =>
          `container ${textIn(container.name) ?? ''} of ${kindOf(one)} ${namespaceIn(one) ?? 'default'}/${nameIn(one)}`,
      ),
  )

/** The namespaces that the oauth2-proxies among some objects name. */
export const namespacesIn = (objects: readonly JsonObject[]): readonly string[] =>
  proxiesAmong(objects).flatMap((one) => namespaceIn(one) ?? [])

const RESTRICTS = /allowed[-_](group|role|email)|email[-_]domain/

/** The objects that may restrict who gets in, and of which nothing is read. */
export const strangersAmong = (objects: readonly JsonObject[]): readonly string[] => {
  const proxies = new Set(objects.filter((one) => containersIn(one).some(isOurs)))
  return objects
    .filter((one) => !proxies.has(one))
    .filter((one) => !['ConfigMap', 'Secret', 'Ingress'].includes(kindOf(one) ?? ''))
    .filter((one) => RESTRICTS.test(JSON.stringify(one)))
    .map((one) => `${kindOf(one)} ${nameIn(one)}`)
}

const settingsOfProxies = (objects: readonly JsonObject[]): readonly Setting[] =>
  proxiesAmong(objects).flatMap(containersIn).filter(isOurs).flatMap(settingsOfContainer)

const PODS = 'pods'

/** What pods name of other objects, and that there are pods; empty where there are none. */
export const referencesIn = (objects: readonly JsonObject[]): readonly string[] =>
  proxiesAmong(objects).length === 0 ? [] : [PODS, ...settingsOfProxies(objects).flatMap(namesOf)]

/** The settings that the pods, ConfigMaps and Secrets among some objects hold. */
export const settingsOfObjects = (
  objects: readonly JsonObject[],
  isNamed: (name: string) => boolean,
): readonly Setting[] => [
  ...objects
    .filter((one) => isNamed(objectName(one)))
    .flatMap(heldData)
    .flatMap(([name, value]) => settingOfVariable(name, value)),
  ...settingsOfProxies(objects),
]
