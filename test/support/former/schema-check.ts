import { type CelInput, celEnv, parse, plan } from '@bufbuild/cel'
import { Ajv, type ErrorObject } from 'ajv'
import type { FieldPath } from '../../../src/policy/resource/resource.ts'
import { problemsOf } from '../../../src/resources/schema/sentence.ts'
import type { Finding } from '../../../src/resources/schema/structural-check.ts'
import {
  isScalar,
  pruneNulls,
  type StructuralSchema,
} from '../../../src/resources/schema/structural-schema.ts'

/** A JSON Schema, for a validator that knows nothing of Kubernetes. */
type JsonSchema = { readonly [keyword: string]: unknown }

const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))

const nestedKeywords = (schema: StructuralSchema): JsonSchema => ({
  ...(schema.properties && { properties: mapValues(schema.properties, toJsonSchema) }),
  ...(schema.items && { items: toJsonSchema(schema.items) }),
  ...(schema.propertyNames && { propertyNames: toJsonSchema(schema.propertyNames) }),
})

/** Unknown fields are errors everywhere, as under the strict field validation of the API server. */
const closed = (schema: StructuralSchema): JsonSchema => {
  if (schema.type !== 'object') return {}
  const { additionalProperties } = schema
  return { additionalProperties: additionalProperties ? toJsonSchema(additionalProperties) : false }
}

/** The same demands as a JSON Schema; cross-field rules and list types are left to `nodesOf`. */
const toJsonSchema = (schema: StructuralSchema): JsonSchema => {
  const plain = Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-kubernetes-'))
  if (isScalar(schema)) {
    const { maxLength, description } = schema
    return { type: ['string', 'number', 'boolean'], maxLength, description }
  }
  return { ...Object.fromEntries(plain), ...nestedKeywords(schema), ...closed(schema) }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text))

const createAjv = (): Ajv =>
  new Ajv({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    formats: { byte: (text) => BASE64.test(text.replaceAll(/[\r\n]/g, '')), 'date-time': isTime },
  })

/** The steps of a JSON pointer (RFC 6901) into a value; members of a list become numbers. */
const fieldAt = (root: unknown, pointer: string): FieldPath => {
  let value = root
  return pointer
    .split('/')
    .slice(1)
    .map((token) => {
      const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
      const part = Array.isArray(value) ? Number(name) : name
      value = Object(value)[part]
      return part
    })
}

/**
 * Findings inside `anyOf`, `not` and key checks only explain the finding of the keyword around
 * them.
 */
const isDetail = ({ schemaPath }: ErrorObject): boolean =>
  /\/(?:anyOf|not|propertyNames)\//.test(schemaPath.replaceAll(/\/properties\/[^/]+/g, ''))

const findingOf = (root: unknown, error: ErrorObject): Finding => {
  const { additionalProperty, missingProperty, propertyName } = error.params
  const name = additionalProperty ?? missingProperty ?? propertyName
  return {
    keyword: error.keyword,
    path: fieldAt(root, error.instancePath),
    demand: error.schema,
    schema: Object(error.parentSchema),
    value: error.data,
    ...(typeof name === 'string' ? { name } : {}),
  }
}

/**
 * What ajv finds in a value, as sentences, and the value with its defaults: what the check of our
 * own is compared with.
 */
export const formerCheck = (
  schema: StructuralSchema,
  secret: boolean,
): ((manifest: unknown) => { readonly problems: readonly unknown[]; readonly value: unknown }) => {
  const matches = createAjv().compile(toJsonSchema(schema))
  return (manifest) => {
    const value = pruneNulls(schema, manifest)
    const errors = matches(value) ? [] : (matches.errors ?? [])
    const found = errors.filter((error) => !isDetail(error)).map((error) => findingOf(value, error))
    return { problems: problemsOf(found, secret), value }
  }
}

const environment = celEnv()

/** Whether a value keeps a rule, as an implementation of CEL sees it; an error does not. */
export const formerRule = (rule: string): ((self: CelInput) => boolean) => {
  const evaluate = plan(environment, parse(rule))
  return (self) => evaluate({ self }) === true
}
