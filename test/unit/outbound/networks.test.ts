import { describe, expect, it } from 'vitest'
import {
  createAddressFilter,
  DEFAULT_DENIED,
  PRIVATE_NETWORKS,
} from '../../../src/outbound/networks.ts'

const byDefault = createAddressFilter(DEFAULT_DENIED, [])

describe('the rule of addresses', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '::1',
    '::',
    '0:0:0:0:0:0:0:1',
    '169.254.169.254',
    '169.254.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fd20:ce::254',
    '100.100.100.200',
    '168.63.129.16',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '64:ff9b::169.254.169.254',
    '2002:7f00:1::',
    '64:ff9b:1::7f00:1',
    '64:ff9b:1:ffff::a9fe:a9fe',
    '::ffff:0:7f00:1',
    '::ffff:0:169.254.169.254',
    'example.com',
    '',
  ])('R25: %s is denied by default', (address) => {
    expect(byDefault(address)).toBe(false)
  })

  it.each([
    '93.184.216.34',
    '10.1.2.3',
    '192.168.1.1',
    '172.20.0.1',
    '2606:2800:220:1::1',
    'fd12:3456::1',
    '::ffff:10.0.0.1',
    '100.100.100.201',
  ])('R25: %s is permitted by default', (address) => {
    expect(byDefault(address)).toBe(true)
  })

  it('R25: a private range that is listed is denied, in every spelling', () => {
    const isPermitted = createAddressFilter(['10.0.0.0/8', 'fd00::/8'], [])
    expect(isPermitted('10.9.8.7')).toBe(false)
    expect(isPermitted('::ffff:10.9.8.7')).toBe(false)
    expect(isPermitted('fd00::5')).toBe(false)
    expect(isPermitted('11.0.0.1')).toBe(true)
  })

  it('R25: an exception wins over what is denied, and reaches no further', () => {
    const isPermitted = createAddressFilter(DEFAULT_DENIED, ['127.0.0.2/32'])
    expect(isPermitted('127.0.0.2')).toBe(true)
    expect(isPermitted('127.0.0.3')).toBe(false)
  })

  it('R25: an entry that is no network is refused at once', () => {
    expect(() => createAddressFilter(['private'], [])).toThrow(RangeError)
  })

  const forStrangers = createAddressFilter([...DEFAULT_DENIED, ...PRIVATE_NETWORKS], [])

  it.each([
    '10.0.0.1',
    '100.64.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '198.51.100.1',
    '203.0.113.1',
    '239.1.2.3',
    '255.255.255.255',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
    '64:ff9b:1::808:808',
    '64:ff9b:2::1',
    '::ffff:0:a00:1',
    '::ffff:10.0.0.1',
    '::2',
    '100::1',
    '2001::1',
    '2001:0:a00:1::f5ff:fffe',
    '2001:20::1',
    '2001:db8::1',
    '2002:a00:1::',
    '3fff:fff::1',
    '4000::1',
    '8000::1',
    'fc00::1',
    'fd00::1%eth0',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('R25: %s is denied where strangers choose', (address) => {
    expect(forStrangers(address)).toBe(false)
  })

  it.each([
    '8.8.8.8',
    '192.88.98.1',
    '203.0.114.1',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2606:4700::1111',
    '2a00:1450::1',
    '3fff:ffff::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('R25: %s is permitted where strangers choose', (address) => {
    expect(forStrangers(address)).toBe(true)
  })

  it('R25: an exception of IPv6 wins where strangers choose', () => {
    const deny = [...DEFAULT_DENIED, ...PRIVATE_NETWORKS]
    expect(createAddressFilter(deny, ['fd00:1::/32'])('fd00:1::5')).toBe(true)
    expect(createAddressFilter(deny, ['fd00:1::/32'])('fd00:2::5')).toBe(false)
  })
})
