import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createSessionMetrics } from '../../../src/observability/session-metrics.ts'

test('openings, states and notices are counted by kind', async () => {
  const registry = new Registry()
  const metrics = createSessionMetrics(registry)
  for (const from of ['cache', 'cache', 'store', 'outage'] as const) metrics.countOpening(from)
  metrics.countStoreState('down')
  metrics.countNotice('ended')
  const text = await registry.metrics()
  expect(text).toContain('sallyport_session_openings_total{from="cache"} 2')
  expect(text).toContain('sallyport_session_openings_total{from="outage"} 1')
  expect(text).toContain('sallyport_session_store_changes_total{state="down"} 1')
  expect(text).toContain('sallyport_session_notices_total{kind="ended"} 1')
})

test('what is kept, and whether notices are heard, is read at each scrape', async () => {
  const registry = new Registry()
  const metrics = createSessionMetrics(registry)
  expect(await registry.metrics()).toContain('sallyport_session_notices_up 1')
  metrics.observe({ cached: () => ({ entries: 3, bytes: 4096 }), hearsNotices: () => false })
  const text = await registry.metrics()
  expect(text).toContain('sallyport_session_cache_entries 3')
  expect(text).toContain('sallyport_session_cache_bytes 4096')
  expect(text).toContain('sallyport_session_notices_up 0')
})
