import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const write = (path: string, text: string): number => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  return 0
}

const check = (path: string, text: string): number => {
  if (readIfThere(join(root, path)) === text) return 0
  console.error(`${path} is not current: run \`make generate\` and commit what it writes.`)
  return 1
}

/**
 * Writes a generated file, or with `--check` only says whether it is current. Answers with the exit
 * code.
 */
export const keepCurrent = (path: string, text: string): number =>
  process.argv.includes('--check') ? check(path, text) : write(path, text)
