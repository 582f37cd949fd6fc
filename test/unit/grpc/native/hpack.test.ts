import { describe, expect, it } from 'vitest'
import { createHpackDecoder } from '../../../../src/grpc/native/hpack/decoder.ts'
import { encodeStateless } from '../../../../src/grpc/native/hpack/encoder.ts'
import { decodeHuffman } from '../../../../src/grpc/native/hpack/huffman.ts'
import { integerOctets, readInteger } from '../../../../src/grpc/native/hpack/integers.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

const aDecoder = (maxTableBytes = 4096, maxSectionBytes = 65_536) => {
  const decoder = createHpackDecoder({ maxTableBytes, maxSectionBytes })
  const decode = (block: Buffer | string) => {
    const bytes = typeof block === 'string' ? hex(block) : block
    return decoder.decode(bytes, 0, bytes.length)
  }
  return {
    decode,
    fields: (block: Buffer | string) => decode(block)?.fields,
    generation: decoder.generation,
  }
}

describe('integers (RFC 7541 section 5.1)', () => {
  const read = (bytes: Buffer, prefixBits: number) => {
    const cursor = { at: 0 }
    const value = readInteger(bytes, cursor, bytes.length, prefixBits)
    return { value, at: cursor.at }
  }

  it.each([
    ['C.1.1', '0a', 5, 10, 1],
    ['C.1.2', '1f 9a 0a', 5, 1337, 3],
    ['C.1.3', '2a', 8, 42, 1],
    ['the largest of a prefix takes an octet more', '1f 00', 5, 31, 2],
    ['zeros behind the number are part of it', '1f 80 80 00', 5, 31, 4],
  ])('reads %s', (_, bytes, prefixBits, value, at) => {
    expect(read(hex(bytes), prefixBits)).toEqual({ value, at })
  })

  it.each([
    ['ends within its octets', '1f 9a'],
    ['has none behind the prefix', '1f'],
    ['is not there', ''],
    ['goes on beyond five octets', '1f 80 80 80 80 80 00'],
    ['goes on for ever', `1f ${'ff'.repeat(40)}`],
  ])('reads none that %s', (_, bytes) => {
    expect(read(hex(bytes), 5).value).toBe(-1)
  })

  it.each([0, 1, 30, 31, 32, 127, 128, 1337, 16_384, 2 ** 28])('reads %i as written', (value) => {
    for (const prefixBits of [4, 5, 6, 7]) {
      const octets = Buffer.from(integerOctets(value, prefixBits, 0))
      expect(read(octets, prefixBits)).toEqual({ value, at: octets.length })
    }
  })
})

