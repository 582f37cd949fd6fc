import { eachInSteps, type Steps } from '../core/time/steps.ts'
import type { Logger } from '../observability/logger.ts'
import { formatProblem, type LocatedProblem } from '../resources/manifest/diagnostics.ts'

/** Tells each problem once when it appears, and once more when it is gone. */
export type ProblemLog = (problems: readonly LocatedProblem[]) => Steps<void>

/** Names a problem apart from its line, which moves with every edit above it. */
const nameOf = ({ file, object, field, message }: LocatedProblem): string =>
  JSON.stringify([object ?? file, field, message])

/** A problem log that has told nothing yet. */
export const createProblemLog = (logger: Pick<Logger, 'warn' | 'info'>): ProblemLog => {
  let told: ReadonlyMap<string, LocatedProblem> = new Map()
  return function* (problems) {
    const current = new Map<string, LocatedProblem>()
    yield* eachInSteps(problems, (problem) => {
      current.set(nameOf(problem), problem)
    })
    yield* eachInSteps(current, ([name, problem]) => {
      if (!told.has(name)) logger.warn(formatProblem(problem))
    })
    yield* eachInSteps(told, ([name, problem]) => {
      if (!current.has(name)) logger.info(`Resolved: ${formatProblem(problem)}`)
    })
    told = current
  }
}
