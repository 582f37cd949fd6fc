import { spawnSync } from 'node:child_process'
import type { ExpressionValue } from '../../../src/core/policy/expression.ts'
import { installed } from './installed.ts'

/** What cel-go makes of an expression. */
export type CelGoAnswer =
  | { readonly kind: 'refused' | 'failed'; readonly message: string }
  | { readonly kind: 'value'; readonly value: ExpressionValue }

/** What is asked of it. */
export interface CelGoQuestion {
  /** Each a map of texts to anything. */
  readonly variables: Readonly<Record<string, ExpressionValue>>
  /** The variable `now`. */
  readonly nowMs: number
  readonly expressions: readonly string[]
}

/** Asks cel-go about all of these expressions at once. @throws Error with what it said if it ends */
export const askCelGo = (question: CelGoQuestion): readonly CelGoAnswer[] => {
  const asked = spawnSync(installed('cel/cel', 'cel'), {
    input: JSON.stringify(question),
    maxBuffer: 64 * 1024 * 1024,
  })
  if (asked.status !== 0) throw new Error(String(asked.stderr))
  return JSON.parse(String(asked.stdout)) as readonly CelGoAnswer[]
}
