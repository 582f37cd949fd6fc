import { printable } from '../explain/words/printable.ts'
import { type ProbeTls, probeCheck } from '../grpc/check-probe.ts'
import { complain } from './terminal/complain.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'
import { dataText, type Output } from './terminal/output.ts'
import { readNamed } from './terminal/standard-input.ts'

/** The options of `healthcheck`. */
export interface HealthcheckOptions {
  /** Where the admin port is. */
  readonly admin: string
  /** The gRPC port, as `host:port`. Absent: it is not asked. */
  readonly check?: string
  readonly checkCa?: string
  readonly checkCert?: string
  readonly checkKey?: string
  readonly checkName?: string
  readonly timeoutMs: number
  readonly output: Output
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

/** What a probe came to; the message is for a person. */
interface Outcome {
  readonly ok: boolean
  readonly message: string
}

const askReadiness = async ({ admin, timeoutMs }: HealthcheckOptions): Promise<Outcome> => {
  try {
    const response = await fetch(new URL('/readyz', admin), {
      signal: AbortSignal.timeout(timeoutMs),
    })
    const said = (await response.text()).trimEnd()
    return { ok: response.ok, message: said || `${admin} answers ${response.status}` }
  } catch (error) {
    return { ok: false, message: `${admin} does not answer: ${reasonOf(error)}` }
  }
}

interface Pem {
  readonly flag: string
  readonly text: string
}

const readPem = async (io: Io, flag: string, file: string): Promise<Pem | Outcome> => {
  const { name, text } = await readNamed(io, file)
  return text.kind === 'text'
    ? { flag, text: text.text }
    : { ok: false, message: `${flag} names ${name}, which ${text.message}.` }
}

const tlsOf = async (
  io: Io,
  { checkCa, checkCert, checkKey, checkName }: HealthcheckOptions,
): Promise<ProbeTls | undefined | Outcome> => {
  const named = { '--check-ca': checkCa, '--check-cert': checkCert, '--check-key': checkKey }
  const texts: Record<string, string> = {}
  for (const [flag, file] of Object.entries(named)) {
    if (file === undefined) continue
    const read = await readPem(io, flag, file)
    if ('ok' in read) return read
    texts[flag] = read.text
  }
  const { '--check-ca': ca, '--check-cert': cert, '--check-key': key } = texts
  if (ca === undefined) return undefined
  return {
    ca,
    ...(cert === undefined || key === undefined ? {} : { own: { cert, key } }),
    ...(checkName === undefined ? {} : { name: checkName }),
  }
}

const askCheck = async (io: Io, options: HealthcheckOptions): Promise<Outcome | undefined> => {
  const { check, timeoutMs } = options
  if (check === undefined) return undefined
  const tls = await tlsOf(io, options)
  if (tls !== undefined && 'ok' in tls) return tls
  const problem = await probeCheck({
    address: check,
    timeoutMs,
    ...(tls === undefined ? {} : { tls }),
  })
  return problem === undefined
    ? { ok: true, message: `${check} denies a request whose host nobody owns.` }
    : { ok: false, message: problem }
}

const usageProblem = (options: HealthcheckOptions): string | undefined => {
  const { check, checkCa, checkCert, checkKey, checkName } = options
  if (check === undefined && (checkCa ?? checkCert ?? checkKey ?? checkName) !== undefined) {
    return '--check-ca, --check-cert, --check-key and --check-name need --check.'
  }
  if (checkCa === undefined && (checkCert ?? checkKey ?? checkName) !== undefined) {
    return '--check-cert, --check-key and --check-name need --check-ca: without it the connection is plain text.'
  }
  return (checkCert === undefined) === (checkKey === undefined)
    ? undefined
    : '--check-cert and --check-key go together.'
}

const tell = (io: Io, { ok, message }: Outcome): void => {
  if (ok) io.out(`${printable(message)}\n`)
  else complain(io, message.split('\n'))
}

/**
 * Asks a running process whether it is ready and, with `check`, whether it denies what nobody owns;
 * for container images, which have no curl, and for `helm test`.
 */
export const healthcheck = async (io: Io, options: HealthcheckOptions): Promise<ExitCode> => {
  const usage = usageProblem(options)
  if (usage !== undefined) {
    complain(io, [usage])
    io.err('See `sallyport healthcheck --help`.\n')
    return EXIT.usage
  }
  const readiness = await askReadiness(options)
  const check = await askCheck(io, options)
  const outcomes = check === undefined ? [readiness] : [readiness, check]
  const ok = outcomes.every((one) => one.ok)
  if (options.output === 'text') for (const outcome of outcomes) tell(io, outcome)
  else io.out(await dataText(options.output, { ok, readiness, ...(check && { check }) }))
  return ok ? EXIT.well : EXIT.problem
}
