import { ended } from '../../core/wording/ended.ts'
import type { DesiredCondition } from './desired-status.ts'

/** Something that an operator must mend in an object. */
export interface StatusProblem {
  /** As people write it: `spec.rules[0].match`; empty for the whole. */
  readonly field: string
  readonly message: string
  /** The condition reason. */
  readonly reason: string
}

/** A message that is longer helps nobody, and every list carries it. */
const MAX_CHARACTERS = 2_000

/** Builds a condition. */
export const condition = (
  type: string,
  status: DesiredCondition['status'],
  reason: string,
  message: string,
): DesiredCondition => ({ type, status, reason, message })

const sentence = (text: string): string => ended(text.charAt(0).toUpperCase() + text.slice(1))

const told = ({ field, message }: StatusProblem): string =>
  field === '' ? sentence(message) : `${field}: ${ended(message)}`

/** Every problem with its field, as many as fit. */
export const tellProblems = (problems: readonly StatusProblem[]): string => {
  const sentences = [...new Set(problems.map(told))]
  const kept: string[] = []
  let characters = 0
  for (const text of sentences) {
    characters += text.length + 1
    if (kept.length > 0 && characters > MAX_CHARACTERS) break
    kept.push(text)
  }
  const left = sentences.length - kept.length
  const rest = left === 0 ? [] : [`And ${left} more; the log names each.`]
  return [...kept.map((text) => text.slice(0, MAX_CHARACTERS)), ...rest].join(' ')
}

/** The sentence, with what else has to be said about it. */
export const also = (text: string, more: readonly string[]): string =>
  [sentence(text), ...more.map(sentence)].join(' ').slice(0, 2 * MAX_CHARACTERS)
