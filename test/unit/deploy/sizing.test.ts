import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

const CHART = new URL('../../../charts/sallyport/', import.meta.url)

const read = (page: string): string =>
  readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8')

const sizing = read('sizing.md')

const numbers = (row: string): readonly number[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => Number(cell.replaceAll(/[,m]/g, '').trim()))

it('the table of replicas is what its sentence says: 100 µs a check, 4,000 a replica and one more', () => {
  const rows = [...sizing.matchAll(/^\| [\d,]+ \| [\d.]+ \|.*\|$/gm)].map(([row]) => numbers(row))
  expect(rows.length).toBeGreaterThan(4)
  for (const [checks = 0, cores = 0, replicas = 0, request = 0] of rows) {
    expect(cores).toBeCloseTo(checks * 100e-6, 6)
    expect(replicas).toBe(Math.max(2, Math.ceil(checks / 4_000) + 1))
    const each = (checks * 100e-6 * 1_000) / Math.ceil(checks / 4_000)
    expect(request).toBeGreaterThanOrEqual(Math.min(each, 400))
  }
})

it('what a check costs is what the benchmarks say, rounded up', () => {
  const performance = read('performance.md')
  const [, behindEnvoy = ''] = performance.split('#### Envoy asks in plain text')
  const costs = (table: string, check: string): number => {
    const rows = table.split('\n').filter((line) => line.startsWith(`| ${check} |`))
    const [row = ''] = rows.filter((line) => line.includes(' µs |'))
    return Number(/µs \| ([\d.]+) µs/.exec(row)?.[1])
  }
  const [, told = ''] = /A check costs (.*?)\. The decision log/s.exec(sizing) ?? []
  const upTo = [...told.matchAll(/(\d+) µs/g)].map(([, us]) => Number(us))
  const measured = [
    costs(behindEnvoy, 'session, local cache'),
    costs(performance, 'refused: page of the wrong person (403)'),
    costs(behindEnvoy, 'redirect to the provider'),
    costs(performance, 'JWT never seen (RS256)'),
    costs(performance, '400 sessions in turn, Redis'),
  ]
  expect(upTo).toHaveLength(measured.length)
  for (const [at, us] of measured.entries()) {
    expect(us).toBeGreaterThan(0)
    expect(us).toBeLessThanOrEqual((upTo[at] ?? 0) * 1.02)
  }
})

it('the table of sessions is twice what a session takes of Redis, and what each that is cached has resident', () => {
  const kib = Number(/token of 1,000 characters.*?\| ([\d.]+) KiB/.exec(sizing)?.[1])
  const resident = Number(/by 4 to (\d+) KiB a session/.exec(read('performance.md'))?.[1])
  expect(sizing).toContain(`| 4 to ${resident} KiB, of which 2 are in use |`)
  expect(sizing).toContain(`is ${resident} KiB for each session that is cached`)
  const rows = [...sizing.matchAll(/^\| ([\d,]+) \| ([\d,]+) MiB.*\| ([\d,]+) MiB \|$/gm)]
  expect(rows).toHaveLength(3)
  for (const row of rows) {
    const [sessions = 0, redisMib = 0, more = 0] = row
      .slice(1)
      .map((text) => Number(text.replaceAll(',', '')))
    const twice = (2 * sessions * kib) / 1_024
    expect(redisMib / twice).toBeGreaterThan(1)
    expect(redisMib / twice).toBeLessThan(1.1)
    const cached = (resident * Math.min(sessions, 100_000)) / 1_024
    expect(more / cached).toBeGreaterThan(1)
    expect(more / cached).toBeLessThan(1.1)
  }
})

it('the process at full speed and the cache as it is fit into what the chart allows', () => {
  const values = parse(readFileSync(new URL('values.yaml', CHART), 'utf8'))
  const allowed = Number(/^(\d+)Mi$/.exec(values.resources.limits.memory)?.[1])
  const atFullSpeed = Number(/at full speed.*\| (\d+) MiB \|/.exec(sizing)?.[1])
  const cache = Number(/as they are: 10,000.*\| (\d+) MiB \|/.exec(sizing)?.[1])
  expect(atFullSpeed + cache).toBeGreaterThan(400)
  expect(atFullSpeed + cache).toBeLessThan(allowed)
})

it('a replica sends as many notices as the page says', () => {
  const source = new URL('../../../src/sessions/redis/notices.ts', import.meta.url)
  expect(readFileSync(source, 'utf8')).toContain('PULSE_INTERVAL_MS = 1_000')
  expect(sizing).toContain('a notice a second')
})
