import type { Compilation } from '../../policy/compile.ts'
import type { LocatedProblem } from '../../resources/manifest/diagnostics.ts'

/** What the resources came to when they were read last, as far as it is shown. */
export interface Compiled
  extends Pick<Compilation, 'table' | 'routes' | 'objects' | 'providers' | 'clients' | 'warnings'> {
  /** What is wrong with them, in the order of their places. */
  readonly located: readonly LocatedProblem[]
}
