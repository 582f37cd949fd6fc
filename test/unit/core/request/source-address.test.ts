import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AddressRange } from '../../../../src/core/policy/address-range.ts'
import { isInRanges, parseAddressRange } from '../../../../src/core/request/source-address.ts'

const rangeOf = (written: string): AddressRange => {
  const parsed = parseAddressRange(written)
  if ('kind' in parsed) throw new Error(`${written}: ${parsed.kind}`)
  return parsed
}

const isIn = (address: string | undefined, ...written: readonly string[]): boolean =>
  isInRanges(address, written.map(rangeOf))

describe('an address in a network', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8'],
    ['10.255.255.255', '10.0.0.0/8'],
    ['192.0.2.17', '192.0.2.17/32'],
    ['192.0.2.17', '192.0.2.16/31'],
    ['203.0.113.9', '0.0.0.0/0'],
    ['2001:db8::1', '2001:db8::/32'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1/128'],
    ['2001:db8:ffff::', '2001:db8:8000::/33'],
    ['::1', '::/0'],
    ['fe80::1%eth0', 'fe80::/10'],
    ['fe80::1%10.0.0.1', 'fe80::/10'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201/128'],
  ])('%s is in %s', (address, range) => expect(isIn(address, range)).toBe(true))

  it.each([
    ['11.0.0.0', '10.0.0.0/8'],
    ['192.0.2.18', '192.0.2.16/31'],
    ['2001:db9::', '2001:db8::/32'],
    ['2001:db8:7fff::', '2001:db8:8000::/33'],
  ])('%s is not in %s', (address, range) => expect(isIn(address, range)).toBe(false))

  it.each(['::ffff:10.1.2.3', '::ffff:0a01:0203', '0:0:0:0:0:FFFF:10.1.2.3'])(
    'IPv4 in the dress of IPv6 is IPv4: %s',
    (dressed) => {
      expect(isIn(dressed, '10.0.0.0/8')).toBe(true)
      expect(isIn(dressed, '::/0')).toBe(false)
      expect(isIn('10.1.2.3', '::ffff:10.0.0.0/104')).toBe(true)
    },
  )

  it('a network of IPv6 holds no IPv4 address, not even the one of all, and the other way round', () => {
    expect(isIn('10.1.2.3', '::/0', '::/1')).toBe(false)
    expect(isIn('::1', '0.0.0.0/0')).toBe(false)
  })

  it.each([
    undefined,
    '',
    'unix',
    '/run/envoy.sock',
    '10.1.2',
    '10.1.2.3.4',
    '010.1.2.3',
    '10.1.2.256',
    '10.1.2.3 ',
    '10.1.2.3%eth0',
    '10.1.2.3:443',
    '[::1]',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '10.0.0.1::',
    '::10.0.0.1:1',
    '12345::',
    '::g',
    '0x0a.1.2.3',
  ])('what is no address is in no network: %j', (address) => {
    expect(isIn(address, '0.0.0.0/0', '::/0')).toBe(false)
  })

  it('is compared with every network', () => {
    expect(isIn('192.0.2.1', '10.0.0.0/8', '2001:db8::/32', '192.0.2.0/24')).toBe(true)
    expect(isIn('192.0.2.1')).toBe(false)
  })
})

describe('a network as it is written', () => {
  it.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0/8',
    '10.0.0.0/-1',
    '2001:db8::/129',
    'fe80::%eth0/10',
    '/8',
    'all',
    '',
  ])('%j is none', (written) => expect(parseAddressRange(written)).toEqual({ kind: 'malformed' }))

  it.each([
    ['10.1.0.0/8', '10.0.0.0/8'],
    ['192.0.2.17/31', '192.0.2.16/31'],
    ['2001:db8::1/32', '2001:db8:0:0:0:0:0:0/32'],
    ['::ffff:10.1.0.0/104', '10.0.0.0/8'],
    ['1.2.3.4/0', '0.0.0.0/0'],
  ])('%s has bits behind its prefix: %s was meant', (written, meant) => {
    expect(parseAddressRange(written)).toEqual({ kind: 'host_bits', meant })
    expect(parseAddressRange(meant)).not.toHaveProperty('kind')
  })
})

const octet = fc.integer({ min: 0, max: 255 })
const ipv4 = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.')),
  fc.constantFrom('10.0.0.1', '0.0.0.0', '255.255.255.255'),
)
const ipv6 = fc.oneof(
  fc.ipV6(),
  ipv4.map((address) => `::ffff:${address}`),
)

describe('against node:net', () => {
  /** The network that holds an address: BlockList masks the bits behind a prefix by itself. */
  const network = (address: string, bits: number): string => {
    const parsed = parseAddressRange(`${address}/${bits}`)
    return 'kind' in parsed && parsed.kind === 'host_bits' ? parsed.meant : `${address}/${bits}`
  }

  it.each([
    ['ipv4', ipv4, 32],
    ['ipv6', fc.ipV6().filter((address) => !/^::ffff:/i.test(address)), 128],
  ] as const)('says of %s what BlockList says', (family, addresses, most) => {
    fc.assert(
      fc.property(
        addresses,
        addresses,
        fc.integer({ min: 0, max: most }),
        fc.boolean(),
        (base, other, bits, near) => {
          const list = new BlockList()
          list.addSubnet(base, bits, family)
          const address = near ? base : other
          expect(isIn(address, network(base, bits))).toBe(list.check(address, family))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('takes for an address what node:net does, and throws for no text', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      'ffff',
      '255',
      '256',
      ':',
      '::',
      '.',
      '10.0.0.1',
      '%',
      'g',
    )
    const text = fc.oneof(
      fc.string(),
      ipv4,
      ipv6,
      fc.array(piece, { maxLength: 9 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(text, (address) => {
        const isKnown = isIn(address, '0.0.0.0/0', '::/0')
        if (address.includes('%')) return
        expect(isKnown).toBe(isIP(address) !== 0)
      }),
      { numRuns: 3_000 },
    )
  })
})
