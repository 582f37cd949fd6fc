import { expect, it } from 'vitest'
import {
  createDecisionCounts,
  NO_ROUTE,
  OTHER_HOSTS,
} from '../../../../src/app/console/decision-counts.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const SHOP = { host: 'shop.example.com', route: 'shop/shop' } as const
const ALLOWED = { decision: 'allow', reason: 'allowed' } as const
const FORBIDDEN = { decision: 'forbid', reason: 'claim_missing' } as const

/** Begins with a minute, so that what was counted is in whole ones. */
const aCount = () => {
  const clock = handSetClock(Date.UTC(2031, 0, 1))
  const counts = createDecisionCounts(clock)
  const note = (check: Parameters<typeof counts.note>[0], times = 1): void => {
    for (let nth = 0; nth < times; nth += 1) counts.note(check)
  }
  const ratesOf = (host: string = SHOP.host) =>
    counts.hosts().find((one) => one.host === host)?.rates ?? []
  return { clock, counts, note, ratesOf }
}

it('checks are counted by host, decision and reason, minute by minute', () => {
  const { clock, note, ratesOf, counts } = aCount()
  const startedMs = clock.nowMs()
  note({ ...SHOP, ...ALLOWED }, 3)
  clock.advance(MINUTE_MS)
  note({ ...SHOP, ...ALLOWED })
  note({ ...SHOP, ...FORBIDDEN }, 2)
  note({ host: 'other.example.com', route: 'other/other', ...ALLOWED })
  expect(ratesOf()).toEqual([
    {
      ...ALLOWED,
      lastMinute: 3,
      perMinute: 4,
      lastHour: 4,
      sinceMs: startedMs,
      lastMs: clock.nowMs(),
    },
    {
      ...FORBIDDEN,
      lastMinute: 0,
      perMinute: 2,
      lastHour: 2,
      sinceMs: clock.nowMs(),
      lastMs: clock.nowMs(),
    },
  ])
  expect(counts.hosts().map(({ host, route }) => [host, route])).toEqual([
    [SHOP.host, SHOP.route],
    ['other.example.com', 'other/other'],
  ])
})

it('what is an hour old counts no longer, and since when begins anew after an hour of nothing', () => {
  const { clock, note, ratesOf } = aCount()
  note({ ...SHOP, ...FORBIDDEN }, 5)
  clock.advance(HOUR_MS - MINUTE_MS)
  expect(ratesOf()[0]?.lastHour).toBe(5)
  clock.advance(MINUTE_MS)
  expect(ratesOf()).toEqual([])
  note({ ...SHOP, ...FORBIDDEN })
  expect(ratesOf()).toEqual([
    {
      ...FORBIDDEN,
      lastMinute: 0,
      perMinute: 1 / 60,
      lastHour: 1,
      sinceMs: clock.nowMs(),
      lastMs: clock.nowMs(),
    },
  ])
})

it('since when goes back further than the hour where it never stopped', () => {
  const { clock, note, ratesOf } = aCount()
  const startedMs = clock.nowMs()
  for (let minute = 0; minute < 180; minute += 1) {
    note({ ...SHOP, ...FORBIDDEN }, 2)
    clock.advance(MINUTE_MS)
  }
  expect(ratesOf()).toMatchObject([{ sinceMs: startedMs, lastHour: 118, lastMinute: 2 }])
})

it('a clock that is set back loses nothing', () => {
  const { clock, note, ratesOf } = aCount()
  note({ ...SHOP, ...ALLOWED }, 2)
  clock.advance(-10 * MINUTE_MS)
  note({ ...SHOP, ...ALLOWED })
  expect(ratesOf()[0]?.lastHour).toBe(3)
})

it('hosts that no route serves are one, whatever they are called', () => {
  const { note, ratesOf, counts } = aCount()
  note({ decision: 'error', reason: 'no_policy' }, 4)
  expect(counts.hosts()).toHaveLength(1)
  expect(ratesOf(NO_ROUTE)[0]?.lastHour).toBe(4)
})

it('a host that has passed to another route is counted for that one', () => {
  const { note, counts } = aCount()
  note({ ...SHOP, ...ALLOWED }, 4)
  note({ ...SHOP, route: 'new/owner', ...ALLOWED })
  expect(counts.hosts()).toMatchObject([{ route: 'new/owner', rates: [{ lastHour: 1 }] }])
})

it('hosts below a wildcard beyond a thousand counts are counted together, and old ones make room', () => {
  const { clock, note, counts, ratesOf } = aCount()
  for (let nth = 0; nth < 1_500; nth += 1) {
    note({ host: `h${nth}.example.com`, route: 'shop/shop', ...ALLOWED })
  }
  expect(counts.hosts()).toHaveLength(1_001)
  expect(ratesOf(OTHER_HOSTS)[0]?.lastHour).toBe(500)
  note({ decision: 'error', reason: 'no_policy' })
  expect(ratesOf(NO_ROUTE)[0]?.lastHour).toBe(1)
  clock.advance(HOUR_MS)
  note({ host: 'late.example.com', route: 'shop/shop', ...ALLOWED })
  expect(counts.hosts().map(({ host }) => host)).toEqual(['late.example.com'])
})

/** Below the wildcards of these routes, hosts and reasons that are as many as anybody likes. */
const flood = (note: ReturnType<typeof aCount>['note'], routes: number, hosts = 500): void => {
  for (let route = 0; route < routes; route += 1) {
    for (let nth = 0; nth < hosts * 4; nth += 1) {
      const host = `h${nth >> 2}.r${route}.example.com`
      note({ host, route: `a/r${route}`, decision: 'forbid', reason: `reason_${nth % 4}` })
    }
  }
}

const totalOf = (counts: ReturnType<typeof aCount>['counts']): number =>
  counts.hosts().reduce((all, { rates }) => rates.reduce((sum, one) => sum + one.lastHour, all), 0)

it('hosts below the wildcard of one route hide no refusal of another', () => {
  const { note, ratesOf, counts } = aCount()
  flood(note, 1, 2_000)
  note({ ...SHOP, ...FORBIDDEN }, 500)
  expect(ratesOf()).toMatchObject([{ ...FORBIDDEN, lastHour: 500 }])
  expect(totalOf(counts)).toBe(8_500)
})

it('R34: where there is no room at all, everything is counted all the same', () => {
  const { note, ratesOf, counts } = aCount()
  flood(note, 10)
  note({ ...SHOP, ...FORBIDDEN }, 500)
  note({ decision: 'error', reason: 'no_policy' }, 7)
  expect(ratesOf()).toEqual([])
  expect(ratesOf(OTHER_HOSTS)).toEqual(
    expect.arrayContaining([expect.objectContaining({ ...FORBIDDEN, lastHour: 500 })]),
  )
  expect(ratesOf(NO_ROUTE)[0]?.lastHour).toBe(7)
  expect(totalOf(counts)).toBe(20_507)
  const apart = counts.hosts().filter(({ route }) => route !== undefined)
  expect(apart.reduce((sum, { rates }) => sum + rates.length, 0)).toBeLessThanOrEqual(8_000)
})

it('a host that passes from route to route takes the room of one', () => {
  const { note, ratesOf } = aCount()
  for (let nth = 0; nth < 1_500; nth += 1) {
    note({ ...SHOP, route: nth % 2 === 0 ? 'a/a' : 'b/b', ...ALLOWED })
  }
  expect(ratesOf(OTHER_HOSTS)).toEqual([])
  expect(ratesOf()).toMatchObject([{ lastHour: 1 }])
})
