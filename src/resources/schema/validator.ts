import type { CelInput } from '@bufbuild/cel'
import { Ajv } from 'ajv'
import { compileRule } from './cel-rule.ts'
import { type FieldProblem, isAtOrBelow } from './field-path.ts'
import { problemsOf } from './sentence.ts'
import {
  nodesOf,
  pruneNulls,
  type SchemaNode,
  type StructuralSchema,
  toJsonSchema,
  type ValidationRule,
} from './structural-schema.ts'

/** The outcome of validation: the value with its defaults, or everything that is wrong with it. */
export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] }

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

/** The members that repeat an earlier one, each with the first of its kind. */
const repeated = (keys: readonly string[]): readonly (readonly [number, number])[] => {
  const firsts = new Map<string, number>()
  return keys.flatMap((key, index) => {
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, index)
    return first === undefined ? [] : [[first, index] as const]
  })
}

const keysOfMembers = ({ schema, value }: SchemaNode): readonly string[] => {
  if (!Array.isArray(value)) return []
  const names = schema['x-kubernetes-list-map-keys']
  if (schema['x-kubernetes-list-type'] === 'set') return value.map((it) => JSON.stringify(it))
  return names === undefined
    ? []
    : value.map((it) => names.map((name) => JSON.stringify(Object(it)[name])).join())
}

const repetitionsOf = (node: SchemaNode): readonly FieldProblem[] =>
  repeated(keysOfMembers(node)).map(([first, index]) => ({
    field: [...node.path, index, ...(node.schema['x-kubernetes-list-map-keys'] ?? [])],
    message: `is there twice: member ${first} has it already; remove one`,
  }))

type CompiledRules = ReadonlyMap<ValidationRule, (self: CelInput) => boolean>

const rulesBelow = (schema: StructuralSchema): readonly ValidationRule[] => [
  ...(schema['x-kubernetes-validations'] ?? []),
  ...Object.values(schema.properties ?? {}).flatMap(rulesBelow),
  ...(schema.items ? rulesBelow(schema.items) : []),
  ...(schema.additionalProperties ? rulesBelow(schema.additionalProperties) : []),
]

const isCelInput = (value: unknown): value is CelInput => value !== undefined

const brokenRules = (node: SchemaNode, compiled: CompiledRules): readonly FieldProblem[] => {
  const { schema, value, path } = node
  if (!isCelInput(value)) return []
  return (schema['x-kubernetes-validations'] ?? [])
    .filter((rule) => compiled.get(rule)?.(value) !== true)
    .map((rule) => ({ field: path, message: rule.message }))
}

/**
 * A validator that accepts what the API server accepts under strict field validation: the
 * structural schema, list types, then the cross-field rules wherever the values they look at are
 * right. `T` is what the schema describes.
 */
export const createValidator = <T>(
  schema: StructuralSchema,
  options: { readonly secret: boolean },
): ((manifest: unknown) => Validation<T>) => {
  const matches = createAjv().compile<T>(toJsonSchema(schema))
  const rules: CompiledRules = new Map(rulesBelow(schema).map((rule) => [rule, compileRule(rule)]))
  return (manifest) => {
    const value = pruneNulls(schema, manifest)
    const right = matches(value)
    const found = right ? [] : problemsOf(value, matches.errors ?? [], options.secret)
    const nodes = [...nodesOf(schema, value)]
    const isSound = ({ path }: SchemaNode) => !found.some(({ field }) => isAtOrBelow(field, path))
    const repetitions = nodes.flatMap(repetitionsOf)
    const broken = nodes.filter(isSound).flatMap((node) => brokenRules(node, rules))
    const problems = [...found, ...repetitions, ...broken]
    return right && problems.length === 0 ? { ok: true, value } : { ok: false, problems }
  }
}
