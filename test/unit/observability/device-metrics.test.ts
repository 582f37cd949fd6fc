import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import { createMetrics } from '../../../src/observability/metrics.ts'
import { createBoundWorld, createDevice } from '../../support/bound-browser.ts'

const MINUTE = 60_000

const counting = () => {
  const metrics = createMetrics('1.2.3')
  const count = (verdict: Verdict) => metrics.countCheck({ requestId: 'a', verdict, durationMs: 1 })
  const seen = async () =>
    (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('sallyport_device_') && !line.endsWith(' 0'))
  return { count, seen }
}

describe('metrics of devices', () => {
  it('are all there before anything happens', async () => {
    const text = await createMetrics('1.2.3').text()
    expect(text).toContain('sallyport_device_bindings_total{outcome="bound"} 0')
    expect(text).toContain('sallyport_device_proofs_total{outcome="unreadable"} 0')
    expect(text).toContain('sallyport_device_proofs_skipped_total{why="server_error"} 0')
  })

  it('count what is offered, bound and proven', async () => {
    const { createBrowser } = createBoundWorld()
    const { count, seen } = counting()
    count(await createBrowser().signIn())
    expect(await seen()).toEqual(['sallyport_device_bindings_total{outcome="offered"} 1'])
    const bound = await createBoundWorld().boundBrowser()
    count(bound.answer)
    count(await bound.refresh(bound.id))
    count(await bound.refresh(bound.id, createDevice().proof(bound.challenge)))
    count(await bound.refresh(bound.id, bound.device.proof(bound.challenge)))
    count(await bound.bind('nonsense'))
    count(deny('device_not_bound'))
    expect(await seen()).toEqual([
      'sallyport_device_bindings_total{outcome="offered"} 1',
      'sallyport_device_bindings_total{outcome="bound"} 1',
      'sallyport_device_bindings_total{outcome="refused"} 1',
      'sallyport_device_bindings_total{outcome="missing"} 1',
      'sallyport_device_proofs_total{outcome="proven"} 1',
      'sallyport_device_proofs_total{outcome="challenged"} 1',
      'sallyport_device_proofs_total{outcome="refused"} 1',
    ])
  })

  it.each([
    ['quota_exceeded;session_identifier="s1"', 'quota_exceeded'],
    ['server_error', 'server_error'],
    ['unreachable;session_identifier="s1", quota_exceeded', 'unreachable'],
    ['Quota_exceeded', 'other'],
    ['quota_exceeded_too', 'other'],
    ['', 'other'],
    ['"\u0000'.repeat(10_000), 'other'],
  ])('count why the browser made no proof (%#), by known words alone', async (said, why) => {
    const { boundBrowser, clock } = createBoundWorld()
    const { open, jar } = await boundBrowser()
    const { count, seen } = counting()
    clock.advance(2 * MINUTE)
    jar.delete('__Host-sallyport-bound')
    const headers = { 'secure-session-skipped': said }
    for (const _ of ['the page that reloads itself', 'the login']) {
      const answer = await open('/orders', headers)
      count(answer)
    }
    expect(await seen()).toEqual([
      'sallyport_device_proofs_total{outcome="missing"} 2',
      `sallyport_device_proofs_skipped_total{why="${why}"} 2`,
    ])
  })

  it('count nothing of what a browser says whose session counts', async () => {
    const { boundBrowser } = createBoundWorld()
    const { open } = await boundBrowser()
    const { count, seen } = counting()
    count(await open('/orders', { 'secure-session-skipped': 'quota_exceeded' }))
    expect(await seen()).toEqual([])
  })
})
