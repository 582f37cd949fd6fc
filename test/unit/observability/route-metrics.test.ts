import { expect, test } from 'vitest'
import type { CheckFacts } from '../../../src/core/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { createRouteMetrics } from '../../../src/observability/route-metrics.ts'
import { familyText } from '../../../src/observability/series/exposition.ts'

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

/** What is told of checks, line by line. */
const told = (most: number, facts: readonly CheckFacts[]): readonly string[] => {
  const { count, families } = createRouteMetrics(most)
  for (const one of facts) count(one)
  return families.map(familyText).join('\n').split('\n')
}

const counted = (most: number, facts: readonly CheckFacts[]): readonly string[] =>
  told(most, facts).filter((line) => line.startsWith('sallyport_route_checks_total{'))

const SHOP = allowed('shop/shop', 'shop/web')

test('E10: unless asked for, nothing is counted by route', () => {
  expect(told(0, [SHOP])).toEqual([''])
})

test('E10: checks are counted by route, client and decision', () => {
  expect(counted(10, [SHOP, SHOP, allowed('shop/shop'), allowed(undefined)])).toEqual([
    'sallyport_route_checks_total{route="shop/shop",client="shop/web",decision="allow"} 2',
    'sallyport_route_checks_total{route="shop/shop",client="",decision="allow"} 1',
    'sallyport_route_checks_total{route="",client="",decision="allow"} 1',
  ])
})

test('E10: what is beyond the bound is counted together, and the first stay as they are', () => {
  const many = Array.from({ length: 500 }, (_, n) => allowed(`shop/route-${n}`))
  expect(counted(2, [SHOP, ...many, SHOP])).toEqual([
    'sallyport_route_checks_total{route="shop/shop",client="shop/web",decision="allow"} 2',
    'sallyport_route_checks_total{route="shop/route-0",client="",decision="allow"} 1',
    'sallyport_route_checks_total{route="other",client="other",decision="allow"} 499',
  ])
})

test('E10: how long they took is told by route', () => {
  const text = told(10, [SHOP])
  expect(text).toContain(
    'sallyport_route_check_duration_seconds_bucket{le="0.001",route="shop/shop"} 0',
  )
  expect(text).toContain(
    'sallyport_route_check_duration_seconds_bucket{le="0.005",route="shop/shop"} 1',
  )
})
