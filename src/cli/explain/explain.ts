import { compileResources } from '../../app/compile-resources.ts'
import { systemClock } from '../../app/system.ts'
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
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { explainRequest } from './explanation.ts'
import { explanationText } from './explanation-text.ts'
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
    headerNames: () => headers.keys(),
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

/**
 * Says offline which policy and rule a request falls under, what they ask for, and what it would be
 * answered with.
 */
export const explain = async (io: Io, options: ExplainOptions): Promise<ExitCode> => {
  const request = requestOf(options)
  if (!request.ok) {
    io.err(`${sentence(request.reason)}\n`)
    return EXIT.problem
  }
  const schema = createResourceSchema()
  const read = await createManifestReader({ paths: options.resources, schema }).read()
  const { resources, missing } = standIn(read.resources)
  const { table, located } = compileResources({ ...read, resources }, options)
  const notes = [
    ...missing.map((name) => `${name} is not among the files; explained as if it were.`),
    ...(located.length === 0
      ? []
      : [`The resources have problems (${located.length}): see \`sallyport validate\`.`]),
  ]
  const explanation = await explainRequest(request.value, offlinePorts(table, systemClock), {
    nearest: table.nearest,
    notes,
  })
  io.out(
    options.output === 'json'
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : explanationText(explanation),
  )
  return ['found', 'callbacks'].includes(explanation.host.state) ? EXIT.well : EXIT.problem
}
