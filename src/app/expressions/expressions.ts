import type { CompileExpression } from '../../core/policy/expression.ts'
import { type Steps, waitFor } from '../../core/time/steps.ts'
import { searchPattern } from '../../policy/matching/text-pattern.ts'
import type { Resource } from '../../policy/resource/resource.ts'
import { compileExpressions, useExpressions } from '../../policy/uses-expressions.ts'
import { type KeptExpressions, keepExpressions } from './kept-expressions.ts'

/** What reads expressions, loaded when the first of them is there. */
export interface Expressions {
  /** `undefined` until it is loaded. Two of the same text and use are the same object. */
  readonly compile: () => CompileExpression | undefined
  /**
   * Loads it if these resources need it, and has it read what is new in them, one expression in
   * each step; whether it is there then, or not needed. All that these resources hold is kept, so
   * that nothing is read while they are compiled. Never throws.
   */
  readonly prepare: (resources: readonly Resource[]) => Steps<boolean>
}

const load = async (): Promise<CompileExpression> => {
  const { createExpressionCompiler } = await import('../../expressions/expression-compiler.ts')
  return createExpressionCompiler(searchPattern)
}

/** Nothing is loaded yet. A load that fails is tried again at the next call that needs it. */
export const createExpressions = (loadCompiler = load): Expressions => {
  let kept: KeptExpressions | undefined
  const read = new WeakSet<Resource>()
  const loaded = async (): Promise<boolean> => {
    try {
      kept = keepExpressions(await loadCompiler())
      return true
    } catch {
      return false
    }
  }
  return {
    compile: () => kept?.compile,
    prepare: function* (resources) {
      if (kept === undefined) {
        if (!(yield* useExpressions(resources))) return true
        if (!(yield* waitFor(loaded())) || kept === undefined) return false
      }
      yield* compileExpressions(resources, kept.compile, read)
      yield* kept.retain(resources)
      return true
    },
  }
}
