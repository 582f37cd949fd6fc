import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { networkOf } from '../../../../src/core/request/network.ts'

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0000:0::2', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3', '1:2:3'],
    ['1::2::3', '1::2::3'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['1:2:3:4:5:6:7::8', '1:2:3:4:5:6:7::8'],
    ['1:2:3:4:5:6:7:8::', '1:2:3:4:5:6:7:8::'],
    ['x::1', 'x::1'],
    ['unknown', 'unknown'],
  ])('A16: of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it('A16: is the same for every address of a network, in every spelling', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    const half = fc.array(group, { minLength: 4, maxLength: 4 })
    const long = (groups: readonly number[]) =>
      groups.map((one) => one.toString(16).padStart(4, '0')).join(':')
    const short = (groups: readonly number[]) => {
      const { hostname } = new URL(`http://[${long(groups)}]`)
      return hostname.slice(1, -1)
    }
    fc.assert(
      fc.property(half, half, half, (network, host, other) => {
        const expected = networkOf(long([...network, ...host]))
        fc.pre(!isIPv4(expected))
        expect(networkOf(short([...network, ...host]))).toBe(expected)
        expect(networkOf(short([...network, ...other]))).toBe(expected)
      }),
    )
  })
})
