import { rename, writeFile } from 'node:fs/promises'
import type { Launch } from './parts/sallyport.ts'

/** The clock of processes, which a test sets forward. */
export interface MovedClock {
  /** How a process is started that has it. */
  readonly launch: (args: readonly string[]) => Promise<Launch>
  readonly forward: (ms: number) => Promise<void>
}

/** A clock that is right until it is moved, for every process that is started with it. */
export const createMovedClock = async (folder: string): Promise<MovedClock> => {
  const file = `${folder}/clock`
  await writeFile(file, '0')
  const code = `
import { readFileSync } from 'node:fs'
const now = Date.now
Date.now = () => now() + Number(readFileSync(${JSON.stringify(file)}, 'utf8'))`
  const main = new URL('../../src/main.ts', import.meta.url).pathname
  const imported = `data:text/javascript,${encodeURIComponent(code)}`
  let forwardMs = 0
  return {
    launch: async (args) => ({
      command: process.execPath,
      args: ['--import', imported, main, ...args],
    }),
    forward: async (ms) => {
      forwardMs += ms
      await writeFile(`${file}.next`, String(forwardMs))
      await rename(`${file}.next`, file)
    },
  }
}
