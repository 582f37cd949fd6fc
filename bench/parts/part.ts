import type { Figures } from '../report/figures.ts'
import type { Comparison } from '../rows/subject.ts'

/** What each part of a run works with. */
export interface PartContext extends Comparison {
  readonly figures: Figures
  /** Requests of one turn. */
  readonly requests: number
  readonly rounds: number
  /** The rows that were asked for; `undefined`: all. */
  readonly rowKeys: readonly string[] | undefined
  /** Tells how far it is. */
  readonly tell: (line: string) => void
}

/** One part of a run: measures, notes figures, and gives a section of the document. */
export type Part = (context: PartContext) => Promise<string>