describe('Huffman strings (RFC 7541 section 5.2)', () => {
  const decode = (text: string) => decodeHuffman(hex(text), 0, hex(text).length)

  it.each([
    ['f1e3c2e5f23a6ba0ab90f4ff', 'www.example.com'],
    ['a8eb10649cbf', 'no-cache'],
    ['6402', '302'],
    ['aec3771a4b', 'private'],
    ['d07abe941054d444a8200595040b8166e082a62d1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['', ''],
  ])('reads %s', (bytes, text) => {
    expect(decode(bytes)).toBe(text)
  })

  it.each([
    ['padding of zeros', '18'],
    ['padding of a whole octet', '1fff'],
    ['padding of fifteen ones', '0000007fff'],
    ['padding that is longer than seven bits', 'ff'],
    ['the end of string', 'fffffffc'],
    ['the end of string behind a letter', '1fffffffff'],
    ['a code that is cut off', 'fe'],
  ])('refuses %s', (_, bytes) => {
    expect(decode(bytes)).toBeUndefined()
  })

  it('takes padding of up to seven ones', () => {
    expect(decode('1f')).toBe('a')
    expect(decode('0000007f')).toBe('00000')
  })
})

describe('fields (RFC 7541 appendix C)', () => {
  it.each([
    [
      'C.2.1',
      '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
      ['custom-key', 'custom-header'],
    ],
    ['C.2.2', '040c 2f73 616d 706c 652f 7061 7468', [':path', '/sample/path']],
    ['C.2.3', '1008 7061 7373 776f 7264 0673 6563 7265 74', ['password', 'secret']],
    ['C.2.4', '82', [':method', 'GET']],
  ])('reads %s', (_, block, fields) => {
    expect(aDecoder().fields(block)).toEqual(fields)
  })

  const first = [':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'www.example.com']
  const requests = [
    first,
    [...first, 'cache-control', 'no-cache'],
    [
      ':method',
      'GET',
      ':scheme',
      'https',
      ':path',
      '/index.html',
      ':authority',
      'www.example.com',
      'custom-key',
      'custom-value',
    ],
  ]

  it('reads the requests of C.3, one behind the other', () => {
    const decoder = aDecoder()
    expect([
      decoder.fields('8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d'),
      decoder.fields('8286 84be 5808 6e6f 2d63 6163 6865'),
      decoder.fields('8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65'),
    ]).toEqual(requests)
  })

  it('reads the requests of C.4, in Huffman code', () => {
    const decoder = aDecoder()
    expect([
      decoder.fields('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff'),
      decoder.fields('8286 84be 5886 a8eb 1064 9cbf'),
      decoder.fields('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf'),
    ]).toEqual(requests)
  })

  const responses = [
    [
      ':status',
      '302',
      'cache-control',
      'private',
      'date',
      'Mon, 21 Oct 2013 20:13:21 GMT',
      'location',
      'https://www.example.com',
    ],
    [
      ':status',
      '307',
      'cache-control',
      'private',
      'date',
      'Mon, 21 Oct 2013 20:13:21 GMT',
      'location',
      'https://www.example.com',
    ],
    [
      ':status',
      '200',
      'cache-control',
      'private',
      'date',
      'Mon, 21 Oct 2013 20:13:22 GMT',
      'location',
      'https://www.example.com',
      'content-encoding',
      'gzip',
      'set-cookie',
      'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ],
  ]

  it('reads the responses of C.5, whose table is so small that entries are dropped', () => {
    const decoder = aDecoder(256)
    expect([
      decoder.fields(
        '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      ),
      decoder.fields('4803 3330 37c1 c0bf'),
      decoder.fields(
        '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
      ),
    ]).toEqual(responses)
  })

  it('reads the responses of C.6, in Huffman code', () => {
    const decoder = aDecoder(256)
    expect([
      decoder.fields(
        '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      ),
      decoder.fields('4883 640e ffc1 c0bf'),
      decoder.fields(
        '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
      ),
    ]).toEqual(responses)
  })
})

describe('the dynamic table', () => {
  const entry = (name: string, value: string): Buffer =>
    Buffer.concat([
      Buffer.of(0x40, name.length),
      Buffer.from(name),
      Buffer.of(value.length),
      Buffer.from(value),
    ])

  it('is empty at first: index 62 is nothing, nor is index 0', () => {
    expect(aDecoder().decode('be')).toBeUndefined()
    expect(aDecoder().decode('80')).toBeUndefined()
    expect(aDecoder().decode('ff80 8080 8008')).toBeUndefined()
  })

  it('drops the oldest for want of room, and all for an entry that is larger than it (4.4)', () => {
    const decoder = aDecoder(80)
    decoder.decode(entry('a', '1'))
    decoder.decode(entry('b', '2'))
    expect(decoder.fields('be bf')).toEqual(['b', '2', 'a', '1'])
    decoder.decode(entry('c', '3'))
    expect(decoder.fields('be bf')).toEqual(['c', '3', 'b', '2'])
    expect(decoder.decode('c0')).toBeUndefined()
    expect(decoder.fields(entry('d', 'x'.repeat(80)))).toEqual(['d', 'x'.repeat(80)])
    expect(decoder.decode('be')).toBeUndefined()
  })

  it('names an entry by one that is dropped for it', () => {
    const decoder = aDecoder(40)
    decoder.decode(entry('name', '1'))
    const renewed = Buffer.concat([Buffer.of(0x7e, 4), Buffer.from('2222')])
    expect(decoder.fields(renewed)).toEqual(['name', '2222'])
    expect(decoder.fields('be')).toEqual(['name', '2222'])
  })

  it('keeps its order over hundreds of entries', () => {
    const decoder = aDecoder(4096)
    for (let at = 0; at < 700; at += 1) decoder.decode(entry('n', String(at)))
    expect(decoder.fields('be')).toEqual(['n', '699'])
    expect(decoder.fields('bf')).toEqual(['n', '698'])
    expect(decoder.fields('ff 20')).toEqual(['n', '602'])
  })

  it('takes another size in front of a block, smaller and then larger (4.2)', () => {
    const decoder = aDecoder()
    decoder.decode(entry('a', '1'))
    expect(decoder.fields('20 3f e1 1f 82')).toEqual([':method', 'GET'])
    expect(decoder.decode('be')).toBeUndefined()
  })

  it.each([
    ['behind a field', '82 20'],
    ['above what was told', '3f e2 1f'],
    ['that is no number', '3f 80'],
  ])('refuses a size %s', (_, block) => {
    expect(aDecoder().decode(block)).toBeUndefined()
  })

  it('says by a number that what bytes mean has changed, and only then', () => {
    const decoder = aDecoder()
    const before = decoder.generation()
    decoder.decode('82 86 1008 7061 7373 776f 7264 0673 6563 7265 74')
    expect(decoder.generation()).toBe(before)
    decoder.decode(entry('a', '1'))
    const added = decoder.generation()
    expect(added).not.toBe(before)
    decoder.decode('20')
    expect(decoder.generation()).not.toBe(added)
  })
})

describe('what is no header block', () => {
  it.each([
    ['a name that is longer than the block', '40 0a 6375'],
    ['a value that is not there', '40 01 61'],
    ['a value that is longer than the block', '40 01 61 05 62'],
    ['a name of an entry that is not there', '7f 00 01 61'],
    ['a Huffman string that is none', '40 81 ff 00'],
    ['an index that is cut off', 'ff'],
  ])('is known by %s', (_, block) => {
    expect(aDecoder().decode(block)).toBeUndefined()
  })
})

describe('the size of a section', () => {
  it('is the sum of names, values and 32 for each field', () => {
    const exact = aDecoder(4096, ':method'.length + 'GET'.length + 32)
    expect(exact.decode('82')).toEqual({ fields: [':method', 'GET'], isTooLarge: false })
    expect(exact.decode('82 82')).toEqual({ fields: [], isTooLarge: true })
  })

  it('is of no consequence to the table: what is too large has been read', () => {
    const decoder = aDecoder(4096, 64)
    const large = Buffer.concat([Buffer.of(0x40, 1, 0x61, 60), Buffer.from('x'.repeat(60))])
    expect(decoder.decode(large)?.isTooLarge).toBe(true)
    expect(aDecoder(4096, 64).decode('be')).toBeUndefined()
    expect(decoder.decode('be')?.isTooLarge).toBe(true)
  })
})

describe('what is sent', () => {
  const fields: readonly (readonly [string, string])[] = [
    [':status', '200'],
    [':status', '415'],
    ['content-type', 'application/grpc+proto'],
    ['grpc-status', '0'],
    ['grpc-message', 'x'.repeat(300)],
  ]

  it('is read as it was meant', () => {
    expect(aDecoder().fields(encodeStateless(fields))).toEqual(fields.flat())
  })

  it('leaves the table of whoever reads it as it is, even one without room', () => {
    const decoder = aDecoder(0)
    const before = decoder.generation()
    expect(decoder.fields(encodeStateless(fields))).toEqual(fields.flat())
    expect(decoder.generation()).toBe(before)
  })
})
