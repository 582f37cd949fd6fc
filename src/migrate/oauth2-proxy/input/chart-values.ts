import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../../reading/json.ts'
import type { Setting } from '../../reading/settings.ts'
import { settingOfVariable, settingsOfArguments, settingsOfMembers } from './flag-names.ts'
import type { InnerText } from './kubernetes-input.ts'

const PARTS = ['extraArgs', 'alphaConfig', 'sessionStorage']

/** Whether a document holds values for the chart of oauth2-proxy. */
export const isChartValues = (document: JsonObject): boolean =>
  !('kind' in document) &&
  (PARTS.some((part) => part in document) || 'clientID' in objectIn(document.config))

const CONFIG_NAMES: Readonly<Record<string, string>> = {
  clientID: 'client_id',
  clientSecret: 'client_secret',
  cookieSecret: 'cookie_secret',
  cookieName: 'cookie_name',
}

const settingsOfConfig = (config: JsonObject): readonly Setting[] =>
  Object.entries(config).flatMap(([key, value]) => {
    const name = CONFIG_NAMES[key]
    return name === undefined ? [] : [{ name, written: `config.${key}`, value }]
  })

const secretOfConfig = (config: JsonObject): readonly Setting[] => {
  const name = textIn(config.existingSecret)
  if (name === undefined) return []
  const value = { secretKeyRef: { name, key: 'client-secret' } }
  return [
    { name: 'client_secret', written: 'config.existingSecret', value },
    {
      name: 'client_id',
      written: 'config.existingSecret (client-id)',
      value: { secretKeyRef: { name, key: 'client-id' } },
    },
  ]
}

const REDIS_NAMES: Readonly<Record<string, string>> = {
  'standalone.connectionUrl': 'redis_connection_url',
  'sentinel.masterName': 'redis_sentinel_master_name',
  'sentinel.connectionUrls': 'redis_sentinel_connection_urls',
  'cluster.connectionUrls': 'redis_cluster_connection_urls',
}

const settingsOfStorage = (storage: JsonObject): readonly Setting[] => [
  ...(storage.type === undefined
    ? []
    : [{ name: 'session_store_type', written: 'sessionStorage.type', value: storage.type }]),
  ...Object.entries(REDIS_NAMES).flatMap(([path, name]) => {
    const [part = '', member = ''] = path.split('.')
    const value = objectIn(objectIn(storage.redis)[part])[member]
    return textsIn(value).length === 0
      ? []
      : [{ name, written: `sessionStorage.redis.${path}`, value }]
  }),
]

const settingsOfExtra = (extra: unknown): readonly Setting[] =>
  Array.isArray(extra)
    ? settingsOfArguments(textsIn(extra))
    : settingsOfMembers(objectIn(extra), 'extraArgs.')

const settingsOfEmails = (emails: JsonObject): readonly Setting[] => {
  const value = textIn(emails.restricted_access)
  const isOn = emails.enabled === true
  return isOn && value !== undefined
    ? [
        {
          name: 'authenticated_emails_file',
          written: 'authenticatedEmailsFile.restricted_access',
          value: { emails: value.split(/\s+/).filter((one) => one !== '') },
        },
      ]
    : []
}

/** The settings among the values of the chart. */
export const settingsOfChart = (values: JsonObject): readonly Setting[] => [
  ...secretOfConfig(objectIn(values.config)),
  ...settingsOfConfig(objectIn(values.config)),
  ...settingsOfStorage(objectIn(values.sessionStorage)),
  ...settingsOfEmails(objectIn(values.authenticatedEmailsFile)),
  ...listIn(values.extraEnv)
    .filter(isObject)
    .flatMap((one) => settingOfVariable(textIn(one.name) ?? '', one.valueFrom ?? one.value)),
  ...settingsOfExtra(values.extraArgs),
]

/** The configuration files within the values of the chart. */
export const textsOfChart = (values: JsonObject): readonly InnerText[] => {
  const text = textIn(objectIn(values.config).configFile)
  return text === undefined ? [] : [{ name: 'config.configFile', text }]
}

/** The structured configuration within the values of the chart. */
export const structuredOfChart = (values: JsonObject): JsonObject | undefined => {
  const { configData } = objectIn(values.alphaConfig)
  return isObject(configData) ? configData : undefined
}

/** The hosts of the Ingress that the chart makes. */
export const hostsOfChart = (values: JsonObject): readonly string[] =>
  listIn(objectIn(values.ingress).hosts).flatMap((one) =>
    isObject(one) ? (textIn(one.host) ?? []) : textsIn(one),
  )
