import { accessSync, constants } from 'node:fs'
import type { Environment } from './overlay.ts'
import type { ConfigProblem } from './problem.ts'
import type { WrittenConfiguration } from './schema/schema.ts'
import { collectorUrlProblem } from './schema/tracing-schema.ts'

/** Where traces of checks are sent. */
export interface TracingConfig {
  /** The whole URL. */
  readonly endpoint: string
  readonly headersFile?: string
  /** Absent: what the process's environment says of the resource, else a name of our own. */
  readonly serviceName?: string
  readonly resourceAttributes: Readonly<Record<string, string>>
  /** Of the checks without a trace, one in so many begins one; 0: none. */
  readonly oneIn: number
  /** Whether the trace that a request names is joined where the call of the gateway names none. */
  readonly joinsRequests: boolean
  readonly tls: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string }
}

type WrittenTracing = WrittenConfiguration['tracing']

const PREFIX = 'OTEL_EXPORTER_OTLP_'

const said = (environment: Environment, variable: string): string | undefined => {
  const text = environment[variable]?.trim()
  return text === '' ? undefined : text
}

/** What is said of traces, else of every signal (OTLP exporter configuration). */
const variableOf = (environment: Environment, name: string): string | undefined =>
  [`${PREFIX}TRACES_${name}`, `${PREFIX}${name}`].find(
    (variable) => said(environment, variable) !== undefined,
  )

const withPath = (base: string): string => `${base.replace(/\/$/, '')}/v1/traces`

const isOff = (environment: Environment): boolean =>
  said(environment, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true' ||
  said(environment, 'OTEL_TRACES_EXPORTER') === 'none'

/** The variable that says that spans go by a protocol which is not spoken here. */
const otherProtocol = (environment: Environment): string | undefined => {
  const variable = variableOf(environment, 'PROTOCOL')
  return variable === undefined || said(environment, variable) === 'http/protobuf'
    ? undefined
    : variable
}

const namedCollector = (environment: Environment): string | undefined =>
  isOff(environment) ? undefined : variableOf(environment, 'ENDPOINT')

/** What such variables say is often meant for others, and is used where it can be. */
const endpointVariable = (environment: Environment): string | undefined =>
  otherProtocol(environment) === undefined ? namedCollector(environment) : undefined

const endpointIn = (environment: Environment): string | undefined => {
  const variable = endpointVariable(environment)
  if (variable === undefined) return undefined
  const text = said(environment, variable) ?? ''
  return variable === `${PREFIX}ENDPOINT` ? withPath(text) : text
}

const FILES = {
  caFile: 'CERTIFICATE',
  certFile: 'CLIENT_CERTIFICATE',
  keyFile: 'CLIENT_KEY',
} as const

const tlsIn = (environment: Environment): TracingConfig['tls'] =>
  Object.fromEntries(
    Object.entries(FILES).flatMap(([field, name]) => {
      const variable = variableOf(environment, name)
      return variable === undefined ? [] : [[field, said(environment, variable)]]
    }),
  )

const isReadable = (file: string): boolean => {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

const problem = (variable: string, message: string): ConfigProblem => ({
  field: '',
  message,
  origin: { kind: 'environment', variable },
})

const endpointProblems = (environment: Environment): readonly ConfigProblem[] => {
  const variable = endpointVariable(environment)
  if (variable === undefined) return []
  const message = collectorUrlProblem(endpointIn(environment) ?? '')
  return message === undefined ? [] : [problem(variable, message)]
}

const fileProblems = (environment: Environment): readonly ConfigProblem[] =>
  Object.values(FILES).flatMap((name) => {
    const variable = variableOf(environment, name)
    const file = variable === undefined ? undefined : said(environment, variable)
    if (variable === undefined || file === undefined || isReadable(file)) return []
    return [problem(variable, `names ${file}, which cannot be read: correct the name or its mode`)]
  })

/** What of the usual variables cannot be used, where there are traces at all. */
export const tracingVariableProblems = (
  isWritten: boolean,
  environment: Environment,
): readonly ConfigProblem[] => {
  if (isWritten) return fileProblems(environment)
  if (endpointVariable(environment) === undefined) return []
  return [...endpointProblems(environment), ...fileProblems(environment)]
}

/** Why there are no traces although a variable names a collector: a sentence for the log. */
const noteOf = (environment: Environment): { readonly tracingNote?: string } => {
  const collector = namedCollector(environment)
  const protocol = otherProtocol(environment)
  if (collector === undefined || protocol === undefined) return {}
  const tracingNote = `There are no traces: ${collector} names a collector, but ${protocol} is not http/protobuf, the only way in which they are sent. Name the collector in tracing.endpoint, or set OTEL_TRACES_EXPORTER to none.`
  return { tracingNote }
}

const attributesIn = (lines: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )

/** Where traces are sent: what the configuration says, else what the usual variables say. */
export const tracingOf = (
  written: WrittenTracing,
  environment: Environment,
): { readonly tracing?: TracingConfig; readonly tracingNote?: string } => {
  const endpoint = written.endpoint ?? endpointIn(environment)
  if (endpoint === undefined) return noteOf(environment)
  const { headersFile, serviceName, resourceAttributes, oneIn, joinsRequests } = written
  return {
    tracing: {
      endpoint,
      resourceAttributes: attributesIn(resourceAttributes),
      oneIn,
      joinsRequests,
      tls: tlsIn(environment),
      ...(headersFile === undefined ? {} : { headersFile }),
      ...(serviceName === undefined ? {} : { serviceName }),
    },
  }
}
