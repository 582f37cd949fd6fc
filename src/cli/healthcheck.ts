import { EXIT, type ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'

/** The options of `healthcheck`. */
export interface HealthcheckOptions {
  /** Where the admin port is. */
  readonly admin: string
  readonly timeoutMs: number
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

/** Asks a running process whether it is ready; for container images, which have no curl. */
export const healthcheck = async (io: Io, options: HealthcheckOptions): Promise<ExitCode> => {
  try {
    const response = await fetch(new URL('/readyz', options.admin), {
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    const text = await response.text()
    if (response.ok) io.out(text)
    else io.err(text)
    return response.ok ? EXIT.well : EXIT.problem
  } catch (error) {
    io.err(`${options.admin} does not answer: ${reasonOf(error)}\n`)
    return EXIT.problem
  }
}
