import type { FieldPath } from '../../policy/resource/resource.ts'
import { isObject, isScalar, type StructuralSchema } from './structural-schema.ts'

/** One demand that a value does not meet. */
export interface Finding {
  readonly keyword: string
  readonly path: FieldPath
  /** What the schema has under the keyword. */
  readonly demand: unknown
  readonly schema: StructuralSchema
  readonly value: unknown
  /** The field that is unknown or missing, or the key that is not allowed. */
  readonly name?: string
}

/** Where findings go, and whether defaults are filled in on the way. */
interface Visit {
  readonly found: Finding[]
  readonly fills: boolean
}

type Keyword = keyof StructuralSchema

const SCALARS = ['string', 'number', 'boolean'] as const

const isOfType = (value: unknown, type: string): boolean => {
  switch (type) {
    case 'object':
      return isObject(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    default:
      return typeof value === type
  }
}

/** Demands on values of a type: where there is one, a wrong type is said in its place. */
const OF_TYPE: Readonly<Record<string, readonly Keyword[]>> = {
  number: ['minimum', 'maximum'],
  string: ['maxLength', 'minLength', 'pattern', 'format'],
  array: ['maxItems', 'minItems', 'items'],
  object: ['maxProperties', 'minProperties', 'required', 'propertyNames', 'properties'],
}

const hasDemandsOf = (type: string, schema: StructuralSchema): boolean =>
  type === 'object' || (OF_TYPE[type] ?? []).some((keyword) => schema[keyword] !== undefined)

const patterns = new Map<string, RegExp>()

/** Compiled when a value is first compared, and once: many fields share few patterns. */
const patternOf = (pattern: string): RegExp => {
  const known = patterns.get(pattern) ?? new RegExp(pattern, 'u')
  patterns.set(pattern, known)
  return known
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text))

const isOfFormat = (text: string, format: string): boolean =>
  format === 'byte' ? BASE64.test(text.replaceAll(/[\r\n]/g, '')) : isTime(text)

const lengthOf = (text: string): number => [...text].length

const checkNumber = (schema: StructuralSchema, value: number, tell: Tell): void => {
  const { minimum, maximum } = schema
  if (maximum !== undefined && !(value <= maximum)) tell('maximum')
  if (minimum !== undefined && !(value >= minimum)) tell('minimum')
}

const checkText = (schema: StructuralSchema, value: string, tell: Tell): void => {
  const { maxLength, minLength, pattern, format } = schema
  if (maxLength !== undefined && value.length > maxLength && lengthOf(value) > maxLength) {
    tell('maxLength')
  }
  if (minLength !== undefined && lengthOf(value) < minLength) tell('minLength')
  if (pattern !== undefined && !patternOf(pattern).test(value)) tell('pattern')
  if (format !== undefined && !isOfFormat(value, format)) tell('format')
}

type Tell = (keyword: Keyword, name?: string) => void

const matches = (schema: StructuralSchema, value: unknown): boolean => {
  const visit: Visit = { found: [], fills: false }
  check(schema, value, [], visit)
  return visit.found.length === 0
}

const checkAny = (schema: StructuralSchema, value: unknown, tell: Tell): void => {
  const { enum: allowed, not, anyOf } = schema
  if (allowed !== undefined && !allowed.some((one) => one === value)) tell('enum')
  if (not !== undefined && matches(not, value)) tell('not')
  if (anyOf !== undefined && !anyOf.some((one) => matches(one, value))) tell('anyOf')
}

const checkList = (
  schema: StructuralSchema,
  value: readonly unknown[],
  path: FieldPath,
  visit: Visit,
  tell: Tell,
): void => {
  const { maxItems, minItems, items } = schema
  if (maxItems !== undefined && value.length > maxItems) tell('maxItems')
  if (minItems !== undefined && value.length < minItems) tell('minItems')
  if (items === undefined) return
  for (const [index, member] of value.entries()) check(items, member, [...path, index], visit)
}

/** An object under validation, whose defaults are filled in. */
type Fields = Record<string, unknown>

