import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bond, bindingOf, isBoundHere } from '../../../../src/core/session/session-binding.ts'
import { aRequest } from '../../../support/builders.ts'

const from = (address: string | undefined, agent = 'Firefox') =>
  aRequest({ headers: { 'user-agent': agent }, ...(address === undefined ? {} : { address }) })

const counts = (
  bonds: readonly Bond[],
  began: readonly [string | undefined, string?],
  now: readonly [string | undefined, string?],
): boolean => isBoundHere(from(...now), bonds, bindingOf(from(...began), bonds))

describe('a session that is bound to nothing', () => {
  it('keeps nothing of where it began, and counts from anywhere', () => {
    expect(bindingOf(from('192.0.2.1'), [])).toBeUndefined()
    expect(counts([], ['192.0.2.1'], ['198.51.100.1', 'curl'])).toBe(true)
  })
})

describe('R13: a session that is bound', () => {
  it.each([
    ['the same IPv4 address', '192.0.2.1', '192.0.2.1', true],
    ['another IPv4 address', '192.0.2.1', '192.0.2.2', false],
    ['IPv4 in the dress of IPv6', '192.0.2.1', '::ffff:192.0.2.1', true],
    ['another address of one IPv6 network', '2001:db8:1:2::a', '2001:DB8:1:2:ffff:1:2:3', true],
    ['the same network in another spelling', '2001:db8::1', '2001:0db8:0:0:0:0:0:2', true],
    ['another IPv6 network', '2001:db8:1:2::a', '2001:db8:1:3::a', false],
    ['a network whose zeros are elsewhere', '2001:db8::1:0:0:0:1', '2001:db8:1::1', false],
    ['IPv6 after IPv4', '192.0.2.1', '2001:db8::1', false],
    ['nowhere after somewhere', '192.0.2.1', undefined, false],
    ['nowhere as before', undefined, undefined, true],
    ['text that is no address', 'fe80::1%eth0:x::y', '192.0.2.1', false],
  ])('R13: to an address, meets %s', (_, began, now, isHere) => {
    expect(counts(['Address'], [began, 'Firefox'], [now, 'curl'])).toBe(isHere)
  })

  it('R34: to whatever it was sent from, meets itself, and keeps no more than 512 letters of it', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant(undefined))
    fc.assert(
      fc.property(address, fc.string({ maxLength: 2_000 }), (where, agent) => {
        expect(counts(['Address', 'UserAgent'], [where, agent], [where, agent])).toBe(true)
        const kept = bindingOf(from(where, agent), ['UserAgent'])?.agent ?? ''
        expect(kept.length).toBeLessThanOrEqual(512)
      }),
    )
  })

  it('R13: to a user agent, counts from it alone, wherever it is', () => {
    expect(counts(['UserAgent'], ['192.0.2.1'], ['198.51.100.1'])).toBe(true)
    expect(counts(['UserAgent'], ['192.0.2.1'], ['192.0.2.1', 'curl'])).toBe(false)
  })

  it('R13: to both, needs both', () => {
    const both = ['UserAgent', 'Address'] as const
    expect(counts(both, ['192.0.2.1'], ['192.0.2.1'])).toBe(true)
    expect(counts(both, ['192.0.2.1'], ['192.0.2.1', 'curl'])).toBe(false)
    expect(counts(both, ['192.0.2.1'], ['192.0.2.2'])).toBe(false)
  })

  it('R13: that began before its client asked for it counts from nowhere', () => {
    expect(isBoundHere(from('192.0.2.1'), ['Address'], undefined)).toBe(false)
    const agentAlone = bindingOf(from('192.0.2.1'), ['UserAgent'])
    expect(isBoundHere(from('192.0.2.1'), ['UserAgent', 'Address'], agentAlone)).toBe(false)
  })

  it('R13: and whose client asks no longer counts from anywhere', () => {
    expect(isBoundHere(from('198.51.100.1'), [], { network: '192.0.2.1' })).toBe(true)
  })

  it('keeps a bounded part of a user agent', () => {
    expect(bindingOf(from('192.0.2.1', 'x'.repeat(9_000)), ['UserAgent'])?.agent).toHaveLength(512)
  })
})
