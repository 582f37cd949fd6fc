import type { StructuralSchema } from '../../src/resources/schema/structural-schema.ts'
import { type Crd, schemaOf, specOf } from './crd.ts'

interface Row {
  readonly path: string
  readonly schema: StructuralSchema
  readonly required: boolean
}

const INTRODUCTION = `# The custom resources

Generated from \`deploy/crds\`; edit the definitions there and run \`make generate\`.

API group and version of all kinds: \`sallyport.dev/v1alpha1\`. An unknown field is an error. Durations are written like
\`30s\`, \`10m\` or \`1h30m\`. In the column *default*, **required** means that there is none and the field must be set,
and – that it may stay unset.
`

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const rowsBelow = (path: string, schema: StructuralSchema): readonly Row[] => {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const here = path === '' ? name : `${path}.${name}`
    const required = schema.required?.includes(name) === true
    return [{ path: here, schema: child, required }, ...rowsBelow(here, child)]
  })
  const items = schema.items === undefined ? [] : rowsBelow(`${path}[]`, schema.items)
  return [...fields, ...items]
}

const typeName = (schema: StructuralSchema): string => {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ')
  if (schema.type === 'array') return `list of ${typeName(schema.items ?? {})}`
  if (schema.additionalProperties !== undefined) return 'map of string'
  if (schema.type === undefined) return 'string, number or boolean'
  return schema.type
}

const range = (unit: string, min: number | undefined, max: number | undefined): string => {
  if (max === undefined) return ''
  return min === undefined ? `, at most ${max} ${unit}` : `, ${min} to ${max} ${unit}`
}

const typeCell = (schema: StructuralSchema): string =>
  typeName(schema) +
  range('members', schema.minItems, schema.maxItems) +
  range('entries', undefined, schema.maxProperties) +
  range('characters', schema.minLength, schema.maxLength)

const defaultCell = ({ schema, required }: Row): string => {
  if (required) return '**required**'
  return schema.default === undefined ? '–' : `\`${JSON.stringify(schema.default)}\``
}

const table = (spec: StructuralSchema): string => {
  const rows = rowsBelow('', spec).map((row) => {
    const meaning = cell(row.schema.description ?? '')
    return `| \`${row.path}\` | ${cell(typeCell(row.schema))} | ${cell(defaultCell(row))} | ${meaning} |`
  })
  return ['| field | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

const uniqueness = (schema: StructuralSchema): readonly string[] => {
  if (schema['x-kubernetes-list-type'] === 'set') return ['no value twice']
  const keys = schema['x-kubernetes-list-map-keys']
  return keys === undefined ? [] : [`no two members with the same \`${keys.join('`, `')}\``]
}

const formOf = (path: string, schema: StructuralSchema): readonly string[] => {
  const sentences = (schema['x-kubernetes-validations'] ?? []).map(({ message }) => message)
  const form = schema.pattern === undefined ? [] : [`matches \`${schema.pattern}\``]
  const all = [...sentences, ...uniqueness(schema), ...form]
  const nested = schema.items === undefined ? [] : formOf(`${path}[]`, schema.items)
  return [...all.map((sentence) => `- \`${path}\`: ${sentence}`), ...nested]
}

const rules = (spec: StructuralSchema): string => {
  const own = formOf('spec', { ...spec, properties: {} })
  const below = rowsBelow('', spec).flatMap(({ path, schema }) => formOf(path, schema))
  return [...own, ...below].join('\n')
}

const printKind = (crd: Crd): string => {
  const { kind, plural, shortNames } = crd.spec.names
  const spec = specOf(crd)
  return `## ${kind}

${schemaOf(crd).description}

\`kubectl get ${plural}\`, in short \`${shortNames.join('`, `')}\`. All fields are below \`spec\`.

${table(spec)}

### Rules

${rules(spec)}
`
}

/** The reference page of the custom resources, in Markdown. */
export const printReference = (crds: readonly Crd[]): string =>
  [INTRODUCTION, ...crds.map(printKind)].join('\n')
