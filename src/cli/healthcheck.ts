import { probeCheck } from '../grpc/check-probe.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'

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
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

const askReadiness = async (io: Io, { admin, timeoutMs }: HealthcheckOptions): Promise<boolean> => {
  try {
    const response = await fetch(new URL('/readyz', admin), {
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (response.ok) io.out(text)
    else io.err(text)
    return response.ok
  } catch (error) {
    io.err(`${admin} does not answer: ${reasonOf(error)}\n`)
    return false
  }
}

const tlsOf = ({ checkCa, checkCert, checkKey, checkName }: HealthcheckOptions) => {
  if (checkCa === undefined) return {}
  const own =
    checkCert === undefined || checkKey === undefined
      ? {}
      : { certFile: checkCert, keyFile: checkKey }
  return {
    tls: { caFile: checkCa, ...own, ...(checkName === undefined ? {} : { name: checkName }) },
  }
}

const askCheck = async (io: Io, options: HealthcheckOptions): Promise<boolean> => {
  const { check, timeoutMs } = options
  if (check === undefined) return true
  const problem = await probeCheck({ address: check, timeoutMs, ...tlsOf(options) })
  if (problem === undefined) io.out(`${check} denies a request whose host nobody owns.\n`)
  else io.err(`${problem}\n`)
  return problem === undefined
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

/**
 * Asks a running process whether it is ready and, with `check`, whether it denies what nobody owns;
 * for container images, which have no curl, and for `helm test`.
 */
export const healthcheck = async (io: Io, options: HealthcheckOptions): Promise<ExitCode> => {
  const usage = usageProblem(options)
  if (usage !== undefined) {
    io.err(`error: ${usage}\nSee \`sallyport healthcheck --help\`.\n`)
    return EXIT.usage
  }
  const isReady = await askReadiness(io, options)
  const isDenied = await askCheck(io, options)
  return isReady && isDenied ? EXIT.well : EXIT.problem
}
