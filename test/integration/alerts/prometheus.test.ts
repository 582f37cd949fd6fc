import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { printDashboard } from '../../../tools/generate/chart/dashboard.ts'
import { aCheckRequest, createCheckClient } from '../../support/check-client.ts'
import { renderChart } from '../../support/parts/helm.ts'
import { createPartList } from '../../support/parts/part-list.ts'
import {
  type PrometheusRule,
  type RunningPrometheus,
  ruleGroupsIn,
  startPrometheus,
} from '../../support/parts/prometheus.ts'
import { startRedis } from '../../support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'
import { SHOP, SHOP_SECRET } from '../../support/resource-folder.ts'

/** How often the process under measurement is asked for a check. */
const ASKED_EVERY_MS = 50
const PATIENCE = { timeout: 60_000, interval: 200 }

const { add, stopAll } = createPartList()

let sallyport: RunningSallyport
let prometheus: RunningPrometheus
let rules: readonly PrometheusRule[]

beforeAll(async () => {
  const groups = ruleGroupsIn(await renderChart(['--set', 'prometheusRule.enabled=true']))
  rules = groups.flatMap((group) => group.rules)
  const redis = await add(startRedis())
  const resources = { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET }
  sallyport = await add(startSallyport({ resources, redisUrl: redis.url }))
  const often = groups.map((group) => ({ ...group, interval: '1s' }))
  const labels = { namespace: 'auth', pod: 'sally-sallyport-5d9f7c-a' }
  const target = new URL(sallyport.adminUrl).host
  prometheus = await add(startPrometheus({ groups: often }, { target, labels }))
})
afterAll(stopAll)

const numberOf = async (expression: string): Promise<number | undefined> =>
  (await prometheus.query(expression))[0]?.value

const soon = (expression: string, expected: unknown): Promise<void> =>
  vi.waitFor(async () => expect(await numberOf(expression)).toEqual(expected), PATIENCE)

it('a real Prometheus measures the objectives of a real process', async () => {
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const asking = setInterval(() => {
    void client.check(aCheckRequest({ path: '/assets/logo.svg' })).catch(() => undefined)
  }, ASKED_EVERY_MS)
  try {
    await soon('sallyport:decisions_failed:ratio_rate5m', 0)
    await soon('sallyport:budget_left:ratio_30d{objective="availability"}', 1)
    await soon('sallyport:sign_outs_slow:ratio_rate30d', expect.closeTo(0, 1))
    await soon('sallyport:session_notice_seconds:p99_rate5m', expect.any(Number))
    await vi.waitFor(async () => {
      const p99 = await numberOf('sallyport:check_duration_seconds:p99_rate5m')
      expect(p99).toBeGreaterThan(0)
    }, PATIENCE)
    await sallyport.writeResource('shop.yaml', SHOP.replace('name: assets', 'name: pictures'))
    await soon('sum(sallyport_edit_effect_seconds_count)', expect.any(Number))
    await soon('sum(sallyport_edit_effect_seconds_count) > 0', 1)
  } finally {
    clearInterval(asking)
  }
})

it('evaluates every rule without an error', async () => {
  await vi.waitFor(async () => {
    const evaluated = await prometheus.rules()
    expect(evaluated).toHaveLength(rules.length)
    const unwell = evaluated.filter(({ health }) => health !== 'ok')
    expect(unwell.map(({ name, lastError }) => [name, lastError])).toEqual([])
  }, PATIENCE)
})

it('finds the series that each alert watches, with the labels that it goes by', async () => {
  const names = new Set(
    rules.flatMap(({ expr }) => [...expr.matchAll(/\bsallyport_\w+/g)].map(([name]) => name)),
  )
  const there = await prometheus.query('count by (__name__) ({__name__=~"sallyport_.+"})')
  const scraped = new Set(there.map(({ metric }) => metric.__name__))
  const absent = [...names].filter((name) => !scraped.has(name)).toSorted()
  // No certificate is there, and no decision point was asked.
  expect(absent).toEqual([
    'sallyport_certificate_expiry_timestamp_seconds',
    'sallyport_client_certificate_expiry_timestamp_seconds',
    'sallyport_decision_point_up',
  ])
})

it('takes every query of the dashboard', async () => {
  const { panels } = JSON.parse(printDashboard())
  const asked: readonly string[] = panels.flatMap(
    ({ targets = [] }: { targets?: readonly { expr: string }[] }) =>
      targets.map(({ expr }) => expr),
  )
  const filled = asked.map((expr) =>
    expr
      .replaceAll('$namespace', 'auth')
      .replaceAll('$pod', '.*')
      .replaceAll(/\$__(?:rate_interval|range)/g, '5m'),
  )
  const answers = await Promise.all(filled.map(prometheus.query))
  expect(answers.filter((series) => series.length > 0).length).toBeGreaterThan(15)
})
