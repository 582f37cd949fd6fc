import { describe, expect, it } from 'vitest'
import { createAddressFilter, DEFAULT_DENIED } from '../../../src/outbound/networks.ts'

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
})
