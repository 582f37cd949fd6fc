import { type CompiledResources, compileResources } from '../app/compile-resources.ts'
import { systemClock } from '../app/system.ts'
import { objectKey, type Problem } from '../policy/resource/resource.ts'
import {
  formatProblem,
  type LocatedProblem,
  locateProblem,
  NOWHERE,
  sortProblems,
} from '../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../resources/manifest/joined-manifests.ts'
import { formatField } from '../resources/schema/field-path.ts'
import { identityHeaderNotes } from './identity-header-notes.ts'
import { loadPlatform } from './offline/offline-platform.ts'
import { unsuitableClients } from './offline/unsuitable-clients.ts'
import { reviewCertificates } from './review-certificates.ts'
import { reviewPages } from './review-pages.ts'
import { paintOn } from './terminal/colour.ts'
import { complain } from './terminal/complain.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'
import { givenManifests, readGiven } from './terminal/manifests.ts'
import { type Output, printResult } from './terminal/output.ts'
import { registrationLines, urisOf } from './terminal/registration-lines.ts'

/** The options of `validate`. */
export interface ValidateOptions {
  readonly allowInsecureIssuers: boolean
  /** Secrets and ConfigMaps that are referred to may be absent: they are not in the repository. */
  readonly skipReferences: boolean
  /** Warnings count as problems. */
  readonly strict: boolean
  /** The configuration file of `serve`, which says what the platform requires. */
  readonly config?: string
  /** Say what is to be registered at the providers, and what upstreams no longer get. */
  readonly verbose: boolean
  readonly output: Output
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const identityOf = (object: LocatedProblem['object'], field: string, message: string): string =>
  JSON.stringify([object === undefined ? '' : objectKey(object), field, message])

const isAbsence = ({ reason }: Problem): boolean =>
  reason === 'SecretNotFound' || reason === 'ConfigMapNotFound'

const kept = (compiled: CompiledResources, skipReferences: boolean): readonly LocatedProblem[] => {
  if (!skipReferences) return compiled.located
  const skipped = new Set(
    compiled.problems
      .filter(isAbsence)
      .map(({ object, field, message }) => identityOf(object, formatField(field), message)),
  )
  return compiled.located.filter(
    ({ object, field, message }) => !skipped.has(identityOf(object, field, message)),
  )
}

const joined = (
  problems: readonly LocatedProblem[],
  hidden: readonly LocatedProblem[],
): readonly LocatedProblem[] => {
  const textOf = ({ object, field, message }: LocatedProblem) => identityOf(object, field, message)
  const known = new Set(problems.map(textOf))
  const more = hidden.filter((one) => !known.has(textOf(one)))
  return more.length === 0 ? problems : sortProblems([...problems, ...more])
}

const summary = (
  read: ManifestRead,
  compiled: CompiledResources,
  problems: readonly LocatedProblem[],
): string => {
  const counts = [
    plural(read.resources.length + read.invalid.length, 'object'),
    plural(compiled.routes.length, 'route'),
    plural(
      compiled.routes.reduce((sum, { hosts }) => sum + hosts.length, 0),
      'host',
    ),
  ].join(', ')
  return `${counts}: ${problems.length === 0 ? 'no problems' : plural(problems.length, 'problem')}`
}

const isEmpty = ({ resources, invalid, problems }: ManifestRead): boolean =>
  resources.length + invalid.length + problems.length === 0

const nothingIn = (paths: readonly string[]): LocatedProblem => ({
  ...NOWHERE,
  field: '',
  message: `${paths.join(', ')}: no resources were found: name files or folders with manifests (.yaml, .yml, .json)`,
})

const NO_MANIFESTS =
  'The configuration reads the resources of a cluster: name files or folders with manifests as well, as in `sallyport validate --config sallyport.yaml ./resources`.'

const warningsOf = (
  compiled: CompiledResources,
  { locate }: ManifestRead,
  ofCertificates: readonly LocatedProblem[],
): readonly LocatedProblem[] =>
  sortProblems([
    ...ofCertificates,
    ...compiled.warnings.map((warning) => locateProblem(warning, locate)),
  ])

const registeredOf = ({ registrations }: CompiledResources) =>
  registrations.map((registration) => ({
    client: registration.client,
    provider: registration.provider,
    clientId: registration.clientId,
    ...urisOf(registration),
  }))

const toRegister = (compiled: CompiledResources): readonly string[] =>
  registeredOf(compiled).flatMap(({ client, provider, clientId, ...uris }) => [
    `To register for client "${clientId}" of ${objectKey(client)} at IdentityProvider ${provider}:`,
    ...registrationLines(uris).map((line) => `  ${line}`),
  ])

/**
 * Reads and compiles the manifests of files and folders, or else those of the configuration,
 * exactly as `serve` does, and prints every problem at once.
 */
export const validate = async (
  io: Io,
  paths: readonly string[],
  options: ValidateOptions,
): Promise<ExitCode> => {
  const platform = await loadPlatform(io, options.config)
  const pages = await reviewPages(io, options.config)
  const wrong = [...(platform.kind === 'problems' ? platform.problems : []), ...pages.problems]
  if (platform.kind === 'problems' || wrong.length > 0) {
    complain(io, wrong)
    return EXIT.problem
  }
  const named = paths.length > 0 ? paths : platform.manifestPaths
  if (named.length === 0) {
    complain(io, [NO_MANIFESTS])
    return EXIT.usage
  }
  const given = await givenManifests(io, named)
  const read = await readGiven(given)
  const { allowInsecureIssuers } = options
  const { terms: required, serving, keptAudience } = platform
  const reserved = keptAudience === undefined ? {} : { keptAudience }
  const terms = { allowInsecureIssuers, platform: required, serving, ...reserved }
  const compiled = await compileResources(read, terms)
  const hidden = options.skipReferences ? await unsuitableClients(read, terms) : []
  const found = joined(kept(compiled, options.skipReferences), hidden)
  const certificates = reviewCertificates(compiled, read, systemClock.nowMs())
  const warnings = [
    ...pages.notes.map((message) => ({ ...NOWHERE, field: '', message })),
    ...warningsOf(compiled, read, certificates.warnings),
  ]
  const problems = [
    ...found,
    ...certificates.problems,
    ...(isEmpty(read) ? [nothingIn(given.paths)] : []),
  ]
  const counted = summary(read, compiled, problems)
  const line = warnings.length === 0 ? counted : `${counted}, ${plural(warnings.length, 'warning')}`
  const notes = identityHeaderNotes(read)
  const ok = problems.length === 0 && !(options.strict && warnings.length > 0)
  const more = options.verbose ? { registrations: registeredOf(compiled), notes } : {}
  const paint = paintOn(io, 'out')
  const lines = [
    ...problems.map(formatProblem),
    ...warnings.map((warning) => `${paint('warning', 'Warning:')} ${formatProblem(warning)}`),
    ...(options.verbose ? [...toRegister(compiled), ...notes.map((note) => `Note: ${note}.`)] : []),
    paint(ok ? 'good' : 'bad', line),
  ]
  const told = { ok, summary: line, problems, warnings, ...more }
  await printResult(io, options.output, told, () => lines.map((one) => `${one}\n`).join(''))
  return ok ? EXIT.well : EXIT.problem
}
