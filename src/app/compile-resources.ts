import { type Compilation, compile, type LastGood } from '../policy/compile.ts'
import {
  type LocatedProblem,
  locateProblem,
  sortProblems,
} from '../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../resources/manifest/manifests.ts'
import { sha256 } from './system.ts'

/**
 * A compilation, and the problems of reading and compiling together, in the order of their places.
 */
export interface CompiledResources extends Compilation {
  readonly located: readonly LocatedProblem[]
  /** Those of reading alone. */
  readonly unread: readonly LocatedProblem[]
}

/** Compiles what was read. */
export const compileResources = (
  read: ManifestRead,
  options: { readonly allowInsecureIssuers: boolean },
  previous?: LastGood,
): CompiledResources => {
  const compilation = compile({
    resources: read.resources,
    invalid: read.invalid,
    hash: sha256,
    options,
    ...(previous === undefined ? {} : { previous }),
  })
  const located = compilation.problems.map((problem) => locateProblem(problem, read.locate))
  const all = sortProblems([...read.problems, ...located])
  return { ...compilation, located: all, unread: read.problems }
}
