import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Environment } from '../../config/overlay.ts'
import { printable } from '../../observability/lines/printable.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { type AdminConnection, callAdmin } from './admin-client.ts'
import { type ShownSession, sessionFields, sessionTable } from './sessions-text.ts'

/** How every `sessions` command reaches the admin API. */
export interface ConnectionOptions {
  readonly server?: string
  readonly tokenFile?: string
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
}

type Output = 'text' | 'json'

/** The options of `sessions list`. */
export interface ListOptions extends ConnectionOptions {
  readonly subject?: string
  readonly issuer?: string
  readonly client?: string
  readonly host?: string
  readonly limit?: string
  readonly after?: string
  readonly output: Output
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

const FILES = [
  ['tokenFile', 'SALLYPORT_TOKEN_FILE', '--token-file'],
  ['caFile', 'SALLYPORT_CA_FILE', '--ca-file'],
  ['certFile', 'SALLYPORT_CERT_FILE', '--cert-file'],
  ['keyFile', 'SALLYPORT_KEY_FILE', '--key-file'],
] as const

type Prepared =
  | { readonly kind: 'ready'; readonly connection: AdminConnection }
  | { readonly kind: 'problem'; readonly code: ExitCode; readonly message: string }

const usage = (message: string): Prepared => ({ kind: 'problem', code: EXIT.usage, message })

const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

const serverOf = (written: string | undefined): URL | string => {
  if (written === undefined) {
    return '--server is missing: say where the admin API is, or set SALLYPORT_SERVER.'
  }
  const url = URL.parse(written)
  const isPlain = url !== null && url.pathname === '/' && url.search === '' && url.hash === ''
  return isPlain && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
    ? url
    : '--server must be https:// or http://, a host and a port, such as https://127.0.0.1:9443.'
}

/** The token of a file: its last word, so that a line of the server's own file will do. */
const tokenOf = (text: string): string | undefined => text.trim().split(/\s+/).at(-1)

const prepare = (io: Io, options: ConnectionOptions, timeoutMs: number): Prepared => {
  const from = (environment: Environment, name: string) => filled(environment[name])
  const server = serverOf(filled(options.server) ?? from(io.environment, 'SALLYPORT_SERVER'))
  if (typeof server === 'string') return usage(server)
  const texts: Partial<Record<(typeof FILES)[number][0], string>> = {}
  for (const [name, variable, flag] of FILES) {
    const file = filled(options[name]) ?? from(io.environment, variable)
    if (file === undefined) continue
    try {
      texts[name] = readFileSync(resolve(io.workingFolder, file), 'utf8')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const message = `${flag} names ${file}, which cannot be read: ${why}`
      return { kind: 'problem', code: EXIT.problem, message }
    }
  }
  const { tokenFile, caFile: ca, certFile: cert, keyFile: key } = texts
  if ((cert === undefined) !== (key === undefined)) {
    return usage('--cert-file and --key-file go together.')
  }
  if (server.protocol === 'http:' && (ca ?? cert) !== undefined) {
    return usage('--ca-file, --cert-file and --key-file need a --server that begins with https://.')
  }
  const token = tokenFile === undefined ? undefined : tokenOf(tokenFile)
  return {
    kind: 'ready',
    connection: {
      server,
      timeoutMs,
      ...(token === undefined ? {} : { token }),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    },
  }
}

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
  show: (body: object) => void,
): Promise<ExitCode> => {
  if (prepared.kind === 'problem') {
    const hint =
      prepared.code === EXIT.usage ? `See \`sallyport sessions ${command} --help\`.\n` : ''
    io.err(`error: ${prepared.message}\n${hint}`)
    return prepared.code
  }
  const reply = await callAdmin(prepared.connection, request.method, request.path)
  if (reply.kind === 'failed') {
    io.err(`${reply.message}\n`)
    return EXIT.problem
  }
  if (reply.status !== 200) {
    io.err(`${detailOf(reply.body, reply.status)}\n`)
    return EXIT.problem
  }
  show(reply.body)
  return EXIT.well
}

const queryOf = (parameters: Readonly<Record<string, string | undefined>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value)
  }
  return query.size === 0 ? '' : `?${query}`
}

const json = (body: object): string => `${JSON.stringify(body, undefined, 2)}\n`

/** Prints one page of sessions. */
export const listSessions = (io: Io, options: ListOptions): Promise<ExitCode> => {
  const { subject, issuer, client, host, limit, after, output } = options
  const path = `/v1/sessions${queryOf({ subject, issuer, client, host, limit, after })}`
  const prepared = prepare(io, options, READ_TIMEOUT_MS)
  return ask(io, 'list', prepared, { method: 'GET', path }, (body) => {
    if (output === 'json') return io.out(json(body))
    const { sessions = [], next } = body as { sessions?: readonly ShownSession[]; next?: string }
    if (sessions.length > 0) io.out(sessionTable(sessions))
    else io.err(next === undefined ? 'There are no such sessions.\n' : '')
    if (next !== undefined) io.err(`There may be more: --after ${printable(next, MAX_MESSAGE)}\n`)
  })
}

const idPath = (id: string): string => `/v1/sessions/${encodeURIComponent(id)}`

/** Prints one session. */
export const showSession = (
  io: Io,
  id: string,
  options: ConnectionOptions & { readonly output: Output },
): Promise<ExitCode> => {
  const prepared = prepare(io, options, READ_TIMEOUT_MS)
  return ask(io, 'show', prepared, { method: 'GET', path: idPath(id) }, (body) =>
    io.out(options.output === 'json' ? json(body) : sessionFields(body as ShownSession)),
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

/** Ends sessions, and prints how many. */
export const revokeSessions = (io: Io, options: RevokeOptions): Promise<ExitCode> => {
  const problem = revokeProblem(options)
  const prepared = problem === undefined ? prepare(io, options, REVOKE_TIMEOUT_MS) : usage(problem)
  const request = { method: 'DELETE', path: revokePath(options) } as const
  return ask(io, 'revoke', prepared, request, (body) => {
    if (options.output === 'json') return io.out(json(body))
    const ended = 'ended' in body ? Number(body.ended) : 0
    io.out(`Ended ${ended} ${ended === 1 ? 'session' : 'sessions'}.\n`)
  })
}
