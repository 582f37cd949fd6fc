import { createHash } from 'node:crypto'
import type { Random } from '../../src/core/time/random.ts'

/** The same tokens for the same seed, in the same order; looks random, and is not. */
export const seededRandom = (seed: string): Random => {
  let counter = 0
  const block = (): Buffer => {
    counter += 1
    return createHash('sha256').update(`${seed} ${counter}`).digest()
  }
  return {
    token: (bytes) => {
      const blocks = Array.from({ length: Math.ceil(bytes / 32) }, block)
      return Buffer.concat(blocks).subarray(0, bytes).toString('base64url')
    },
  }
}
