import { expect, it } from 'vitest'
import { openConsoleData } from '../../../../src/app/console/open-console-data.ts'
import type { Config } from '../../../../src/config/config.ts'
import type { ConsoleData } from '../../../../src/core/console/console-data.ts'
import { deny } from '../../../../src/core/decision/deny.ts'
import { UNHURRIED } from '../../../../src/core/time/steps.ts'
import { createSnapshot } from '../../../../src/policy/applying/snapshot.ts'
import { aRequest } from '../../../support/builders.ts'
import { compiled } from '../../../support/compiled.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aShop } from '../../../support/resources.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const LOG: Config['log'] = {
  level: 'info',
  format: 'json',
  decisions: 'none',
  subject: { kind: 'hash' },
  naming: 'sallyport',
}

const ON = { listen: '127.0.0.1:0', console: true } as const

const opened = async () => {
  const clock = handSetClock()
  const open = await openConsoleData({ adminApi: ON, log: LOG }, { clock, pace: UNHURRIED })
  if (open === undefined) throw new Error('There is no console.')
  const data = open.data({
    clock,
    random: seededRandom('console'),
    snapshot: createSnapshot(),
    troubles: () => ['Redis is away.'],
    version: '1.2.3',
    sealingSinceMs: () => 7,
    fileCertificates: () => [{ field: 'grpc.tls.certFile', expiresAtMs: 8 }],
    clockDifferences: () => [{ against: 'redis', aheadMs: 9 }],
    providers: {
      look: () => ({
        isReady: true,
        keys: 1,
        isIssuerWrong: false,
        isHeldBack: false,
        notes: [],
        verificationKeys: [],
      }),
    },
    clientStandings: { of: () => undefined, expiries: () => [] },
    clientKeys: { standingOf: () => undefined },
  })
  return { clock, open, data }
}

it('where there is no console, nothing watches', async () => {
  const clock = handSetClock()
  expect(await openConsoleData({ log: LOG }, { clock, pace: UNHURRIED })).toBeUndefined()
  const off = { adminApi: { ...ON, console: false }, log: LOG }
  expect(await openConsoleData(off, { clock, pace: UNHURRIED })).toBeUndefined()
})

it('before anything was read, every page is empty', async () => {
  const { data } = await opened()
  expect(await data.overview()).toMatchObject({ routes: 0, hosts: 0, problems: 0, refusals: [] })
  expect(await data.routes('', { at: 0, size: 50 })).toEqual({ items: [], total: 0 })
  expect(await data.route('shop/shop')).toBeUndefined()
  expect([data.providers(), data.problems(), data.recentDecisions({})]).toEqual([[], [], []])
})

const line = (host: string, reason: string, subject: string): string =>
  `,"decision":"forbid","reason":"${reason}","host":"${host}","requestId":"r","subjectHash":"${subject}"`

const FACTS = { requestId: 'r', durationMs: 1 } as const

it('what is watched is counted and remembered, and told with what was compiled last', async () => {
  const { open, data, clock } = await opened()
  open.onCompiled({ ...compiled(aShop().shop), located: [] })
  const about = { policy: 'shop/shop' } as const
  const refused = deny('claim_mismatch', { about })
  for (const subject of ['a', 'b', 'b', 'c', 'd']) {
    const facts = { ...FACTS, request: aRequest(), verdict: refused }
    open.watch(facts, line('shop.example.com', 'claim_mismatch', subject))
  }
  open.watch({ ...FACTS, verdict: deny('malformed_host') }, line('x', 'malformed_host', 'e'))
  const strange = {
    ...FACTS,
    request: aRequest({ authority: 'x.test' }),
    verdict: deny('no_policy'),
  }
  open.watch(strange, line('x.test', 'no_policy', 'f'))
  const overview = await data.overview()
  expect(overview).toMatchObject({
    version: '1.2.3',
    startedMs: clock.nowMs(),
    routes: 1,
    hosts: 1,
    problems: 0,
    providers: { total: 1, ready: 1 },
    troubles: ['Redis is away.'],
    sealingSinceMs: 7,
    certificates: [{ field: 'grpc.tls.certFile', expiresAtMs: 8 }],
    clocks: [{ against: 'redis', aheadMs: 9 }],
  } satisfies Partial<Awaited<ReturnType<ConsoleData['overview']>>>)
  expect(
    overview.refusals.map(({ host, route, reason, who }) => [host, route, reason, who]),
  ).toEqual([
    ['shop.example.com', 'shop/shop', 'claim_mismatch', ['d', 'c', 'b']],
    ['(no route)', undefined, 'malformed_host', ['e']],
    ['(no route)', undefined, 'no_policy', ['f']],
  ])
  expect((await data.routes('', { at: 0, size: 50 })).items).toMatchObject([
    { host: 'shop.example.com', rates: [{ decision: 'forbid', lastHour: 5 }] },
  ])
  expect(data.recentDecisions({ reason: 'no_policy' })).toHaveLength(1)
  open.onCompiled({ ...compiled([]), located: [] })
  expect((await data.routes('', { at: 0, size: 50 })).total).toBe(0)
})

it('R34: what could not be counted apart is told', async () => {
  const { open, data } = await opened()
  const verdict = deny('claim_mismatch', { about: { policy: 'shop/shop' } })
  const check = (nth: number): void => {
    const request = aRequest({ authority: `h${nth}.example.com` })
    open.watch({ ...FACTS, request, verdict }, line('h', 'claim_mismatch', 'a'))
  }
  for (let nth = 0; nth < 1_000; nth += 1) check(nth)
  expect(data.countedTogether()).toBe(0)
  for (let nth = 1_000; nth < 1_020; nth += 1) check(nth)
  expect(data.countedTogether()).toBe(20)
  expect((await data.overview()).refusals[0]).toMatchObject({
    host: '(other hosts)',
    reason: 'claim_mismatch',
    lastHour: 20,
    who: [],
  })
})
