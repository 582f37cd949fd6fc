import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { configurationSchema } from '../../src/config/schema.ts'
import { readValues } from './chart/values.ts'
import { keepCurrent } from './output.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CHART = 'charts/sallyport'

/** The groups of the configuration that the chart does not set itself. */
const FREE_GROUPS = ['outbound', 'check', 'log', 'responses'] as const

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

const configSchema = () => {
  const { properties = {} } = z.toJSONSchema(configurationSchema, { io: 'input' }) as JsonSchema
  const free = FREE_GROUPS.map((name) => [name, plain(properties[name] ?? {})] as const)
  const cache = plain(properties.sessions?.properties?.cache ?? {})
  return group({ ...Object.fromEntries(free), sessions: group({ cache }) })
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
