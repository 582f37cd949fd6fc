import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { patienceAt } from './support/patience.ts'

const ROOT = new URL('./', import.meta.url).pathname

const files = globSync('**/*.{test,contract}.ts', { cwd: ROOT })

describe('E12: how long a test waits', () => {
  it.each([
    [0, 2, 1],
    [1.5, 2, 1],
    [2, 2, 1],
    [8, 2, 4],
    [500, 2, 10],
  ])('E12: at a load of %d on %i cores, %d times as long', (load, cores, times) => {
    expect(patienceAt(load, cores)).toBe(times)
  })

  it('E12: is longer than the second that the runner waits by itself', async () => {
    const startedAtMs = performance.now()
    const isLate = () => performance.now() - startedAtMs > 1_100
    await Promise.all([
      expect.poll(isLate).toBe(true),
      vi.waitFor(() => expect(isLate()).toBe(true)),
      vi.waitUntil(isLate),
    ])
  })

  it('E12: no test or hook has a time-out of its own', () => {
    const own = /^\s*\}, \d[\d_]*\)$|\{ timeout: \d[\d_]* \}, (?:async )?\(/m
    expect(files.filter((file) => own.test(readFileSync(ROOT + file, 'utf8')))).toEqual([])
  })
})
