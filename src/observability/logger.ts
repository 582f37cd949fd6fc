import type { Clock } from '../core/time/clock.ts'
import type { LogDestination } from './lines/destination.ts'
import { jsonText, membersText } from './lines/json-text.ts'
import { lineFrame, memberName, type Naming } from './lines/member-names.ts'
import { prettyLine } from './lines/pretty.ts'
import { type Fields, redactFields, redactText } from './lines/redact.ts'

/** Writes log lines. Whatever it is given, no secret leaves it in the clear (R31). */
export interface Logger {
  readonly debug: (message: string, fields?: Fields) => void
  readonly info: (message: string, fields?: Fields) => void
  readonly warn: (message: string, fields?: Fields) => void
  readonly error: (message: string, fields?: Fields) => void
  /**
   * Writes a line whatever the level: for the audit log, which has a switch of its own and redacts
   * by itself.
   */
  readonly always: (message: string, fields: Fields) => void
  /**
   * The same for the decision log, whose fields are JSON already: members of an object, each with a
   * comma before it.
   */
  readonly decision: (members: string) => void
  /**
   * Writes out at once what is still waiting, for a process that must end now: lines may change
   * places.
   */
  readonly flush: () => void
  /** Writes out what is still waiting, in its order. No line is written after that. */
  readonly close: () => Promise<void>
}

/** What a logger is made of. */
export interface LoggerOptions {
  readonly level: Level
  readonly format: 'json' | 'pretty'
  /** What the members of JSON are called. */
  readonly naming: Naming
  readonly clock: Clock
  readonly destination: LogDestination
}

type Level = 'debug' | 'info' | 'warn' | 'error'

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error']

/** The time as ISO 8601, made once for all lines of a millisecond. */
const timeOf = (clock: Clock): (() => string) => {
  let atMs = Number.NaN
  let text = ''
  return () => {
    const nowMs = clock.nowMs()
    if (nowMs !== atMs) {
      atMs = nowMs
      text = new Date(nowMs).toISOString()
    }
    return text
  }
}

/** Lines that find no room are counted, and told as soon as there is some. */
const createTelling = (write: (line: string) => boolean, lossLine: (lost: number) => string) => {
  let lost = 0
  const tell = (): void => {
    if (lost > 0 && write(lossLine(lost))) lost = 0
  }
  return {
    tell,
    write: (line: string): void => {
      tell()
      if (lost > 0 || !write(line)) lost += 1
    },
  }
}

/** Makes the process's logger: a line is one JSON object, which begins with level and time. */
export const createLogger = (options: LoggerOptions): Logger => {
  const { level, format, naming, clock, destination } = options
  const now = timeOf(clock)
  const { beginning, message: messageName } = lineFrame(naming)
  const nameOf = (name: string): string => memberName(naming, name)
  const line = (name: Level, members: string, message: string): string => {
    const json = `${beginning(name, now())}${members},"${messageName}":${jsonText(message)}}\n`
    return format === 'json' ? json : prettyLine(json)
  }
  const { write, tell } = createTelling(destination.write, (lost) =>
    line(
      'warn',
      membersText({ lost }, nameOf),
      'Lines of this log were lost: they are not read in time.',
    ),
  )
  const at =
    (name: Level) =>
    (message: string, fields: Fields = {}): void => {
      if (LEVELS.indexOf(name) < LEVELS.indexOf(level)) return
      write(line(name, membersText(redactFields(fields), nameOf), redactText(message)))
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    always: (message, fields) => write(line('info', membersText(fields, nameOf), message)),
    decision: (members) => write(line('info', members, 'check')),
    flush: () => {
      tell()
      destination.flush()
    },
    close: () => {
      tell()
      return destination.close()
    },
  }
}
