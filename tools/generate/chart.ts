import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { configurationSchema } from '../../src/config/schema.ts'
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

/** The words of the reference that are no JSON Schema are left out. */
const plain = ({ kind: _, flag: __, range: ___, ...schema }: JsonSchema): JsonSchema =>
  schema.properties === undefined
    ? schema
    : {
        ...schema,
        properties: Object.fromEntries(
          Object.entries(schema.properties).map(([name, child]) => [name, plain(child)]),
        ),
      }

/** The members of a group but for those that the chart sets itself. */
const free = (of: JsonSchema | undefined, own: readonly string[]) =>
  Object.fromEntries(
    Object.entries(of?.properties ?? {})
      .filter(([name]) => !own.includes(name))
      .map(([name, child]) => [name, plain(child)]),
  )

const configSchema = () => {
  const configuration = z.toJSONSchema(configurationSchema, { io: 'input' }) as JsonSchema
  const { sessions } = configuration.properties ?? {}
  const redis = group(free(sessions?.properties?.redis, OWN_REDIS))
  return group({
    ...free(configuration, OWN_GROUPS),
    sessions: group({ ...free(sessions, OWN_SESSIONS), redis }),
  })
}

/** `values.schema.json` with the part that is the schema of the process's own configuration. */
export const printValuesSchema = (): string => {
  const schema = JSON.parse(read(`${CHART}/values.schema.json`))
  schema.$defs.config = configSchema()
  return `${JSON.stringify(schema, null, 2)}\n`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The README of the chart: its head, and a table of every value. */
export const printReadme = (): string => {
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
    keepCurrent(`${CHART}/README.md`, printReadme()),
    ...crds.map((path) => keepCurrent(`${CHART}/files/crds/${basename(path)}`, read(path))),
  ]
  process.exitCode = Math.max(...codes)
}
