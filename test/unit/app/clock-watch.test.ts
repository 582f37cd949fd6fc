import { expect, test } from 'vitest'
import { type ClockDifference, createClockWatch } from '../../../src/app/clock-watch.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { handSetTimers } from '../../support/hand-set-timers.ts'

const aWatch = () => {
  const timers = handSetTimers(handSetClock())
  const warnings: string[] = []
  let redis: () => Promise<number | undefined> = async () => undefined
  let providers: readonly ClockDifference[] = []
  const watch = createClockWatch({
    redisAheadMs: () => redis(),
    providers: () => providers,
    timers,
    logger: { warn: (message) => void warnings.push(message) },
  })
  const settled = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  }
  const look = async (next: () => Promise<number | undefined>, heard = providers) => {
    redis = next
    providers = heard
    timers.pass(60_000)
    await settled()
  }
  return { watch, warnings, look, settled, timers }
}

const KEYCLOAK = 'shop/keycloak'

test('A17: a clock that is off is said once, and when it is right again', async () => {
  const { watch, warnings, look, settled } = aWatch()
  watch.start()
  await settled()
  expect(watch.troubles()).toEqual([])
  await look(async () => 42_000)
  const sentence =
    'The clock of this process is 42 s behind that of Redis: tokens and sessions are judged by it; set the one that is wrong (NTP).'
  expect(watch.troubles()).toEqual([sentence])
  expect(watch.differences()).toEqual([{ against: 'redis', aheadMs: 42_000 }])
  await look(async () => 42_000)
  expect(warnings).toEqual([sentence])
  await look(async () => 100)
  expect(watch.troubles()).toEqual([])
  expect(warnings).toEqual([sentence, 'The clock of this process agrees with redis again.'])
})

test('A17: each provider is a clock, and some seconds are no matter of clocks', async () => {
  const { watch, warnings, look } = aWatch()
  watch.start()
  await look(
    async () => undefined,
    [
      { against: KEYCLOAK, aheadMs: -60_000 },
      { against: 'shop/other', aheadMs: 5_000 },
    ],
  )
  expect(warnings).toEqual([
    expect.stringContaining(`is 60 s ahead of that of IdentityProvider ${KEYCLOAK}`),
  ])
  expect(watch.differences()).toHaveLength(2)
})

test('A17: a store that does not tell the time is no clock, and is asked again', async () => {
  const { watch, warnings, look, timers } = aWatch()
  watch.start()
  await look(() => Promise.reject(new Error('NOPERM')))
  expect(watch.differences()).toEqual([])
  await look(async () => -7_000)
  expect(warnings).toHaveLength(1)
  watch.stop()
  expect(timers.waiting()).toEqual([])
})
