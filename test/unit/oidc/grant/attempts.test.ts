import { describe, expect, it } from 'vitest'
import { createAttempts, type Turn } from '../../../../src/oidc/grant/attempts.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const HERE = '192.0.2.1'

const failing = async (begun: Promise<Turn>): Promise<Turn['kind']> => {
  const turn = await begun
  if (turn.kind === 'try') turn.end(true)
  return turn.kind
}

describe('attempts that may fail', () => {
  it('are no more than ten from one network in a minute, however many at once', async () => {
    const clock = handSetClock()
    const attempts = createAttempts(clock)
    const kinds = await Promise.all(Array.from({ length: 50 }, () => failing(attempts.begin(HERE))))
    expect(kinds.filter((kind) => kind === 'try')).toHaveLength(10)
    expect(await attempts.begin(HERE)).toEqual({
      kind: 'limited',
      untilMs: clock.nowMs() + 60_000,
    })
    clock.advance(60_000)
    expect((await attempts.begin(HERE)).kind).toBe('try')
  })

  it('are any number where they do not fail', async () => {
    const attempts = createAttempts(handSetClock())
    const kinds = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const turn = await attempts.begin(HERE)
        if (turn.kind === 'try') turn.end(false)
        return turn.kind
      }),
    )
    expect(new Set(kinds)).toEqual(new Set(['try']))
  })

  it('are counted by /64, and apart from those of others', async () => {
    const attempts = createAttempts(handSetClock())
    for (let at = 0; at < 10; at += 1) await failing(attempts.begin(`2001:db8::${at + 1}`))
    expect((await attempts.begin('2001:db8::ffff')).kind).toBe('limited')
    expect((await attempts.begin('2001:db8:0:1::1')).kind).toBe('try')
    expect((await attempts.begin('')).kind).toBe('try')
  })

  it('wait for the outcome of those before, where these may be the last that may fail', async () => {
    const attempts = createAttempts(handSetClock())
    const ten = await Promise.all(Array.from({ length: 10 }, () => attempts.begin(HERE)))
    let isThrough = false
    const eleventh = attempts.begin(HERE).then((turn) => {
      isThrough = true
      return turn.kind
    })
    await Promise.resolve()
    expect(isThrough).toBe(false)
    const [first] = ten
    if (first?.kind === 'try') first.end(false)
    expect(await eleventh).toBe('try')
  })
})
