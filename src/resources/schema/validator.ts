import { type FieldProblem, isAtOrBelow } from './field-path.ts'
import type { Rule } from './rule-functions.ts'
import { rules } from './rules.generated.ts'
import { problemsOf } from './sentence.ts'
import { findingsOf } from './structural-check.ts'
import {
  nodesOf,
  pruneNulls,
  type SchemaNode,
  type StructuralSchema,
  type ValidationRule,
} from './structural-schema.ts'

/** The outcome of validation: the value with its defaults, or everything that is wrong with it. */
export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] }

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

type RulesInCode = ReadonlyMap<ValidationRule, Rule>

const rulesBelow = (schema: StructuralSchema): readonly ValidationRule[] => [
  ...(schema['x-kubernetes-validations'] ?? []),
  ...Object.values(schema.properties ?? {}).flatMap(rulesBelow),
  ...(schema.items ? rulesBelow(schema.items) : []),
  ...(schema.additionalProperties ? rulesBelow(schema.additionalProperties) : []),
]

const inCode = (validation: ValidationRule): readonly [ValidationRule, Rule] => {
  const rule = rules.get(validation.rule)
  if (rule === undefined) throw new Error(`No code was generated for \`${validation.rule}\``)
  return [validation, rule]
}

/** A rule that fails on a value counts as broken, as it does at the API server. */
const keeps = (value: unknown, rule: Rule | undefined): boolean => {
  try {
    return rule?.(value) === true
  } catch {
    return false
  }
}

const brokenRules = (node: SchemaNode, known: RulesInCode): readonly FieldProblem[] => {
  const { schema, value, path } = node
  if (value === undefined) return []
  return (schema['x-kubernetes-validations'] ?? [])
    .filter((validation) => !keeps(value, known.get(validation)))
    .map(({ message }) => ({ field: path, message }))
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
  const known: RulesInCode = new Map(rulesBelow(schema).map(inCode))
  const isRight = (value: unknown, problems: readonly FieldProblem[]): value is T =>
    value !== undefined && problems.length === 0
  return (manifest) => {
    const value = pruneNulls(schema, manifest)
    const found = problemsOf(findingsOf(schema, value), options.secret)
    const nodes = [...nodesOf(schema, value)]
    const isSound = ({ path }: SchemaNode) => !found.some(({ field }) => isAtOrBelow(field, path))
    const repetitions = nodes.flatMap(repetitionsOf)
    const broken = nodes.filter(isSound).flatMap((node) => brokenRules(node, known))
    const problems = [...found, ...repetitions, ...broken]
    return isRight(value, problems) ? { ok: true, value } : { ok: false, problems }
  }
}
