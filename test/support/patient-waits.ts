import { expect, vi } from 'vitest'
import { patient } from './patience.ts'

/**
 * Every wait of a test lasts as long as the machine needs. Set up for every test file: a second,
 * which is what Vitest waits by itself, is nothing on a busy machine.
 */
const DEFAULT_MS = 20_000

const waitFor = vi.waitFor
const waitUntil = vi.waitUntil
const poll = expect.poll

type WaitOptions = Parameters<typeof waitFor>[1]

const patiently = (options: WaitOptions) => {
  const given = typeof options === 'number' ? { timeout: options } : (options ?? {})
  return { ...given, timeout: patient(given.timeout ?? DEFAULT_MS) }
}

vi.waitFor = (callback, options) => waitFor(callback, patiently(options))
vi.waitUntil = (callback, options) => waitUntil(callback, patiently(options))
expect.poll = (callback, options) => poll(callback, { ...options, ...patiently(options) })
