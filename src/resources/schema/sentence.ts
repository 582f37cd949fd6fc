import type { ErrorObject } from 'ajv'
import { type FieldProblem, fieldAt } from './field-path.ts'
import { nearestName } from './nearest-name.ts'
import { mended, valueForm } from './value-form.ts'

const MAX_SHOWN = 64
const MAX_LISTED = 12

/** A value as a sentence may show it: short, on one line, and without the password of a URL. */
const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value.replace(/\/\/[^/@]*@/, '//…@') : String(value)
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'boolean' ? `the boolean ${value}` : (typeNames[typeof value] ?? 'odd')
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const countOf = (value: unknown): number =>
  typeof value === 'string' ? [...value].length : Object.keys(Object(value)).length

const choose = (written: unknown, names: readonly string[]): string => {
  const near = typeof written === 'string' ? nearestName(written, names) : undefined
  return near === undefined ? `choose one of ${list(names)}` : `did you mean \`${near}\`?`
}

/** One finding of the validator, with what its sentence is made of. */
interface Finding {
  readonly params: Readonly<Record<string, unknown>>
  readonly schema: unknown
  readonly parent: Readonly<Record<string, unknown>>
  readonly value: unknown
}

const propertyNames = (parent: Finding['parent']): readonly string[] =>
  Object.keys(Object(parent.properties))

const unknownField = ({ params, parent }: Finding): string => {
  const names = propertyNames(parent)
  if (names.length === 0) return 'is not a field here: write `{}`'
  const near = nearestName(String(params.additionalProperty), names)
  if (near !== undefined) return `is not a field here; did you mean \`${near}\`?`
  return names.length > MAX_LISTED
    ? 'is not a field here: remove it'
    : `is not a field here; the fields are ${list(names)}`
}

const missingField = ({ params, parent }: Finding): string => {
  const schema = Object(Object(parent.properties)[String(params.missingProperty)])
  const [meaning] = String(schema.description ?? '').split(/(?<=\.) /)
  return `is required but not set. ${meaning}`.trim()
}

const wrongType = ({ schema, value }: Finding): string => {
  const wanted = [schema].flat().map((type) => typeNames[String(type)] ?? String(type))
  const quote = wanted.includes('a string') && Object(value) !== value && value !== null
  const advice = quote ? ': write it in quotes' : ''
  return `must be ${wanted.join(', ').replace(/, (?=[^,]*$)/, ' or ')}, but is ${typeOf(value)}${advice}`
}

const wrongForm = ({ schema, value }: Finding): string => {
  const form = valueForm(String(schema))
  const spelling = mended(String(value), String(schema))
  const advice = spelling ?? form?.example
  const like = spelling === undefined ? 'write it like' : 'write'
  return `${shown(value)} is not ${form?.meaning ?? 'valid'}; ${like} ${JSON.stringify(advice)}`
}

const requiredSets = (schemas: unknown): readonly (readonly string[])[] =>
  [schemas].flat().map((schema) => [Object(schema).required].flat().map(String))

const excluded = ({ schema, value }: Finding): string => {
  const sets = requiredSets(Object(schema).anyOf)
  const broken = sets.find((names) => names.every((name) => Object.hasOwn(Object(value), name)))
  return `cannot have ${list(broken ?? []).replace(', ', ' and ')} together: write one member for each`
}

/** The sentence for each keyword of JSON Schema that the definitions use. */
const sentences: Readonly<Record<string, (finding: Finding) => string>> = {
  additionalProperties: unknownField,
  required: missingField,
  type: wrongType,
  enum: ({ params, value }) =>
    `${shown(value)} is not known here; ${choose(value, [params.allowedValues].flat().map(String))}`,
  pattern: wrongForm,
  format: ({ schema, value }) =>
    `${shown(value)} is not ${schema === 'byte' ? 'base64' : 'a time like "2026-01-31T12:00:00Z"'}`,
  propertyNames: ({ params }) => `has a key that is not allowed: ${shown(params.propertyName)}`,
  minLength: ({ value, schema }) =>
    value === '' ? 'is empty; set it or remove it' : `needs at least ${schema} characters`,
  maxLength: ({ value, schema }) =>
    `has ${plural(countOf(value), 'character')}, at most ${schema} are allowed`,
  minItems: ({ schema }) => `needs at least ${plural(Number(schema), 'member')}`,
  maxItems: ({ value, schema }) =>
    `has ${plural(countOf(value), 'member')}, at most ${schema} are allowed`,
  maxProperties: ({ value, schema }) =>
    `has ${countOf(value)} entries, at most ${schema} are allowed`,
  minimum: ({ value, schema }) => `is ${value}, and must be at least ${schema}: raise it`,
  maximum: ({ value, schema }) => `is ${value}, and may be at most ${schema}: lower it`,
  anyOf: ({ schema }) => `needs one of ${list([...new Set(requiredSets(schema).flat())])}`,
  not: excluded,
}

/**
 * Findings inside `anyOf`, `not` and key checks only explain the finding of the keyword around
 * them.
 */
const isDetail = ({ schemaPath }: ErrorObject): boolean =>
  /\/(?:anyOf|not|propertyNames)\//.test(schemaPath.replaceAll(/\/properties\/[^/]+/g, ''))

const extraStep = (error: ErrorObject): readonly string[] => {
  const { additionalProperty, missingProperty } = error.params
  const name = additionalProperty ?? missingProperty
  return typeof name === 'string' ? [name] : []
}

const SIZES: ReadonlySet<string> = new Set(['minLength', 'maxLength'])

const withoutRepetition = (errors: readonly ErrorObject[]): readonly ErrorObject[] => {
  const sized = new Set(
    errors.filter(({ keyword }) => SIZES.has(keyword)).map((e) => e.instancePath),
  )
  return errors.filter(
    ({ keyword, instancePath }) => keyword !== 'pattern' || !sized.has(instancePath),
  )
}

/**
 * What the validator found, as sentences: one for each field and keyword, with the likely fix.
 * @param root the validated value; the validator must have run with `verbose`.
 */
export const problemsOf = (
  root: unknown,
  errors: readonly ErrorObject[],
  secret: boolean,
): readonly FieldProblem[] =>
  withoutRepetition(errors.filter((error) => !isDetail(error))).map((error) => {
    const finding: Finding = {
      params: error.params,
      schema: error.schema,
      parent: Object(error.parentSchema),
      value: secret && typeof error.data === 'string' ? '…' : error.data,
    }
    const field = [...fieldAt(root, error.instancePath), ...extraStep(error)]
    const sentence = sentences[error.keyword]?.(finding) ?? error.message ?? 'is not valid'
    return { field, message: sentence }
  })