const fillIn = (properties: StructuralSchema['properties'], value: Fields): void => {
  for (const [name, { default: standard }] of Object.entries(properties ?? {})) {
    if (standard !== undefined && value[name] === undefined) value[name] = structuredClone(standard)
  }
}

const checkKeys = (schema: StructuralSchema, value: Fields, tell: Tell): void => {
  const { propertyNames } = schema
  if (propertyNames === undefined) return
  for (const name of Object.keys(value)) {
    if (!matches(propertyNames, name)) tell('propertyNames', name)
  }
}

const checkFields = (
  schema: StructuralSchema,
  value: Fields,
  path: FieldPath,
  visit: Visit,
  tell: Tell,
): void => {
  const { properties = {}, additionalProperties } = schema
  if (schema.type === 'object') {
    for (const name of Object.keys(value).filter((one) => !Object.hasOwn(properties, one))) {
      if (additionalProperties === undefined) tell('additionalProperties', name)
      else check(additionalProperties, value[name], [...path, name], visit)
    }
  }
  for (const [name, field] of Object.entries(properties)) {
    if (value[name] !== undefined) check(field, value[name], [...path, name], visit)
  }
}

const checkObject = (
  schema: StructuralSchema,
  value: Fields,
  path: FieldPath,
  visit: Visit,
  tell: Tell,
): void => {
  const { maxProperties, minProperties, required = [], properties } = schema
  if (visit.fills) fillIn(properties, value)
  const count = Object.keys(value).length
  if (maxProperties !== undefined && count > maxProperties) tell('maxProperties')
  if (minProperties !== undefined && count < minProperties) tell('minProperties')
  for (const name of required) if (value[name] === undefined) tell('required', name)
  checkKeys(schema, value, tell)
  checkFields(schema, value, path, visit, tell)
}

const checkScalar = (schema: StructuralSchema, value: unknown, tell: Tell): void => {
  if (!SCALARS.some((type) => isOfType(value, type))) tell('type')
  const { maxLength } = schema
  if (typeof value === 'string' && maxLength !== undefined && lengthOf(value) > maxLength) {
    tell('maxLength')
  }
}

/** A type that is wrong is said where the demands on values of that type would be. */
const checkType = (schema: StructuralSchema, value: unknown, early: boolean, tell: Tell): void => {
  const { type } = schema
  if (type === undefined || isOfType(value, type)) return
  if (early !== hasDemandsOf(type, schema)) tell('type')
}

const check = (schema: StructuralSchema, value: unknown, path: FieldPath, visit: Visit): void => {
  const demandOf = (keyword: Keyword): unknown =>
    keyword === 'type' && isScalar(schema) ? SCALARS : schema[keyword]
  const tell: Tell = (keyword, name) =>
    void visit.found.push({
      keyword,
      path,
      demand: demandOf(keyword),
      schema,
      value,
      ...(name === undefined ? {} : { name }),
    })
  if (isScalar(schema)) {
    checkScalar(schema, value, tell)
    return
  }
  checkType(schema, value, true, tell)
  const { type } = schema
  if (typeof value === 'number' && Number.isFinite(value)) checkNumber(schema, value, tell)
  else if (type === 'number') checkType(schema, value, false, tell)
  if (typeof value === 'string') checkText(schema, value, tell)
  else if (type === 'string') checkType(schema, value, false, tell)
  checkAny(schema, value, tell)
  if (Array.isArray(value)) checkList(schema, value, path, visit, tell)
  else if (type === 'array') checkType(schema, value, false, tell)
  if (isObject(value)) checkObject(schema, value as Fields, path, visit, tell)
  else if (type === 'object') checkType(schema, value, false, tell)
}

/**
 * Everything that a value does not meet of a schema, in the order of the schema, and nothing of
 * what only explains a finding. Defaults are filled into the value, which must belong to nobody
 * else.
 */
export const findingsOf = (schema: StructuralSchema, value: unknown): readonly Finding[] => {
  const visit: Visit = { found: [], fills: true }
  check(schema, value, [], visit)
  return visit.found
}
