import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchFiles } from '../../../src/config/watch-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const PATIENCE = { timeout: 8_000 }

test('a file that is replaced by another is told', async () => {
  const file = join(folder, 'key')
  writeFileSync(file, 'one')
  const changed = vi.fn()
  const watch = watchFiles([file], changed, 10)
  writeFileSync(join(folder, 'next'), 'two')
  renameSync(join(folder, 'next'), file)
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), PATIENCE)
  watch.stop()
})

test('a file that goes away and comes back is told each time', async () => {
  const file = join(folder, 'key')
  writeFileSync(file, 'one')
  const changed = vi.fn()
  const watch = watchFiles([file], changed, 10)
  rmSync(file)
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), PATIENCE)
  writeFileSync(file, 'two')
  await vi.waitFor(() => expect(changed.mock.calls.length).toBeGreaterThan(1), PATIENCE)
  watch.stop()
})
