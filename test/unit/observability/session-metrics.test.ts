import { expect, test } from 'vitest'
import { familyText } from '../../../src/observability/series/exposition.ts'
import {
  createSessionMetrics,
  type SessionMetrics,
} from '../../../src/observability/session-metrics.ts'

const textOf = ({ families }: SessionMetrics): string => families.map(familyText).join('\n')

test('openings, states and notices are counted by kind', () => {
  const metrics = createSessionMetrics()
  for (const from of ['cache', 'cache', 'store', 'outage'] as const) metrics.countOpening(from)
  metrics.countStoreState('down')
  metrics.countNotice('ended')
  const text = textOf(metrics)
  expect(text).toContain('sallyport_session_openings_total{from="cache"} 2')
  expect(text).toContain('sallyport_session_openings_total{from="outage"} 1')
  expect(text).toContain('sallyport_session_store_changes_total{state="down"} 1')
  expect(text).toContain('sallyport_session_notices_total{kind="ended"} 1')
})

test('what is kept, and whether notices are heard, is read at each scrape', () => {
  const metrics = createSessionMetrics()
  expect(textOf(metrics)).toContain('sallyport_session_notices_up 1')
  metrics.observe({ cached: () => ({ entries: 3, bytes: 4096 }), hearsNotices: () => false })
  const text = textOf(metrics)
  expect(text).toContain('sallyport_session_cache_entries 3')
  expect(text).toContain('sallyport_session_cache_bytes 4096')
  expect(text).toContain('sallyport_session_notices_up 0')
})

test('notices are timed by how long they took to be heard', async () => {
  const metrics = createSessionMetrics()
  metrics.noteNotice(3)
  metrics.noteNotice(1_200)
  const text = textOf(metrics)
  expect(text).toContain('sallyport_session_notice_seconds_bucket{le="0.005"} 1')
  expect(text).toContain('sallyport_session_notice_seconds_bucket{le="1"} 1')
  expect(text).toContain('sallyport_session_notice_seconds_count 2')
})
