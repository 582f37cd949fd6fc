import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { watchFiles } from '../../../src/config/watch-files.ts'

test('a file that is replaced by another is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-'))
  const file = join(folder, 'key')
  writeFileSync(file, 'one')
  const changed = vi.fn()
  const watch = watchFiles([file], changed, 10)
  writeFileSync(join(folder, 'next'), 'two')
  renameSync(join(folder, 'next'), file)
  await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 8_000 })
  watch.stop()
  rmSync(folder, { recursive: true })
})
