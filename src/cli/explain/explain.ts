import { compileResources } from '../../app/compile-resources.ts'
import { systemClock } from '../../app/system.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import type { PolicySource } from '../../core/policy-source.ts'
import { type Reason, reasonEntry } from '../../core/reason/reason.ts'
import {
  authorityOf,
  type Parsed,
  parseAuthority,
  parsePath,
  type Request,
} from '../../core/request/request.ts'
import { createManifestReader } from '../../resources/manifest-reader.ts'
import { createResourceSchema } from '../../resources/schema/schema.ts'
import { readWrittenAbsences } from '../../resources/written-status.ts'
import { createLiveParts, loadLive } from '../live/live-parts.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { absenceNotes } from './absence-notes.ts'
import { explainRequest, type ProvidersOf } from './explanation.ts'
import { explanationText } from './explanation-text.ts'
import { livePorts, providerFacts } from './live-ports.ts'
import { offlinePorts } from './offline-ports.ts'
import { standIn } from './stand-ins.ts'

/** The options of `explain`. */
export interface ExplainOptions {
  readonly resources: readonly string[]
  readonly url: string
  readonly method: string
  /** Each as `Name: value`. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly allowInsecureIssuers: boolean
  /** Contact the providers: say whether they can be used, and verify the token for real. */
  readonly live: boolean
  /** The configuration file of `serve`, by which providers are reached; for `live` alone. */
  readonly config?: string
  readonly output: 'text' | 'json'
}

const URL_PARTS = /^https?:\/\/([^/?#]+)([/?][^#]*)?(?:#.*)?$/i

const joined = (headers: ExplainOptions['headers']): ReadonlyMap<string, string> => {
  const byName = new Map<string, string>()
  for (const [name, value] of headers) {
    const former = byName.get(name)
    byName.set(name, former === undefined ? value : `${former},${value}`)
  }
  return byName
}

/**
 * The request as Envoy would describe it; the path stays as written, for its canonical form is part
 * of the question.
 */
const requestOf = (options: ExplainOptions): Parsed<Request> => {
  const [, authorityText = '', rest = '/'] = URL_PARTS.exec(options.url) ?? []
  const raw = rest.startsWith('?') ? `/${rest}` : rest
  const authority = parseAuthority(authorityText)
  if (!authority.ok) return authority
  const path = parsePath(raw)
  if (!path.ok) return path
  const headers = joined(options.headers)
  const value: Request = {
    id: 'explain',
    method: options.method.toUpperCase(),
    host: authority.value.host,
    authority: authorityOf(authority.value),
    path: path.value,
    header: (name) => headers.get(name),
    headerNames: () => [...headers.keys()],
    encoding: 'text',
    room: { bytes: Number.POSITIVE_INFINITY, count: Number.POSITIVE_INFINITY },
    contextExtensions: {},
  }
  return { ok: true, value }
}

const sentence = (reason: Reason): string => {
  const { status, message, remedy } = reasonEntry(reason)
  return `Whoever owns the host, the answer is ${status} ${reason}: ${message} ${remedy}`
}

/** The ports of an explanation, and what it can say of providers. */
interface Surroundings {
  readonly portsOver: (table: PolicySource) => CheckPorts
  readonly allowInsecureIssuers: boolean
  readonly providersOf?: ProvidersOf
  readonly close: () => Promise<void>
}

const offline = ({ allowInsecureIssuers }: ExplainOptions): Surroundings => ({
  portsOver: (table) => offlinePorts(table, systemClock),
  allowInsecureIssuers,
  close: async () => undefined,
})

const live = (io: Io, options: ExplainOptions): Surroundings | readonly string[] => {
  const config = loadLive(io, options)
  if (config.kind === 'problems') return config.problems
  const parts = createLiveParts(config.outbound)
  return {
    portsOver: (table) => livePorts(table, parts),
    allowInsecureIssuers: config.allowInsecureIssuers,
    providersOf: (providers) => providerFacts(providers, parts),
    close: parts.close,
  }
}

const isProblems = (
  surroundings: Surroundings | readonly string[],
): surroundings is readonly string[] => Array.isArray(surroundings)

const explainWith = async (
  io: Io,
  options: ExplainOptions,
  request: Request,
  { portsOver, allowInsecureIssuers, providersOf }: Surroundings,
): Promise<ExitCode> => {
  const schema = createResourceSchema()
  const read = await createManifestReader({ paths: options.resources, schema }).read()
  const { resources, missing } = standIn(read.resources)
  const { table, located } = compileResources({ ...read, resources }, { allowInsecureIssuers })
  const notes = [
    ...missing.map((name) => `${name} is not among the files; explained as if it were.`),
    ...(located.length === 0
      ? []
      : [`The resources have problems (${located.length}): see \`sallyport validate\`.`]),
    ...absenceNotes(table.find(request), await readWrittenAbsences(options.resources)),
  ]
  const explanation = await explainRequest(request, portsOver(table), {
    nearest: table.nearest,
    notes,
    ...(providersOf === undefined ? {} : { providersOf }),
  })
  io.out(
    options.output === 'json'
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : explanationText(explanation),
  )
  const isKnown = ['found', 'callbacks'].includes(explanation.host.state)
  const isRight = explanation.providers?.every(({ problems }) => problems.length === 0) ?? true
  return isKnown && isRight ? EXIT.well : EXIT.problem
}

/**
 * Says which policy and rule a request falls under, what they ask for, and what it would be
 * answered with: offline, or with the providers asked.
 */
export const explain = async (io: Io, options: ExplainOptions): Promise<ExitCode> => {
  const request = requestOf(options)
  if (!request.ok) {
    io.err(`${sentence(request.reason)}\n`)
    return EXIT.problem
  }
  const surroundings = options.live ? live(io, options) : offline(options)
  if (isProblems(surroundings)) {
    for (const problem of surroundings) io.err(`${problem}\n`)
    return EXIT.problem
  }
  try {
    return await explainWith(io, options, request.value, surroundings)
  } finally {
    await surroundings.close()
  }
}
