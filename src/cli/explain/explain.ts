import { systemClock, systemRandom } from '../../app/system.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import type { PolicySource } from '../../core/policy-source.ts'
import { type Reason, reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { type Explanation, explainRequest, type ProvidersOf } from '../../explain/explanation.ts'
import { askedRequest } from '../../explain/offline/asked-request.ts'
import { offlinePorts } from '../../explain/offline/offline-ports.ts'
import { present } from '../../explain/offline/present.ts'
import type { AskedAs, Somebody } from '../../explain/offline/somebody.ts'
import type { PlatformTerms } from '../../policy/compile/platform/floor.ts'
import type { GivenManifests } from '../../resources/manifest-files.ts'
import { readWrittenAbsences } from '../../resources/written-status.ts'
import { createLiveParts, loadLive } from '../live/live-parts.ts'
import { readClaims } from '../offline/claims-file.ts'
import { loadPlatform } from '../offline/offline-platform.ts'
import { type OfflineResources, readOfflineResources } from '../offline/offline-resources.ts'
import { complain } from '../terminal/complain.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { givenManifests } from '../terminal/manifests.ts'
import { type Output, printResult } from '../terminal/output.ts'
import { readNamed } from '../terminal/standard-input.ts'
import { absenceNotes } from './absence-notes.ts'
import { explanationText } from './explanation-text.ts'
import { livePorts, providerFacts } from './live-ports.ts'

/** The options of `explain`. */
export interface ExplainOptions {
  readonly resources: readonly string[]
  readonly url: string
  readonly method: string
  /** Each as `Name: value`. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** A file with claims: the request is asked as whoever has them. */
  readonly claims?: string
  /** Any of these asks as somebody, too. */
  readonly via?: Somebody['via']
  readonly scopes?: readonly string[]
  readonly client?: string
  /** The address that the gateway names as the source. */
  readonly sourceAddress?: string
  readonly allowInsecureIssuers: boolean
  /** Contact the providers: say whether they can be used, and verify the token for real. */
  readonly live: boolean
  /**
   * The configuration file of `serve`, which says what the platform requires, and for `live` how
   * providers are reached.
   */
  readonly config?: string
  readonly output: Output
}

const sentence = (reason: Reason): string => {
  const { status, message, remedy } = reasonEntry(reason)
  return `Whoever owns the host, the answer is ${status} ${reason}: ${message} ${remedy}`
}

/** The ports of an explanation, and what it can say of providers. */
interface Surroundings {
  readonly portsOver: (table: PolicySource) => CheckPorts
  readonly allowInsecureIssuers: boolean
  readonly platform: readonly PlatformTerms[]
  readonly providersOf?: ProvidersOf
  readonly close: () => Promise<void>
}

const offline = async (
  io: Io,
  options: ExplainOptions,
): Promise<Surroundings | readonly string[]> => {
  const platform = await loadPlatform(io, options.config)
  if (platform.kind === 'problems') return platform.problems
  return {
    portsOver: (table) => offlinePorts(table, systemClock, systemRandom),
    allowInsecureIssuers: options.allowInsecureIssuers,
    platform: platform.terms,
    close: async () => undefined,
  }
}

const live = async (io: Io, options: ExplainOptions): Promise<Surroundings | readonly string[]> => {
  const config = await loadLive(io, options)
  if (config.kind === 'problems') return config.problems
  const parts = createLiveParts(config.outbound)
  return {
    portsOver: (table) => livePorts(table, parts),
    allowInsecureIssuers: config.allowInsecureIssuers,
    platform: config.platform,
    providersOf: (providers) => providerFacts(providers, parts),
    close: parts.close,
  }
}

const isProblems = <T>(outcome: T | readonly string[]): outcome is readonly string[] =>
  Array.isArray(outcome)

const NO_CLAIMS = { kind: 'claims', claims: {} } as const

/** A request with the ports that it is asked with, and as whom. */
interface Asking {
  readonly request: Request
  readonly ports: CheckPorts
  readonly as?: AskedAs
}

/** As whom is asked; `undefined`: nobody was named. */
const somebodyOf = async (
  io: Io,
  options: ExplainOptions,
): Promise<Somebody | undefined | readonly string[]> => {
  const { claims: file, via, scopes, client } = options
  if ([file, via, scopes, client].every((one) => one === undefined)) return undefined
  const read = file === undefined ? NO_CLAIMS : readClaims(await readNamed(io, file))
  if (read.kind === 'problems') return read.problems
  return {
    via: via ?? 'session',
    claims: read.claims,
    ...(scopes === undefined ? {} : { scopes }),
    ...(client === undefined ? {} : { client }),
  }
}

const notesOf = async (
  { missing, problems, table }: OfflineResources,
  request: Request,
  given: GivenManifests,
): Promise<readonly string[]> => [
  ...missing.map((name) => `${name} is not among the files; explained as if it were.`),
  ...(problems.length === 0
    ? []
    : [`The resources have problems (${problems.length}): see \`sallyport validate\`.`]),
  ...absenceNotes(table.find(request), await readWrittenAbsences(given)),
]

const print = async (
  io: Io,
  { output }: ExplainOptions,
  explanation: Explanation,
): Promise<ExitCode> => {
  await printResult(io, output, explanation, () => explanationText(explanation))
  const isKnown = ['found', 'callbacks'].includes(explanation.host.state)
  const isRight = explanation.providers?.every(({ problems }) => problems.length === 0) ?? true
  return isKnown && isRight ? EXIT.well : EXIT.problem
}

const tell = (io: Io, problems: readonly string[]): ExitCode => {
  complain(io, problems)
  return EXIT.problem
}

const explainWith = async (
  io: Io,
  options: ExplainOptions,
  request: Request,
  somebody: Somebody | undefined,
  { portsOver, providersOf, ...terms }: Surroundings,
): Promise<ExitCode> => {
  const given = await givenManifests(io, options.resources)
  const resources = await readOfflineResources(given, terms)
  const { table } = resources
  const bare: Asking = { request, ports: portsOver(table) }
  const asked = somebody === undefined ? bare : present(request, somebody, bare.ports)
  if ('problems' in asked) return tell(io, asked.problems)
  const explanation = await explainRequest(asked.request, asked.ports, {
    nearest: table.nearest,
    notes: await notesOf(resources, request, given),
    ...(providersOf === undefined ? {} : { providersOf }),
    ...(asked.as === undefined ? {} : { as: asked.as }),
  })
  return print(io, options, explanation)
}

/**
 * Says which policy and rule a request falls under, what they ask for, and what it would be
 * answered with: offline, as somebody too, or with the providers asked.
 */
export const explain = async (io: Io, options: ExplainOptions): Promise<ExitCode> => {
  const { sourceAddress: address } = options
  const request = askedRequest({ ...options, ...(address === undefined ? {} : { address }) })
  if (!request.ok) return tell(io, [sentence(request.reason)])
  const somebody = await somebodyOf(io, options)
  if (isProblems(somebody)) return tell(io, somebody)
  const surroundings = await (options.live ? live : offline)(io, options)
  if (isProblems(surroundings)) return tell(io, surroundings)
  try {
    return await explainWith(io, options, request.value, somebody, surroundings)
  } finally {
    await surroundings.close()
  }
}
