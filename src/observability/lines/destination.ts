/** Where lines go. */
export interface LogDestination {
  /** Whether the line was taken: a reader that is too slow costs lines. */
  readonly write: (line: string) => boolean
  /** Writes out at once what is still waiting. */
  readonly flush: () => void
  /** Writes out what is still waiting, in its order. No line is written after that. */
  readonly close: () => Promise<void>
}
