import { printable } from '../../explain/words/printable.ts'
import { paintOn } from './colour.ts'
import type { Io } from './io.ts'

/** What every line of an error begins with. */
const PREFIX = 'sallyport:'

/**
 * Prints what went wrong on standard error: each sentence a line, by the name of the program. What
 * a cluster or a server has written into one is shown and not obeyed.
 */
export const complain = (io: Io, sentences: readonly string[]): void => {
  const prefix = paintOn(io, 'err')('bad', PREFIX)
  for (const sentence of sentences) io.err(`${prefix} ${printable(sentence)}\n`)
}
