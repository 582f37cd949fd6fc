import { resolve } from 'node:path'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { readNamed, STDIN } from '../terminal/standard-input.ts'
import type { AdminConnection } from './admin-client.ts'

/** How every `sessions` command reaches the admin API. */
export interface ConnectionOptions {
  readonly server?: string
  readonly tokenFile?: string
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
}

/** A connection, or everything that keeps it from being one, and what to end with. */
export type Prepared =
  | { readonly kind: 'ready'; readonly connection: AdminConnection }
  | { readonly kind: 'problems'; readonly code: ExitCode; readonly problems: readonly string[] }

const FILES = [
  ['tokenFile', 'SALLYPORT_TOKEN_FILE', '--token-file'],
  ['caFile', 'SALLYPORT_CA_FILE', '--ca-file'],
  ['certFile', 'SALLYPORT_CERT_FILE', '--cert-file'],
  ['keyFile', 'SALLYPORT_KEY_FILE', '--key-file'],
] as const

type FileOption = (typeof FILES)[number][0]

type Texts = Readonly<Partial<Record<FileOption, string>>>

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

const readFiles = async (io: Io, names: Texts) => {
  const texts: Partial<Record<FileOption, string>> = {}
  const problems: string[] = []
  for (const [option, , flag] of FILES) {
    const file = names[option]
    if (file === undefined) continue
    const path = file === STDIN ? file : resolve(io.workingFolder, file)
    const { text } = await readNamed(io, path)
    if (text.kind === 'text') texts[option] = text.text
    else problems.push(`${flag} names ${file}, which ${text.message}.`)
  }
  return { texts: texts as Texts, problems }
}

const together = (server: URL | string, names: Texts): readonly string[] => [
  ...(typeof server === 'string' ? [server] : []),
  ...((names.certFile === undefined) === (names.keyFile === undefined)
    ? []
    : ['--cert-file and --key-file go together.']),
  ...(typeof server !== 'string' &&
  server.protocol === 'http:' &&
  (names.caFile ?? names.certFile ?? names.keyFile) !== undefined
    ? ['--ca-file, --cert-file and --key-file need a --server that begins with https://.']
    : []),
]

/**
 * Reads what a connection is made of: options before the environment, and files as they are now.
 */
export const prepareConnection = async (
  io: Io,
  options: ConnectionOptions,
  timeoutMs: number,
): Promise<Prepared> => {
  const { environment } = io
  const server = serverOf(filled(options.server) ?? filled(environment.SALLYPORT_SERVER))
  const names: Texts = Object.fromEntries(
    FILES.flatMap(([option, variable]) => {
      const file = filled(options[option]) ?? filled(environment[variable])
      return file === undefined ? [] : [[option, file]]
    }),
  )
  const wrong = together(server, names)
  if (wrong.length > 0 || typeof server === 'string') {
    return { kind: 'problems', code: EXIT.usage, problems: wrong }
  }
  const { texts, problems } = await readFiles(io, names)
  if (problems.length > 0) return { kind: 'problems', code: EXIT.problem, problems }
  const { tokenFile, caFile: ca, certFile: cert, keyFile: key } = texts
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
