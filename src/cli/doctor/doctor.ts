import { type CompiledResources, compileResources } from '../../app/compile-resources.ts'
import { objectKey } from '../../policy/resource/resource.ts'
import { type LocatedProblem, locateProblem } from '../../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../../resources/manifest/joined-manifests.ts'
import { readWrittenChecks } from '../../resources/written-status.ts'
import { createLiveParts, type LiveOptions, loadLive } from '../live/live-parts.ts'
import { paintOn } from '../terminal/colour.ts'
import { complain } from '../terminal/complain.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { givenManifests, readGiven } from '../terminal/manifests.ts'
import { type Output, printResult } from '../terminal/output.ts'
import { reportText } from './doctor-text.ts'
import { examine } from './examine.ts'
import type { Todo } from './report.ts'

/** The options of `doctor`. */
export interface DoctorOptions extends LiveOptions {
  /** `namespace/name`, or the name alone; absent: every provider. */
  readonly provider?: string
  /** Ask no provider about a client. */
  readonly skipCredentials: boolean
  readonly output: Output
}

const NO_FILES =
  'The configuration reads the resources of a cluster, which doctor does not: give them with --resources, as `kubectl get identityproviders,oidcclients,protectedroutes,secrets,configmaps -A -o yaml` prints them.'

const todoOf =
  (severity: Todo['severity']) =>
  ({ object, field, message, ...at }: LocatedProblem): Todo => ({
    severity,
    about: object === undefined ? `${at.file}:${at.line}:${at.column}` : objectKey(object),
    message: field === '' ? message : `${field}: ${message}`,
  })

/** What is wrong before anybody is asked. */
const before = (
  compiled: CompiledResources,
  { locate }: ManifestRead,
  notes: readonly string[],
): readonly Todo[] => [
  ...compiled.located.map(todoOf('problem')),
  ...notes.map((message): Todo => ({ severity: 'warning', about: 'Configuration', message })),
  ...compiled.warnings.map((warning) => locateProblem(warning, locate)).map(todoOf('warning')),
]

const isNamed =
  (wanted: string | undefined) =>
  (name: string): boolean =>
    wanted === undefined || name === wanted || name.endsWith(`/${wanted}`)

const providerNames = ({ objects }: CompiledResources): readonly string[] =>
  objects.flatMap(({ ref }) =>
    ref.kind === 'IdentityProvider' ? [`${ref.namespace}/${ref.name}`] : [],
  )

const noProvider = (wanted: string, names: readonly string[]): string =>
  `There is no IdentityProvider ${wanted}: ${names.length === 0 ? 'the resources hold none' : `there are ${names.join(', ')}`}.`

/**
 * Looks at providers, clients and routes as this process would reach and use them, and says what to
 * do. Writes nothing, needs no Redis, and prints no secret.
 */
export const doctor = async (io: Io, options: DoctorOptions): Promise<ExitCode> => {
  const config = await loadLive(io, options)
  if (config.kind === 'problems') {
    complain(io, config.problems)
    return EXIT.problem
  }
  const { resources: paths, outbound } = config
  if (paths === undefined) {
    complain(io, [NO_FILES])
    return EXIT.usage
  }
  const given = await givenManifests(io, paths)
  const read = await readGiven(given)
  const compiled = await compileResources(read, config)
  const isAsked = isNamed(options.provider)
  const names = providerNames(compiled)
  if (options.provider !== undefined && !names.some(isAsked)) {
    complain(io, [noProvider(options.provider, names)])
    return EXIT.usage
  }
  const parts = createLiveParts(outbound)
  try {
    const report = await examine(
      {
        compiled,
        isAsked,
        checks: await readWrittenChecks(given),
        triesCredentials: !options.skipCredentials,
        before: before(compiled, read, parts.notes),
        httpOrigin: config.httpOrigin,
      },
      parts,
    )
    await printResult(io, options.output, report, () => reportText(report, paintOn(io, 'out')))
    return report.ok ? EXIT.well : EXIT.problem
  } finally {
    await parts.close()
  }
}
