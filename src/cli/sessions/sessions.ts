import { printable } from '../../observability/lines/printable.ts'
import { complain } from '../terminal/complain.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { dataText, type Output, printResult } from '../terminal/output.ts'
import { callAdmin } from './admin-client.ts'
import { type ConnectionOptions, type Prepared, prepareConnection } from './connection.ts'
import { type ShownSession, sessionFields, sessionTable } from './sessions-text.ts'

/** The options of `sessions list`. */
export interface ListOptions extends ConnectionOptions {
  readonly subject?: string
  readonly issuer?: string
  readonly client?: string
  readonly host?: string
  readonly limit?: string
  readonly after?: string
  readonly output: Output | 'name'
}

/** The options of `sessions revoke`. */
export interface RevokeOptions extends ConnectionOptions {
  readonly session?: string
  readonly subject?: string
  readonly issuer?: string
  readonly client?: string
  readonly everything: boolean
  readonly yes: boolean
  readonly output: Output
}

const READ_TIMEOUT_MS = 15_000

/** Longer than the admin API itself takes at most. */
const REVOKE_TIMEOUT_MS = 310_000

const MAX_MESSAGE = 2_000

const detailOf = (body: object, status: number): string => {
  const detail = 'detail' in body && typeof body.detail === 'string' ? body.detail : ''
  return printable(detail === '' ? `The admin API answered ${status}.` : detail, MAX_MESSAGE)
}

/** Asks, tells what went wrong, and hands a good answer on. */
const ask = async (
  io: Io,
  command: string,
  prepared: Prepared,
  request: { readonly method: 'GET' | 'DELETE'; readonly path: string },
  show: (body: object) => Promise<void>,
): Promise<ExitCode> => {
  if (prepared.kind === 'problems') {
    complain(io, prepared.problems)
    if (prepared.code === EXIT.usage) io.err(`See \`sallyport sessions ${command} --help\`.\n`)
    return prepared.code
  }
  const reply = await callAdmin(prepared.connection, request.method, request.path)
  if (reply.kind === 'failed') {
    complain(io, [reply.message])
    return EXIT.problem
  }
  if (reply.status !== 200) {
    complain(io, [detailOf(reply.body, reply.status)])
    return EXIT.problem
  }
  await show(reply.body)
  return EXIT.well
}

const queryOf = (parameters: Readonly<Record<string, string | undefined>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value)
  }
  return query.size === 0 ? '' : `?${query}`
}

interface Page {
  readonly sessions?: readonly ShownSession[]
  readonly next?: string
}

const namesOf = (sessions: readonly ShownSession[]): string =>
  sessions.map(({ id }) => `${printable(id, MAX_MESSAGE)}\n`).join('')

const printPage = async (io: Io, { output }: ListOptions, page: Page): Promise<void> => {
  const { sessions = [], next } = page
  if (output === 'json' || output === 'yaml') return io.out(await dataText(output, page))
  io.out(output === 'name' ? namesOf(sessions) : sessionTable(sessions))
  if (sessions.length === 0 && next === undefined) io.err('There are no such sessions.\n')
  if (next !== undefined) io.err(`There may be more: --after ${printable(next, MAX_MESSAGE)}\n`)
}

/** Prints one page of sessions. */
export const listSessions = async (io: Io, options: ListOptions): Promise<ExitCode> => {
  const { subject, issuer, client, host, limit, after } = options
  const path = `/v1/sessions${queryOf({ subject, issuer, client, host, limit, after })}`
  const prepared = await prepareConnection(io, options, READ_TIMEOUT_MS)
  return ask(io, 'list', prepared, { method: 'GET', path }, (body) => printPage(io, options, body))
}

const idPath = (id: string): string => `/v1/sessions/${encodeURIComponent(id)}`

/** Prints one session. */
export const showSession = async (
  io: Io,
  id: string,
  options: ConnectionOptions & { readonly output: Output },
): Promise<ExitCode> => {
  const prepared = await prepareConnection(io, options, READ_TIMEOUT_MS)
  return ask(io, 'show', prepared, { method: 'GET', path: idPath(id) }, (body) =>
    printResult(io, options.output, body, () => sessionFields(body as ShownSession)),
  )
}

const revokeProblem = (options: RevokeOptions): string | undefined => {
  const { session, subject, issuer, client, everything, yes } = options
  const kinds = [session, subject ?? client, everything || undefined].filter(
    (kind) => kind !== undefined,
  )
  if (kinds.length === 0)
    return 'Say what is to end: --session, --subject, --client or --everything.'
  if (kinds.length > 1) {
    return '--session, --subject with --client, and --everything exclude each other: keep one.'
  }
  if (issuer !== undefined && subject === undefined) return '--issuer needs --subject.'
  return everything && !yes
    ? '--everything signs everybody out: say --yes as well if that is what you want.'
    : undefined
}

const revokePath = ({ session, subject, issuer, client }: RevokeOptions): string => {
  if (session !== undefined) return idPath(session)
  if (subject === undefined && client === undefined) return '/v1/sessions?everything=true'
  return `/v1/sessions${queryOf({ subject, issuer, client })}`
}

/** What is wrong with the selection and with the connection, together. */
const prepareRevoking = async (io: Io, options: RevokeOptions): Promise<Prepared> => {
  const problem = revokeProblem(options)
  const prepared = await prepareConnection(io, options, REVOKE_TIMEOUT_MS)
  if (problem === undefined) return prepared
  const others = prepared.kind === 'problems' ? prepared.problems : []
  return { kind: 'problems', code: EXIT.usage, problems: [problem, ...others] }
}

/** Ends sessions, and prints how many. */
export const revokeSessions = async (io: Io, options: RevokeOptions): Promise<ExitCode> => {
  const prepared = await prepareRevoking(io, options)
  const request = { method: 'DELETE', path: revokePath(options) } as const
  return ask(io, 'revoke', prepared, request, (body) =>
    printResult(io, options.output, body, () => {
      const ended = 'ended' in body ? Number(body.ended) : 0
      return `Ended ${ended} ${ended === 1 ? 'session' : 'sessions'}.\n`
    }),
  )
}
