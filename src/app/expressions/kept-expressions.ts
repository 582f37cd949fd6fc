import type {
  CompiledExpression,
  CompileExpression,
  ExpressionUse,
} from '../../core/policy/expression.ts'
import { eachInSteps, type Steps } from '../../core/time/steps.ts'
import type { Resource } from '../../policy/resource/resource.ts'
import { writtenExpressions } from '../../policy/resource/written-expressions.ts'

/** A compiler of expressions that keeps what it made. */
export interface KeptExpressions {
  /** Two of the same text and use are the same object, as long as a resource holds them. */
  readonly compile: CompileExpression
  /** Forgets what these resources do not hold, once there is enough of that. */
  readonly retain: (resources: readonly Resource[]) => Steps<void>
}

/** How many are kept that no resource holds any more. */
const MOST_SPARE = 4_096

const keyOf = (written: string, use: ExpressionUse): string => `${use} ${written}`

/** Has each text read once; nothing is kept yet. */
export const keepExpressions = (read: CompileExpression): KeptExpressions => {
  let kept = new Map<string, CompiledExpression>()
  let needed = 0
  return {
    compile: (written, use) => {
      const key = keyOf(written, use)
      const known = kept.get(key)
      if (known !== undefined) return known
      const made = read(written, use)
      kept.set(key, made)
      return made
    },
    retain: function* (resources) {
      if (kept.size - needed <= MOST_SPARE) return
      const held = new Map<string, CompiledExpression>()
      yield* eachInSteps(resources, (resource) => {
        for (const { text, use } of writtenExpressions(resource)) {
          const key = keyOf(text, use)
          const known = kept.get(key)
          if (known !== undefined) held.set(key, known)
        }
      })
      kept = held
      needed = held.size
    },
  }
}
