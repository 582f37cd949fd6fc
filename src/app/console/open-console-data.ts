import type { Config } from '../../config/config.ts'
import type { CheckFacts } from '../../core/check.ts'
import type { ConsoleData } from '../../core/console/console-data.ts'
import { decisionName } from '../../observability/lines/decision-name.ts'
import type { Compiled } from './compiled.ts'
import type { ConsoleDataDeps } from './console-data.ts'

/** What has to be told from the start, so that a console has something to show. */
export interface OpenConsoleData {
  /** Takes note of a check, after its answer has left, and of its line in the log. */
  readonly watch: (facts: CheckFacts, line: string) => void
  /** Takes note of what was compiled last. */
  readonly onCompiled: (compiled: Compiled) => void
  /** What there is to be seen. */
  readonly data: (
    deps: Omit<ConsoleDataDeps, 'book' | 'counts' | 'compiled' | 'pace'>,
  ) => ConsoleData
}

const load = () =>
  Promise.all([
    import('./console-data.ts'),
    import('./decision-book.ts'),
    import('./decision-counts.ts'),
  ])

/** Loads what watches for a console, where there is one; else loads and watches nothing. */
export const openConsoleData = async (
  { adminApi, log }: Pick<Config, 'adminApi' | 'log'>,
  { clock, pace }: Pick<ConsoleDataDeps, 'clock' | 'pace'>,
): Promise<OpenConsoleData | undefined> => {
  if (adminApi?.console !== true) return undefined
  const [{ createConsoleData }, { createDecisionBook }, { createDecisionCounts }] = await load()
  const book = createDecisionBook(clock, log.naming)
  const counts = createDecisionCounts(clock)
  let compiled: Compiled | undefined
  return {
    watch: ({ verdict, request }, line) => {
      const { policy } = verdict.about
      const isServed = policy !== undefined && request !== undefined
      counts.note({
        ...(isServed ? { host: request.host, route: policy } : {}),
        decision: decisionName(verdict),
        reason: verdict.reason,
      })
      book.note(line)
    },
    onCompiled: (latest) => {
      compiled = latest
    },
    data: (deps) => createConsoleData({ ...deps, pace, book, counts, compiled: () => compiled }),
  }
}
