import type { StructuralSchema } from '../../src/resources/schema/structural-schema.ts'
import { type Crd, specOf } from './crd.ts'

/** What src/resources/schema/structural-check.ts and validator.ts do something about. */
const KNOWN: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'minProperties',
  'maxProperties',
  'anyOf',
  'not',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
])

/** The first sentence: what is said of a field that is missing. */
const meaning = (description: string | undefined): string =>
  (description ?? '').split(/(?<=\.) /)[0] ?? ''

/** A schema with no more of its descriptions than is ever said. */
const slim = (schema: StructuralSchema, isRequired: boolean): StructuralSchema => {
  const { description, ...others } = schema
  const unknown = Object.keys(others).find((keyword) => !KNOWN.has(keyword))
  if (unknown !== undefined) throw new Error(`Nothing is done about the keyword ${unknown}.`)
  const { properties, items, additionalProperties, required = [] } = schema
  return {
    ...(isRequired ? { description: meaning(description) } : {}),
    ...others,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [
          name,
          slim(field, required.includes(name)),
        ]),
      ),
    }),
    ...(items && { items: slim(items, false) }),
    ...(additionalProperties && { additionalProperties: slim(additionalProperties, false) }),
  }
}

/** The schemas of `spec` by kind, as TypeScript. */
export const printDefinitions = (crds: readonly Crd[]): string => {
  const entries = crds.map(
    (crd) =>
      `  [${JSON.stringify(crd.spec.names.kind)}, ${JSON.stringify(slim(specOf(crd), true))}],`,
  )
  return `// Generated from deploy/crds by tools/generate/resources.ts. Edit the definitions, not this file.
import type { StructuralSchema } from './structural-schema.ts'

/** The schema of \`spec\` by kind. Descriptions are cut to what is said of a missing field. */
export const definitions: ReadonlyMap<string, StructuralSchema> = new Map<string, StructuralSchema>([
${entries.join('\n')}
])
`
}
