import type { FieldPath } from '../../policy/resource/resource.ts'

/** The part of Kubernetes' structural schemas that the definitions in deploy/crds use. */
export interface StructuralSchema {
  readonly description?: string
  /** Absent: whatever `x-kubernetes-preserve-unknown-fields` lets through. */
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number'
  readonly properties?: Readonly<Record<string, StructuralSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: StructuralSchema
  readonly propertyNames?: StructuralSchema
  readonly items?: StructuralSchema
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly anyOf?: readonly StructuralSchema[]
  readonly not?: StructuralSchema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[]
}

/** A cross-field rule: a CEL expression over `self`, and the sentence for whoever breaks it. */
export interface ValidationRule {
  readonly rule: string
  readonly message: string
}

/** Whether a value is a group of named fields. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value without a type that may hold neither members nor fields is a scalar. */
export const isScalar = (schema: StructuralSchema): boolean =>
  schema.type === undefined && schema.maxProperties === 0 && schema.maxItems === 0

const childSchema = (schema: StructuralSchema | undefined, name: string) =>
  schema?.properties && Object.hasOwn(schema.properties, name)
    ? schema.properties[name]
    : schema?.additionalProperties

/**
 * The value without the fields that are null: the API server drops a null from every field that is
 * not nullable, and no field here is, before defaults are filled in. A field that the schema does
 * not know stays, to be complained about.
 */
export const pruneNulls = (schema: StructuralSchema | undefined, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((member) => pruneNulls(schema?.items, member))
  if (!isObject(value)) return value
  const kept = Object.entries(value).flatMap(([name, field]) => {
    const child = childSchema(schema, name)
    return child !== undefined && field === null ? [] : [[name, pruneNulls(child, field)]]
  })
  return Object.fromEntries(kept)
}

/** A value inside an object, with the schema that governs it. */
export interface SchemaNode {
  readonly schema: StructuralSchema
  readonly value: unknown
  readonly path: FieldPath
}

/** Every value that the schema governs, outermost first. */
export function* nodesOf(
  schema: StructuralSchema,
  value: unknown,
  path: FieldPath = [],
): Generator<SchemaNode> {
  yield { schema, value, path }
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, member] of value.entries()) {
      yield* nodesOf(schema.items, member, [...path, index])
    }
  }
  if (!isObject(value)) return
  for (const [name, field] of Object.entries(value)) {
    const child = childSchema(schema, name)
    if (child !== undefined) yield* nodesOf(child, field, [...path, name])
  }
}
