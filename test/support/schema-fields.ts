import { isObject, type StructuralSchema } from '../../src/resources/schema/structural-schema.ts'
import { readDefinitions } from './definitions.ts'

/** A field of a definition that has no fields of its own. */
export interface Leaf {
  readonly kind: string
  /** As in `rules[].match[].methods[]`; the values of a map are `{}`. */
  readonly field: string
  readonly schema: StructuralSchema
}

/** A step into a value: the name of a field or of a key, or the place in a list. */
export type Step = string | number

/** Where a leaf is written down in a specification. */
export interface Place {
  readonly field: string
  readonly steps: readonly Step[]
  readonly value: unknown
}

interface Child {
  readonly suffix: string
  readonly schema: StructuralSchema
}

const childrenOf = ({
  properties,
  items,
  additionalProperties,
}: StructuralSchema): readonly Child[] => [
  ...Object.entries(properties ?? {}).map(([name, schema]) => ({ suffix: `.${name}`, schema })),
  ...(items === undefined ? [] : [{ suffix: '[]', schema: items }]),
  ...(additionalProperties === undefined ? [] : [{ suffix: '{}', schema: additionalProperties }]),
]

const leavesBelow = (kind: string, field: string, schema: StructuralSchema): readonly Leaf[] => {
  const children = childrenOf(schema)
  if (children.length === 0) return [{ kind, field: field.replace(/^\./, ''), schema }]
  return children.flatMap((child) => leavesBelow(kind, field + child.suffix, child.schema))
}

/** Every leaf of `spec` of the three kinds, as deploy/crds define it. */
export const leaves = (): readonly Leaf[] =>
  [...readDefinitions()].flatMap(([kind, schema]) => leavesBelow(kind, '', schema))

const stepsInto = (value: unknown, schema: StructuralSchema): readonly [Step, Child][] => {
  const { properties, items, additionalProperties } = schema
  if (Array.isArray(value)) {
    if (items === undefined) return []
    return value.map((_, index) => [index, { suffix: '[]', schema: items }])
  }
  if (!isObject(value)) return []
  return Object.keys(value).flatMap((name): [Step, Child][] => {
    const field = properties?.[name]
    if (field !== undefined) return [[name, { suffix: `.${name}`, schema: field }]]
    if (additionalProperties === undefined) return []
    return [[name, { suffix: '{}', schema: additionalProperties }]]
  })
}

/** The member of a value at a step. */
export const memberAt = (value: unknown, step: Step): unknown => {
  if (Array.isArray(value)) return value[Number(step)]
  return isObject(value) ? value[step] : undefined
}

const placesBelow = (
  value: unknown,
  schema: StructuralSchema,
  field: string,
  steps: readonly Step[],
): readonly Place[] => {
  if (childrenOf(schema).length === 0) return [{ field: field.replace(/^\./, ''), steps, value }]
  return stepsInto(value, schema).flatMap(([step, child]) =>
    placesBelow(memberAt(value, step), child.schema, field + child.suffix, [...steps, step]),
  )
}

/** Where a specification writes down leaves of its kind. */
export const placesIn = (kind: string, spec: unknown): readonly Place[] =>
  placesBelow(spec, readDefinitions().get(kind) ?? {}, '', [])

/** A copy with another value at a place; `undefined` takes the field or the member away. */
export const withValue = (
  value: unknown,
  [step, ...rest]: readonly Step[],
  next: unknown,
): unknown => {
  if (step === undefined) return next
  const member = withValue(memberAt(value, step), rest, next)
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => {
      if (index !== step) return [one]
      return member === undefined ? [] : [member]
    })
  }
  const { [step]: _, ...others } = Object(value)
  return member === undefined ? others : { ...others, [step]: member }
}
