/** How every command ends. */
export const EXIT = {
  /** All is well. */
  well: 0,
  /** A problem was found; it has been told. */
  problem: 1,
  /** The command line was not understood. */
  usage: 2,
} as const

/** One of them. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
