import { type JsonObject, objectIn, textIn } from '../../reading/json.ts'
import { kindOf, nameIn } from '../../reading/kubernetes.ts'

const decoded = (value: unknown): string =>
  Buffer.from(textIn(value) ?? '', 'base64').toString('utf8')

/** What a ConfigMap or a Secret holds, by its keys. */
export const heldData = (object: JsonObject): readonly (readonly [string, unknown])[] => {
  const data = Object.entries(objectIn(object.data))
  if (kindOf(object) === 'ConfigMap') return data
  return kindOf(object) === 'Secret'
    ? [
        ...data.map(([key, value]) => [key, decoded(value)] as const),
        ...Object.entries(objectIn(object.stringData)),
      ]
    : []
}

/** A text within an object of the cluster, which is read as a file of its own. */
export interface InnerText {
  readonly name: string
  readonly text: string
}

const OURS =
  /(?:^|\n)[ \t]*["']?(?:client_id|cookie_secret|email_domains|provider|upstreams|allowed_groups|oidc_issuer_url)["']?[ \t]*=|(?:^|\n)(?:providers|upstreamConfig|injectRequestHeaders):/

/** The configuration files that a ConfigMap or a Secret holds. */
export const innerTexts = (object: JsonObject): readonly InnerText[] =>
  heldData(object).flatMap(([name, text]) =>
    typeof text === 'string' && (/\.(cfg|conf|toml|ya?ml)$/.test(name) || OURS.test(text))
      ? [{ name, text }]
      : [],
  )

/** What such an object is called: `ConfigMap NAME`. */
export const objectName = (object: JsonObject): string => `${kindOf(object)} ${nameIn(object)}`

/** The ConfigMaps and Secrets among some objects, as `ConfigMap NAME`. */
export const givenObjects = (objects: readonly JsonObject[]): readonly string[] =>
  objects.filter((one) => ['ConfigMap', 'Secret'].includes(kindOf(one) ?? '')).map(objectName)

/** Those that hold settings of oauth2-proxy which no pod names: of another one, or of none. */
export const unnamedAmong = (
  objects: readonly JsonObject[],
  isNamed: (name: string) => boolean,
): readonly string[] =>
  objects
    .filter((object) => {
      const isOurs = ([key, value]: readonly [string, unknown]): boolean =>
        (OURS.test(String(value)) && !isNamed(key)) ||
        (key.startsWith('OAUTH2_PROXY_') && !isNamed(objectName(object)))
      return heldData(object).some(isOurs)
    })
    .map(objectName)
