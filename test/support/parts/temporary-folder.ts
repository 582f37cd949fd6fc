import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is removed with everything in it. */
export interface TemporaryFolder {
  readonly path: string
  readonly remove: () => Promise<void>
}

const left = new Set<string>()

/** What nobody removed, because a test crashed or was interrupted. */
process.on('exit', () => {
  for (const path of left) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
})

/**
 * Makes an empty folder that only its owner can read; removed when this process ends, at the
 * latest.
 */
export const temporaryFolder = async (name: string): Promise<TemporaryFolder> => {
  const path = await mkdtemp(join(tmpdir(), `sallyport-${name}-`))
  left.add(path)
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 3 })
      left.delete(path)
    },
  }
}
