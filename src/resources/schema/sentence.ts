import { nearest } from '../../core/wording/nearest.ts'
import type { FieldPath } from '../../policy/resource/resource.ts'
import type { FieldProblem } from './field-path.ts'
import { mended } from './mended.ts'
import type { Finding } from './structural-check.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { valueForm } from './value-form.ts'

const MAX_SHOWN = 64
const MAX_LISTED = 12

/** Whatever a manifest holds: an object may have a field that is called `toString`. */
const textOf = (value: unknown): string => {
  try {
    return String(value)
  } catch {
    return JSON.stringify(value)
  }
}

/** A value as a sentence may show it: short, on one line, and without the password of a URL. */
const shown = (value: unknown): string => {
  const text = textOf(value).replace(/\/\/[^/@]*@/, '//…@')
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
  const near = typeof written === 'string' ? nearest(written, names) : undefined
  return near === undefined ? `choose one of ${list(names)}` : `did you mean \`${near}\`?`
}

const unknownField = ({ name, schema }: Finding): string => {
  const names = Object.keys(schema.properties ?? {})
  if (names.length === 0) return 'is not a field here: write `{}`'
  const near = nearest(String(name), names)
  if (near !== undefined) return `is not a field here; did you mean \`${near}\`?`
  return names.length > MAX_LISTED
    ? 'is not a field here: remove it'
    : `is not a field here; the fields are ${list(names)}`
}

const missingField = ({ name, schema: { properties = {} } }: Finding): string => {
  const field: StructuralSchema = properties[String(name)] ?? {}
  const [meaning] = (field.description ?? '').split(/(?<=\.) /)
  return `is required but not set. ${meaning}`.trim()
}

const wrongType = ({ demand, value }: Finding): string => {
  const wanted = [demand].flat().map((type) => typeNames[String(type)] ?? String(type))
  const quote = wanted.includes('a string') && Object(value) !== value && value !== null
  const advice = quote ? ': write it in quotes' : ''
  return `must be ${wanted.join(', ').replace(/, (?=[^,]*$)/, ' or ')}, but is ${typeOf(value)}${advice}`
}

const wrongForm = ({ demand, value }: Finding): string => {
  const form = valueForm(String(demand))
  const spelling = mended(String(value), String(demand))
  const advice = spelling ?? form?.example
  const like = spelling === undefined ? 'write it like' : 'write'
  return `${shown(value)} is not ${form?.meaning ?? 'valid'}; ${like} ${JSON.stringify(advice)}`
}

const requiredSets = (schemas: unknown): readonly (readonly string[])[] =>
  [schemas].flat().map((schema) => [Object(schema).required].flat().map(String))

/** The field of an object that must not be there without another. */
const lonely = ({ demand, value }: Finding): string => {
  const fields = [Object(demand).anyOf].flat().map((one) => ({
    name: String(Object(one).required),
    needs: String(Object(Object(one).not).required),
  }))
  const { name, needs } = fields.find((one) => Object.hasOwn(Object(value), one.name)) ?? {}
  return `has \`${name}\`, which is for \`${needs}\` alone: add \`${needs}\`, or remove it`
}

/** The sentence for each keyword of JSON Schema that the definitions use. */
const sentences: Readonly<Record<string, (finding: Finding) => string>> = {
  additionalProperties: unknownField,
  required: missingField,
  type: wrongType,
  enum: ({ demand, value }) =>
    `${shown(value)} is not known here; ${choose(value, [demand].flat().map(String))}`,
  pattern: wrongForm,
  format: ({ demand, value }) =>
    `${shown(value)} is not ${demand === 'byte' ? 'base64' : 'a time like "2026-01-31T12:00:00Z"'}`,
  propertyNames: ({ name }) => `has a key that is not allowed: ${shown(name)}`,
  minLength: ({ value, demand }) =>
    value === '' ? 'is empty; set it or remove it' : `needs at least ${demand} characters`,
  maxLength: ({ value, demand }) =>
    `has ${plural(countOf(value), 'character')}, at most ${demand} are allowed`,
  minItems: ({ demand }) => `needs at least ${plural(Number(demand), 'member')}`,
  maxItems: ({ value, demand }) =>
    `has ${plural(countOf(value), 'member')}, at most ${demand} are allowed`,
  maxProperties: ({ value, demand }) =>
    `has ${countOf(value)} entries, at most ${demand} are allowed`,
  minimum: ({ value, demand }) => `is ${value}, and must be at least ${demand}: raise it`,
  maximum: ({ value, demand }) => `is ${value}, and may be at most ${demand}: lower it`,
  anyOf: ({ demand }) => `needs one of ${list([...new Set(requiredSets(demand).flat())])}`,
  not: lonely,
}

const SIZES: ReadonlySet<string> = new Set(['minLength', 'maxLength'])

const placeOf = (path: FieldPath): string => JSON.stringify(path)

const withoutRepetition = (found: readonly Finding[]): readonly Finding[] => {
  const sized = new Set(
    found.filter(({ keyword }) => SIZES.has(keyword)).map(({ path }) => placeOf(path)),
  )
  return found.filter(({ keyword, path }) => keyword !== 'pattern' || !sized.has(placeOf(path)))
}

/** The keywords whose findings are about a field of the object: its name is the last step. */
const OF_FIELDS: ReadonlySet<string> = new Set(['additionalProperties', 'required'])

/** What was found, as sentences: one for each field and keyword, with the likely fix. */
export const problemsOf = (found: readonly Finding[], secret: boolean): readonly FieldProblem[] =>
  withoutRepetition(found).map((finding) => {
    const { keyword, path, name } = finding
    const value = secret && typeof finding.value === 'string' ? '…' : finding.value
    const field = OF_FIELDS.has(keyword) && name !== undefined ? [...path, name] : path
    return { field, message: sentences[keyword]?.({ ...finding, value }) ?? 'is not valid' }
  })
