import { afterEach, expect, it, vi } from 'vitest'
import { createMetrics } from '../../../src/observability/metrics.ts'

afterEach(() => {
  vi.doUnmock('prom-client')
  vi.resetModules()
})

it('a scrape that could not load what it needs fails alone', async () => {
  vi.doMock('prom-client', () => {
    throw new Error('too many open files')
  })
  const metrics = createMetrics('1.2.3')
  await expect(metrics.text()).rejects.toThrow()
  vi.doUnmock('prom-client')
  expect(await metrics.text()).toContain('process_cpu_seconds_total')
})
