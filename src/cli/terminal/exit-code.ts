/** How every command ends. */
export const EXIT = {
  /** What was asked for was done, and nothing was found wrong. */
  well: 0,
  /** Something is wrong, is not there, or cannot be reached; it has been told. */
  problem: 1,
  /** The command line cannot be carried out as it is written; nothing was done. */
  usage: 2,
} as const

/** One of them. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
