import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import type { CheckFacts } from '../../../src/core/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { createRouteMetrics } from '../../../src/observability/route-metrics.ts'

const allowed = (policy: string | undefined, client?: string): CheckFacts => {
  const verdict: Verdict = {
    kind: 'allow',
    reason: 'allowed',
    setHeaders: [],
    removeHeaders: [],
    about: { ...(policy && { policy }), ...(client && { client }) },
  }
  return { requestId: 'r', verdict, durationMs: 3 }
}

const counted = async (most: number, facts: readonly CheckFacts[]): Promise<readonly string[]> => {
  const registry = new Registry()
  const count = createRouteMetrics(registry, most)
  for (const one of facts) count(one)
  const text = await registry.metrics()
  return text.split('\n').filter((line) => line.startsWith('sallyport_route_checks_total{'))
}

const SHOP = allowed('shop/shop', 'shop/web')

test('E10: unless asked for, nothing is counted by route', async () => {
  const registry = new Registry()
  createRouteMetrics(registry, 0)(SHOP)
  expect(await registry.metrics()).toBe('\n')
})

test('E10: checks are counted by route, client and decision', async () => {
  expect(await counted(10, [SHOP, SHOP, allowed('shop/shop'), allowed(undefined)])).toEqual([
    'sallyport_route_checks_total{route="shop/shop",client="shop/web",decision="allow"} 2',
    'sallyport_route_checks_total{route="shop/shop",client="",decision="allow"} 1',
    'sallyport_route_checks_total{route="",client="",decision="allow"} 1',
  ])
})

test('E10: what is beyond the bound is counted together, and the first stay as they are', async () => {
  const many = Array.from({ length: 500 }, (_, n) => allowed(`shop/route-${n}`))
  expect(await counted(2, [SHOP, ...many, SHOP])).toEqual([
    'sallyport_route_checks_total{route="shop/shop",client="shop/web",decision="allow"} 2',
    'sallyport_route_checks_total{route="shop/route-0",client="",decision="allow"} 1',
    'sallyport_route_checks_total{route="other",client="other",decision="allow"} 499',
  ])
})

test('E10: how long they took is told by route', async () => {
  const registry = new Registry()
  const count = createRouteMetrics(registry, 10)
  count(SHOP)
  const text = await registry.metrics()
  expect(text).toContain(
    'sallyport_route_check_duration_seconds_bucket{le="0.001",route="shop/shop"} 0',
  )
  expect(text).toContain(
    'sallyport_route_check_duration_seconds_bucket{le="0.005",route="shop/shop"} 1',
  )
})
