import { inSteps, mapInSteps, type Steps, sortInSteps, UNHURRIED } from '../core/time/steps.ts'
import { describeKey } from '../outbound/identity/key-facts.ts'
import { whyNoPair } from '../outbound/identity/own-certificate.ts'
import { type Compilation, type CompilerOptions, createCompiler } from '../policy/compile.ts'
import type { LastGood } from '../policy/in-force.ts'
import {
  inOrderOfPlace,
  type LocatedProblem,
  locateProblem,
} from '../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../resources/manifest/joined-manifests.ts'
import { createExpressions, type Expressions } from './expressions/expressions.ts'
import { sha256 } from './system.ts'

/**
 * A compilation, and the problems of reading and compiling together, in the order of their places.
 */
export interface CompiledResources extends Compilation {
  readonly located: readonly LocatedProblem[]
  /** Those of reading alone. */
  readonly unread: readonly LocatedProblem[]
}

/** Compiles what was read, again and again. */
export interface ResourceCompiler {
  /** The steps of one compilation; these are to be finished before others are begun. */
  readonly steps: (read: ManifestRead, previous?: LastGood) => Steps<CompiledResources>
}

/**
 * A compiler that has compiled nothing yet, and remembers what it made of each object. What reads
 * expressions is loaded with the first that is there; what was refused for want of it is looked at
 * anew once it is.
 */
export const createResourceCompiler = (
  options: CompilerOptions['options'],
  expressions: Expressions = createExpressions(),
): ResourceCompiler => {
  const looking = { whyNoPair, describeKey }
  const compiling = { hash: sha256, expressions: expressions.compile, ...looking, options }
  const create = () => createCompiler(compiling)
  let compiler = create()
  let wasPrepared = true
  const steps = function* (read: ManifestRead, previous?: LastGood): Steps<CompiledResources> {
    const isPrepared = yield* expressions.prepare(read.resources)
    if (isPrepared && !wasPrepared) compiler = create()
    wasPrepared = isPrepared
    const compilation = yield* compiler.steps({
      resources: read.resources,
      invalid: read.invalid,
      ...(previous === undefined ? {} : { previous }),
    })
    const located = yield* mapInSteps(compilation.problems, (one) =>
      locateProblem(one, read.locate),
    )
    const all = yield* sortInSteps([...read.problems, ...located], inOrderOfPlace)
    return { ...compilation, located: all, unread: read.problems }
  }
  return { steps }
}

/** Compiles what was read, once. */
export const compileResources = (
  read: ManifestRead,
  options: CompilerOptions['options'],
): Promise<CompiledResources> => inSteps(createResourceCompiler(options).steps(read), UNHURRIED)
