import { readFileSync } from 'node:fs'
import { watchFiles } from '../config/watch-files.ts'
import type { Random } from '../core/time/random.ts'
import type { Logger } from '../observability/logger.ts'
import {
  createKeys,
  generateKey,
  type Keys,
  type ParsedKeys,
  parseKeys,
} from '../sessions/sealing/keys.ts'

/** The process's keys, or what is wrong with their files. */
export type LoadedKeys =
  | { readonly kind: 'loaded'; readonly keys: Keys }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const read = (files: readonly string[]): ParsedKeys =>
  parseKeys(files.map((file) => readFileSync(file, 'utf8')))

const sentences = (
  files: readonly string[],
  parsed: Extract<ParsedKeys, { ok: false }>,
): readonly string[] =>
  parsed.problems.map(({ index, message }) => `The key file ${files[index]} ${message}`)

/** Loads the key files; without any, makes a key that ends with the process. */
export const loadKeys = (files: readonly string[], random: Random): LoadedKeys => {
  if (files.length === 0) return { kind: 'loaded', keys: createKeys([generateKey(random)]) }
  const parsed = read(files)
  return parsed.ok
    ? { kind: 'loaded', keys: createKeys(parsed.keys) }
    : { kind: 'problems', problems: sentences(files, parsed) }
}

/**
 * Follows the key files: new keys are used as soon as they are good, bad ones are told and change
 * nothing.
 */
export const followKeys = (
  files: readonly string[],
  keys: Keys,
  logger: Logger,
  intervalMs?: number,
): { readonly stop: () => void } => {
  const reread = (): void => {
    try {
      const parsed = read(files)
      if (!parsed.ok) {
        for (const one of sentences(files, parsed)) logger.error(`${one} The former keys stay.`)
        return
      }
      keys.replace(parsed.keys)
      logger.info('The key files were read again.', { count: parsed.keys.length })
    } catch (error) {
      logger.error('A key file cannot be read. The former keys stay.', { error })
    }
  }
  return watchFiles(files, reread, intervalMs)
}
