import { pino } from 'pino'
import type { Clock } from '../core/time/clock.ts'
import { prettyLine } from './pretty.ts'
import { type Fields, redactFields, redactText } from './redact.ts'

/** Writes log lines. Whatever it is given, no secret leaves it in the clear (R31). */
export interface Logger {
  readonly debug: (message: string, fields?: Fields) => void
  readonly info: (message: string, fields?: Fields) => void
  readonly warn: (message: string, fields?: Fields) => void
  readonly error: (message: string, fields?: Fields) => void
  /**
   * Writes a line whatever the level: for the decision log, which has a switch of its own and
   * redacts by itself.
   */
  readonly always: (message: string, fields: Fields) => void
  /**
   * Writes out at once what is still waiting, for a process that must end now: lines may change
   * places.
   */
  readonly flush: () => void
  /** Writes out what is still waiting, in its order. No line is written after that. */
  readonly close: () => Promise<void>
}

/** Where lines go. */
export interface LogDestination {
  readonly write: (line: string) => void
  readonly flush: () => void
  readonly close: () => Promise<void>
}

/** What a logger is made of. */
export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly format: 'json' | 'pretty'
  readonly clock: Clock
  readonly destination: LogDestination
}

const STANDARD_OUTPUT = 1

/** What may wait for a reader that is slow; beyond that lines are dropped, never checks. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/** How long a reader may take over the last lines. */
const MAX_CLOSING_MS = 2_000

/**
 * Standard output, written behind the work in progress. A reader that went away costs the lines and
 * nothing else.
 */
export const standardOutput = (): LogDestination => {
  const stream = pino.destination({
    dest: STANDARD_OUTPUT,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
  })
  let isBroken = false
  stream.on('error', () => {
    isBroken = true
  })
  return {
    write: (line) => void stream.write(line),
    flush: () => {
      try {
        stream.flushSync()
      } catch {
        // The reader is gone, and with it the only place to say so.
      }
    },
    close: () =>
      new Promise((resolve) => {
        if (isBroken) return resolve()
        const timer = setTimeout(resolve, MAX_CLOSING_MS)
        const done = (): void => {
          clearTimeout(timer)
          resolve()
        }
        stream.once('close', done).once('error', done)
        stream.end()
      }),
  }
}

const formatted = ({ format, destination }: LoggerOptions): { write: (line: string) => void } =>
  format === 'json' ? destination : { write: (line) => destination.write(prettyLine(line)) }

/** Makes the process's logger. */
export const createLogger = (options: LoggerOptions): Logger => {
  const { level, clock, destination } = options
  const root = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    formatted(options),
  )
  const unfiltered = root.child({}, { level: 'info' })
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Fields = {}): void => {
      if (root.isLevelEnabled(name)) root[name](redactFields(fields), redactText(message))
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    always: (message, fields) => unfiltered.info(fields, message),
    flush: destination.flush,
    close: destination.close,
  }
}
