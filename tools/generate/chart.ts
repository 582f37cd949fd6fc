import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configurationFields } from '../../src/config/schema/fields.ts'
import { NAMED_NETWORKS } from '../../src/config/schema/network.ts'
import { configurationSchema } from '../../src/config/schema/schema.ts'
import { printDashboard } from './chart/dashboard.ts'
import { readValues } from './chart/values.ts'
import { keepCurrent } from './output.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CHART = 'charts/sallyport'

/** What the chart sets itself: of the configuration, of `sessions` and of `sessions.redis`. */
const OWN_GROUPS = [
  'grpc',
  'admin',
  'http',
  'adminApi',
  'resources',
  'sessions',
  'keys',
  'shutdown',
]
const OWN_SESSIONS = ['store', 'redis']
const OWN_REDIS = ['url', 'sentinel', 'cluster', 'usernameFile', 'passwordFile', 'tls', 'keyPrefix']

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly [keyword: string]: unknown
}

const read = (path: string): string => readFileSync(ROOT + path, 'utf8')

const group = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  additionalProperties: false,
  properties,
})

const IPV4 = String.raw`([0-9]{1,3}\.){3}[0-9]{1,3}/([0-9]|[12][0-9]|3[0-2])`
const IPV6 = '[0-9a-fA-F.]*:[0-9a-fA-F:.]*/([0-9]{1,2}|1[01][0-9]|12[0-8])'

/** What the schema of a field cannot say of itself, as its check is a function. */
const patternOf = (name: string, kind: unknown): JsonSchema => {
  if (kind === 'duration') return { pattern: '^([0-9]{1,9}(ms|h|m|s))+$' }
  if (kind === 'proxy-url') return { pattern: '^https?://[A-Za-z0-9._:\\[\\]-]+/?$' }
  if (kind !== 'networks') return {}
  const names = name === 'denyNetworks' ? `${NAMED_NETWORKS.join('|')}|` : ''
  return { items: { type: 'string', pattern: `^(${names}${IPV4}|${IPV6})$` } }
}

/** The words of the reference that are no JSON Schema are left out. */
const plain = (name: string, { kind, flag: _, range: __, ...schema }: JsonSchema): JsonSchema => ({
  ...schema,
  ...patternOf(name, kind),
  ...(schema.properties === undefined ? {} : { properties: free(schema, []) }),
})

/** The members of a group but for those that the chart sets itself. */
const free = (
  of: JsonSchema | undefined,
  own: readonly string[],
): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(of?.properties ?? {})
      .filter(([name]) => !own.includes(name))
      .map(([name, child]) => [name, plain(name, child)]),
  )

const configSchema = () => {
  const configuration = configurationSchema.schema
  const { sessions } = configuration.properties ?? {}
  const redis = group(free(sessions?.properties?.redis, OWN_REDIS))
  return group({
    ...free(configuration, OWN_GROUPS),
    sessions: group({ ...free(sessions, OWN_SESSIONS), redis }),
  })
}

/** The bounds of each duration that the values may set: its field, the least and the most. */
const printDurations = (): string => {
  const bounds = configurationFields.flatMap(({ path, kind, range }) =>
    kind === 'duration' && path[0] !== 'shutdown' ? [[path.join('.'), range?.split(' to ')]] : [],
  )
  return `${JSON.stringify(Object.fromEntries(bounds), null, 2)}\n`
}

/** `values.schema.json` with the part that is the schema of the process's own configuration. */
const printValuesSchema = (): string => {
  const schema = JSON.parse(read(`${CHART}/values.schema.json`))
  schema.$defs.config = configSchema()
  return `${JSON.stringify(schema, null, 2)}\n`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The README of the chart: its head, and a table of every value. */
const printReadme = (): string => {
  const rows = readValues(read(`${CHART}/values.yaml`)).map(
    ({ path, defaultJson, description }) =>
      `| \`${path}\` | \`${cell(defaultJson)}\` | ${cell(description)} |`,
  )
  const head = read(`${CHART}/README.head.md`)
  return [head, '| value | default | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n')
}

if (import.meta.main) {
  const crds = globSync('deploy/crds/*.yaml', { cwd: ROOT }).sort()
  const codes = [
    keepCurrent(`${CHART}/values.schema.json`, printValuesSchema()),
    keepCurrent(`${CHART}/files/durations.json`, printDurations()),
    keepCurrent(`${CHART}/README.md`, printReadme()),
    keepCurrent(`${CHART}/files/dashboard.json`, printDashboard()),
    ...crds.map((path) => keepCurrent(`${CHART}/files/crds/${basename(path)}`, read(path))),
  ]
  process.exitCode = Math.max(...codes)
}
