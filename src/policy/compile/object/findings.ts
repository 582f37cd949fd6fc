import {
  type CompileExpression,
  type Expression,
  type ExpressionUse,
  MOST_EXPRESSION_CHARACTERS,
} from '../../../core/policy/expression.ts'
import { parseDurationMs } from '../../../core/time/duration.ts'
import type { Checked } from '../../matching/checked.ts'
import type { FieldPath, ProblemReason } from '../../resource/resource.ts'

/** Something wrong with one object, before it is said what follows from it. */
export interface Finding {
  readonly field: FieldPath
  /** A sentence without its full stop. */
  readonly message: string
  readonly reason: ProblemReason
  /** What of the object goes on all the same; absent: it cannot be used. */
  readonly remains?: string
}

/** Whether an object cannot be used over it. */
export const hinders = ({ remains }: Finding): boolean => remains === undefined

/** The least and the most a duration may be, in milliseconds. */
export interface Bounds {
  readonly leastMs: number
  readonly mostMs: number
}

/**
 * Gathers everything that is wrong with one object while it is read, so that all of it can be told
 * at once.
 */
export interface Findings {
  readonly add: (field: FieldPath, message: string) => void
  /** The value; or the finding that `subject`, written so, is wrong. */
  readonly take: <T>(
    field: FieldPath,
    subject: string,
    written: string,
    checked: Checked<T>,
  ) => T | undefined
  /** Milliseconds within the bounds; 0 beside a finding otherwise. */
  readonly durationMs: (field: FieldPath, written: string, bounds: Bounds) => number
  /** The expression; `undefined` beside everything that is wrong with it. */
  readonly expression: (
    field: FieldPath,
    written: string,
    use: ExpressionUse,
  ) => Expression | undefined
  readonly list: () => readonly Finding[]
}

const SECOND_MS = 1_000

const inWords = (ms: number): string => (ms % SECOND_MS === 0 ? `${ms / SECOND_MS}s` : `${ms}ms`)

/** An expression that nobody can read is refused, and with it what it is a part of. */
const unread: CompileExpression = () => ({
  ok: false,
  messages: ['cannot be read: what reads expressions could not be loaded'],
})

/** What refuses every expression of an object in which they are too long together. */
export const tooLong: CompileExpression = () => ({
  ok: false,
  messages: [
    `is among those that are longer together than the ${MOST_EXPRESSION_CHARACTERS} characters that all expressions here may have together: make several routes of it, or shorten them`,
  ],
})

/** Findings about one object, none yet; `compile` is what reads its expressions. */
export const createFindings = (compile: CompileExpression = unread): Findings => {
  const found: Finding[] = []
  const add: Findings['add'] = (field, message) => {
    found.push({ field, message, reason: 'Invalid' })
  }
  return {
    add,
    take: (field, subject, written, checked) => {
      if (checked.ok) return checked.value
      add(field, `The ${subject} ${JSON.stringify(written)} ${checked.message}`)
      return undefined
    },
    durationMs: (field, written, { leastMs, mostMs }) => {
      const ms = parseDurationMs(written)
      if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms
      const range = `between ${inWords(leastMs)} and ${inWords(mostMs)}`
      add(field, `The duration ${JSON.stringify(written)} is not one ${range}, as in \`1h30m\``)
      return 0
    },
    expression: (field, written, use) => {
      const compiled = compile(written, use)
      if (compiled.ok) return compiled.expression
      for (const message of compiled.messages) add(field, `The expression ${message}`)
      return undefined
    },
    list: () => found,
  }
}
