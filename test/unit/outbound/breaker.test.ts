import { describe, expect, it } from 'vitest'
import { createBreaker } from '../../../src/outbound/breaker.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

const aBreaker = () => {
  const clock = handSetClock()
  return { clock, breaker: createBreaker({ clock, threshold: 3, openMs: 3_000 }) }
}

const opened = () => {
  const made = aBreaker()
  for (let call = 0; call < 3; call += 1) made.breaker.enter()?.('unreached')
  return made
}

describe('the breaker', () => {
  it('R26: holds calls back after so many failures in a row', () => {
    const { breaker } = opened()
    expect(breaker.isOpen()).toBe(true)
    expect(breaker.enter()).toBeUndefined()
  })

  it('R26: a success in between starts the count again', () => {
    const { breaker } = aBreaker()
    for (const outcome of [
      'unreached',
      'unreached',
      'reached',
      'unreached',
      'unreached',
    ] as const) {
      breaker.enter()?.(outcome)
    }
    expect(breaker.isOpen()).toBe(false)
  })

  it('R26: calls that say nothing about the provider are not counted', () => {
    const { breaker } = aBreaker()
    for (let call = 0; call < 10; call += 1) breaker.enter()?.('unknown')
    expect(breaker.isOpen()).toBe(false)
  })

  it('R26: after its time one probe goes through and everybody else still fails at once', () => {
    const { breaker, clock } = opened()
    clock.advance(3_000)
    const leave = breaker.enter()
    expect(leave).toBeDefined()
    expect(breaker.enter()).toBeUndefined()
    leave?.('reached')
    expect(breaker.enter()).toBeDefined()
  })

  it('R26: a probe that fails holds calls back again, one that says nothing lets the next one try', () => {
    const { breaker, clock } = opened()
    clock.advance(3_000)
    breaker.enter()?.('unreached')
    expect(breaker.enter()).toBeUndefined()
    clock.advance(3_000)
    breaker.enter()?.('unknown')
    expect(breaker.enter()).toBeDefined()
  })

  it('a clock that was set back does not hold calls back for longer', () => {
    const { breaker, clock } = opened()
    clock.advance(-3_600_000)
    expect(breaker.enter()).toBeDefined()
  })
})
