import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../../reading/json.ts'
import type { Setting } from '../../reading/settings.ts'
import { settingOfVariable, settingsOfArguments, settingsOfMembers } from './flag-names.ts'
import type { InnerText } from './held-data.ts'

const PARTS = [
  'extraArgs',
  'alphaConfig',
  'sessionStorage',
  'authenticatedEmailsFile',
  'htpasswdFile',
]
const PARTS_OF_CONFIG = [
  'clientID',
  'cookieSecret',
  'configFile',
  'existingConfig',
  'existingSecret',
]

/** Whether a document holds values for the chart of oauth2-proxy. */
export const isChartValues = (document: JsonObject): boolean =>
  !('kind' in document) &&
  (PARTS.some((part) => part in document) ||
    PARTS_OF_CONFIG.some((part) => part in objectIn(document.config)))

const CONFIG_NAMES: Readonly<Record<string, string>> = {
  clientID: 'client_id',
  clientSecret: 'client_secret',
  cookieSecret: 'cookie_secret',
  cookieName: 'cookie_name',
  emailDomains: 'email_domains',
  'google.adminEmail': 'google_admin_email',
  'google.groups': 'google_groups',
  'google.serviceAccountJson': 'google_service_account_json',
}

/** Members that are read elsewhere, or by which nobody gets in or is kept out. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  ...['config.configFile', 'config.existingSecret', 'config.annotations'],
  ...['config.requiredSecretKeys', 'config.forceLegacyConfig', 'config.google.existingSecret'],
  ...['alphaConfig.enabled', 'alphaConfig.annotations', 'alphaConfig.configData'],
  ...['alphaConfig.configFile', 'alphaConfig.serverConfigData', 'alphaConfig.metricsConfigData'],
])

const HOLDING = /^(config|alphaConfig)\.existing(Config|Secret)$/

const isSet = (value: unknown): boolean =>
  textsIn(value).length > 0 ||
  (isObject(value) && Object.keys(value).length > 0) ||
  (Array.isArray(value) && value.length > 0)

/** The members of a part that nothing else here reads: known by another name, or by none. */
const settingsOfRest = (part: string, members: JsonObject): readonly Setting[] =>
  Object.entries(members).flatMap(([key, value]) => {
    const written = `${part}.${key}`
    if (PASSED_OVER.has(written) || !isSet(value)) return []
    if (written === 'config.google') return settingsOfRest(written, objectIn(value))
    const name = CONFIG_NAMES[written.replace('config.', '')]
    if (name !== undefined) return [{ name, written, value }]
    const [, , kind] = HOLDING.exec(written) ?? []
    const holder = kind === 'Secret' ? 'Secret' : 'ConfigMap'
    return [{ name: written, written, value: kind === undefined ? value : `${holder} ${value}` }]
  })

/** Values of the chart that have to do with its pods, and not with who gets in. */
const AROUND: ReadonlySet<string> = new Set([
  ...['affinity', 'autoscaling', 'automountServiceAccountToken', 'checkDeprecation'],
  ...['customLabels', 'deploymentAnnotations', 'dnsConfig', 'dnsPolicy', 'enableServiceLinks'],
  ...['enabled', 'extraContainers', 'extraInitContainers', 'extraVolumeMounts', 'extraVolumes'],
  ...['fullnameOverride', 'global', 'hostAlias', 'hostAliases', 'httpScheme', 'image'],
  ...['imagePullSecrets', 'ingress', 'initContainers', 'kubeVersion', 'lifecycle'],
  ...['livenessProbe', 'metrics', 'nameOverride', 'namespaceOverride', 'networkPolicy'],
  ...['nodeSelector', 'podAnnotations', 'podDisruptionBudget', 'podLabels', 'podSecurityContext'],
  ...[
    'priorityClassName',
    'proxyVarsAsSecrets',
    'readinessProbe',
    'redis',
    'redis-ha',
    'replicaCount',
  ],
  ...['resources', 'revisionHistoryLimit', 'securityContext', 'service', 'serviceAccount'],
  ...['startupProbe', 'strategy', 'terminationGracePeriodSeconds', 'tolerations'],
  ...['topologySpreadConstraints', 'config', 'alphaConfig', 'sessionStorage'],
  ...['authenticatedEmailsFile', 'htpasswdFile', 'extraEnv', 'extraArgs'],
])

const settingsOfOthers = (values: JsonObject): readonly Setting[] =>
  Object.entries(values).flatMap(([name, value]) =>
    AROUND.has(name) || !isSet(value) ? [] : [{ name, written: name, value }],
  )

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
  const [value, template] = [textIn(emails.restricted_access), textIn(emails.template)]
  const isOn = emails.enabled === true
  if (isOn && template !== undefined) {
    const written = 'authenticatedEmailsFile.template'
    return [{ name: 'authenticated_emails_file', written, value: template }]
  }
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

const settingsOfPasswords = (passwords: JsonObject): readonly Setting[] =>
  passwords.enabled === true
    ? [{ name: 'htpasswd_file', written: 'htpasswdFile', value: 'a file of the chart' }]
    : []

/** The settings among the values of the chart. */
export const settingsOfChart = (values: JsonObject): readonly Setting[] => [
  ...secretOfConfig(objectIn(values.config)),
  ...settingsOfRest('config', objectIn(values.config)),
  ...settingsOfRest('alphaConfig', objectIn(values.alphaConfig)),
  ...settingsOfStorage(objectIn(values.sessionStorage)),
  ...settingsOfEmails(objectIn(values.authenticatedEmailsFile)),
  ...listIn(values.extraEnv)
    .filter(isObject)
    .flatMap((one) => settingOfVariable(textIn(one.name) ?? '', one.valueFrom ?? one.value)),
  ...settingsOfExtra(values.extraArgs),
  ...settingsOfPasswords(objectIn(values.htpasswdFile)),
  ...settingsOfOthers(values),
]

/** The configuration files within the values of the chart. */
export const textsOfChart = (values: JsonObject): readonly InnerText[] => {
  const texts = {
    'config.configFile': textIn(objectIn(values.config).configFile),
    'alphaConfig.configFile': textIn(objectIn(values.alphaConfig).configFile),
  }
  return Object.entries(texts).flatMap(([name, text]) =>
    text === undefined ? [] : [{ name, text }],
  )
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
