import { didYouMean } from './did-you-mean.ts'
import type { ConfigProblem, Origin } from './problem.ts'
import type { FieldKind } from './schema/field-kinds.ts'
import { configurationFields, type Field } from './schema/fields.ts'

/** One field that the environment or a flag sets. */
export interface Override {
  readonly field: Field
  readonly value: unknown
  readonly origin: Origin
}

const LISTS: ReadonlySet<FieldKind> = new Set([
  'addresses',
  'attributes',
  'clients',
  'files',
  'hosts',
  'paths',
  'networks',
  'namespaces',
  'texts',
])

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

const commandOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const readText = (kind: FieldKind, text: string): unknown => {
  if (LISTS.has(kind)) return listOf(text)
  if (kind === 'command' || kind === 'requirements') return commandOf(text)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (kind === 'integer' && /^-?[0-9]{1,15}$/.test(text)) return Number(text)
  return text
}

/** The file that `serve --config` reads, when the option is absent. */
export const CONFIG_FILE_VARIABLE = 'SALLYPORT_CONFIG'

/**
 * What Kubernetes sets in every pod for a Service whose name begins with `sallyport`; nothing of
 * ours.
 */
const SERVICE_LINK = /_SERVICE_HOST$|_SERVICE_PORT(?:_|$)|_PORT$|_PORT_[0-9]+_(?:TCP|UDP|SCTP)/

/** What `sallyport sessions` reads: a shell that has them may run `serve` as well. */
const CLIENT_VARIABLE = /^SALLYPORT_(?:SERVER|(?:TOKEN|CA|CERT|KEY)_FILE)$/

const isForeign = (variable: string): boolean =>
  !variable.startsWith('SALLYPORT_') ||
  CLIENT_VARIABLE.test(variable) ||
  variable === CONFIG_FILE_VARIABLE ||
  SERVICE_LINK.test(variable)

/** An environment as `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the fields that the environment sets. An empty variable sets nothing; an unknown one is a
 * problem.
 */
export const readEnvironment = (
  environment: Environment,
): { readonly overrides: readonly Override[]; readonly problems: readonly ConfigProblem[] } => {
  const byVariable = new Map(configurationFields.map((field) => [field.variable, field]))
  const overrides: Override[] = []
  const problems: ConfigProblem[] = []
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || text === '') continue
    const origin: Origin = { kind: 'environment', variable }
    const field = byVariable.get(variable)
    if (field !== undefined) {
      overrides.push({ field, value: readText(field.kind, text), origin })
    } else if (!isForeign(variable)) {
      const message = `sets no field: ${didYouMean(variable, [...byVariable.keys()])}`
      problems.push({ field: '', message, origin })
    }
  }
  return { overrides, problems }
}

/**
 * What the command line gave, by flag: text, several texts, or `true` for a flag without a value.
 */
export type Flags = Readonly<Record<string, string | readonly string[] | boolean | undefined>>

/** Reads the fields that flags set. */
export const readFlags = (flags: Flags): readonly Override[] =>
  configurationFields.flatMap((field) => {
    const given = field.flag === undefined ? undefined : flags[field.flag]
    if (field.flag === undefined || given === undefined) return []
    const value = typeof given === 'string' ? readText(field.kind, given) : given
    return [{ field, value, origin: { kind: 'flag', flag: field.flag } }]
  })
