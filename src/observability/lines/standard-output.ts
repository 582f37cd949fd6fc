import { write, writeSync } from 'node:fs'
import { createBatches, type Turns } from './batches.ts'
import type { LogDestination } from './destination.ts'

const STANDARD_OUTPUT = 1

const asleep = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

const systemTurns: Turns = {
  soon: (act) => void setImmediate(act),
  later: (delayMs, act) => {
    const timer = setTimeout(act, delayMs)
    return () => clearTimeout(timer)
  },
  waitNow: (delayMs) => void Atomics.wait(asleep, 0, 0, delayMs),
}

/**
 * Standard output, written behind the work in progress. A reader that went away costs the lines and
 * nothing else. Whatever ends the process, what is still waiting is written before.
 */
export const standardOutput = (): LogDestination => {
  const lines = createBatches({
    descriptor: {
      write: (bytes, done) => write(STANDARD_OUTPUT, bytes, done),
      writeNow: (bytes) => writeSync(STANDARD_OUTPUT, bytes),
    },
    turns: systemTurns,
  })
  process.once('exit', lines.flush)
  return {
    ...lines,
    close: async () => {
      await lines.close()
      process.off('exit', lines.flush)
    },
  }
}
