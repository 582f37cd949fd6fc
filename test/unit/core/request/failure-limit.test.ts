import { describe, expect, it } from 'vitest'
import { createFailureLimit } from '../../../../src/core/request/failure-limit.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const setUp = () => {
  const clock = handSetClock()
  const limit = createFailureLimit(clock)
  const fail = (address: string, times: number) => {
    for (let at = 0; at < times; at += 1) limit.note(address)
  }
  return {
    clock,
    fail,
    isBlocked: (address: string) => limit.blockedUntilMs(address) !== undefined,
  }
}

describe('the limit of failures', () => {
  it('blocks a place after ten in a minute, until that minute is over', () => {
    const { clock, fail, isBlocked } = setUp()
    fail('192.0.2.1', 9)
    clock.advance(59_000)
    expect(isBlocked('192.0.2.1')).toBe(false)
    fail('192.0.2.1', 1)
    expect(isBlocked('192.0.2.1')).toBe(true)
    expect(isBlocked('::ffff:192.0.2.1')).toBe(true)
    expect(isBlocked('192.0.2.2')).toBe(false)
    clock.advance(1_000)
    expect(isBlocked('192.0.2.1')).toBe(false)
    fail('192.0.2.1', 9)
    expect(isBlocked('192.0.2.1')).toBe(false)
  })

  it('takes an IPv6 network for one place', () => {
    const { fail, isBlocked } = setUp()
    fail('2001:db8:1:2::1', 5)
    fail('2001:db8:1:2::2', 5)
    expect(isBlocked('2001:db8:1:2:3:4:5:6')).toBe(true)
    expect(isBlocked('2001:db8:1:3::1')).toBe(false)
  })

  it('A16: counts one IPv6 network once, however short its addresses are written', () => {
    const { fail, isBlocked } = setUp()
    for (let host = 1; host <= 10; host += 1) fail(`2001:db8::${host}`, 1)
    expect(isBlocked('2001:db8::ffff:1')).toBe(true)
    expect(isBlocked('2001:0db8:0:0:1:2:3:4')).toBe(true)
    expect(isBlocked('2001:db8:1::1')).toBe(false)
  })

  it('remembers a thousand places: the one that failed first goes', () => {
    const { fail, isBlocked } = setUp()
    fail('192.0.2.1', 10)
    for (let at = 0; at < 999; at += 1) fail(`198.51.${at >> 8}.${at & 255}`, 1)
    expect(isBlocked('192.0.2.1')).toBe(true)
    fail('203.0.113.1', 1)
    expect(isBlocked('192.0.2.1')).toBe(false)
  })
})
