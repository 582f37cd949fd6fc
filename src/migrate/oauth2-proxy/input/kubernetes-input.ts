import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../../reading/json.ts'
import { containersIn, kindOf } from '../../reading/kubernetes.ts'
import type { Setting } from '../../reading/settings.ts'
import { settingOfVariable, settingsOfArguments } from './flag-names.ts'

const settingsOfVariables = (list: unknown): readonly Setting[] =>
  listIn(list)
    .filter(isObject)
    .flatMap((one) => settingOfVariable(textIn(one.name) ?? '', one.valueFrom ?? one.value))

const isOurs = (container: JsonObject): boolean =>
  `${textIn(container.image)} ${textIn(container.name)}`.includes('oauth2-proxy') ||
  listIn(container.env).some((one) => textIn(objectIn(one).name)?.startsWith('OAUTH2_PROXY_'))

const settingsOfContainer = (container: JsonObject): readonly Setting[] => [
  ...settingsOfVariables(container.env),
  ...settingsOfArguments([...textsIn(container.command), ...textsIn(container.args)]),
]

/** A text within an object of the cluster, which is read as a file of its own. */
export interface InnerText {
  readonly name: string
  readonly text: string
}

/** The configuration files that a ConfigMap or the values of the chart hold. */
export const innerTexts = (object: JsonObject): readonly InnerText[] => {
  const held = kindOf(object) === 'ConfigMap' ? objectIn(object.data) : {}
  return Object.entries(held).flatMap(([name, text]) =>
    /\.(cfg|conf|toml|ya?ml)$/.test(name) && typeof text === 'string' ? [{ name, text }] : [],
  )
}

/** The settings that the pods and ConfigMaps among some objects are started with. */
export const settingsOfObjects = (objects: readonly JsonObject[]): readonly Setting[] => [
  ...objects
    .filter((one) => kindOf(one) === 'ConfigMap')
    .flatMap((one) =>
      Object.entries(objectIn(one.data)).flatMap(([name, value]) => settingOfVariable(name, value)),
    ),
  ...containersIn(objects).filter(isOurs).flatMap(settingsOfContainer),
]
