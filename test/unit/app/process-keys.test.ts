import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { followKeys, loadKeys } from '../../../src/app/process-keys.ts'
import { systemRandom } from '../../../src/app/system.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const keyFile = (name: string, byte: number, bytes = 32): string => {
  const file = join(folder, name)
  writeFileSync(file, `${Buffer.alloc(bytes, byte).toString('base64')}\n`)
  return file
}

const loaded = (files: readonly string[]) => {
  const keys = loadKeys(files, systemRandom)
  if (keys.kind === 'problems') throw new Error(keys.problems.join('\n'))
  return keys.keys
}

const silentLogger = () => ({
  debug: vi.fn(),
  info: vi.fn(),
  warn: vi.fn(),
  error: vi.fn(),
  always: vi.fn(),
  decision: vi.fn(),
  flush: vi.fn(),
  close: vi.fn(),
})

test('without key files a key is made up, another one each time', () => {
  expect(loaded([]).newest().id).not.toBe(loaded([]).newest().id)
})

test('the first file seals', () => {
  const [a, b] = [keyFile('a', 1), keyFile('b', 2)]
  expect(loaded([a, b]).newest().id).toBe(loaded([a]).newest().id)
})

test('every bad key file is told at once, by its name and without its content', () => {
  const files = [keyFile('short', 1, 5), keyFile('good', 2), keyFile('empty', 3, 0)]
  const keys = loadKeys(files, systemRandom)
  if (keys.kind === 'loaded') throw new Error('loaded')
  expect(keys.problems).toEqual([
    `The key file ${files[0]} holds 5 bytes; it must hold 32 random bytes in base64.`,
    `The key file ${files[2]} is empty; it must hold 32 random bytes in base64.`,
  ])
})

test('a key file that changes is used at once, and a bad one changes nothing', async () => {
  const file = keyFile('key', 1)
  const keys = loaded([file])
  const first = keys.newest().id
  const logger = silentLogger()
  const following = followKeys([file], keys, logger, 10)
  keyFile('key', 1, 5)
  await vi.waitFor(() => expect(logger.error).toHaveBeenCalled(), { timeout: 8_000 })
  expect(keys.newest().id).toBe(first)
  keyFile('key', 2)
  await vi.waitFor(() => expect(keys.newest().id).not.toBe(first), { timeout: 8_000 })
  following.stop()
})
