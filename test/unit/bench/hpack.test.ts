import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Header } from '../../../bench/client/header-table.ts'
import { createHeaderDecoder, createHeaderEncoder } from '../../../bench/client/hpack.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

describe('header blocks', () => {
  it('are read as RFC 7541 appendix C.4 has them: Huffman codes, and a table that grows', () => {
    const decoder = createHeaderDecoder()
    const first = decoder.decode(bytes('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff'))
    expect([...first]).toEqual([
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'www.example.com'],
    ])
    const second = decoder.decode(bytes('8286 84be 5886 a8eb 1064 9cbf'))
    expect(second.get(':authority')).toBe('www.example.com')
    expect(second.get('cache-control')).toBe('no-cache')
    const third = decoder.decode(
      bytes('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf'),
    )
    expect([...third]).toEqual([
      [':method', 'GET'],
      [':scheme', 'https'],
      [':path', '/index.html'],
      [':authority', 'www.example.com'],
      ['custom-key', 'custom-value'],
    ])
  })

  it('mean what the table holds now, though the same bytes meant something else before', () => {
    const decoder = createHeaderDecoder()
    decoder.decode(bytes('4001 6101 31'))
    expect(decoder.decode(bytes('be')).get('a')).toBe('1')
    decoder.decode(bytes('4001 6201 32'))
    expect([...decoder.decode(bytes('be'))]).toEqual([['b', '2']])
  })

  it('drop the oldest where the table is made smaller', () => {
    const decoder = createHeaderDecoder()
    decoder.decode(bytes('4001 6101 31'))
    decoder.decode(bytes('20'))
    expect(() => decoder.decode(bytes('be'))).toThrow('no header 62')
  })

  it.each(['40', '4001', '40 0161 7f', '40 0161 7f ff', 'ff', 'c0'])('are refused: %s', (hex) => {
    expect(() => createHeaderDecoder().decode(bytes(hex))).toThrow(/cut off|no header/)
  })

  const name = fc.stringMatching(/^[a-z-]{1,20}$/)
  const value = fc.stringMatching(/^[ -~]{0,300}$/)
  const headers = fc.uniqueArray(fc.tuple(name, value), { selector: ([one]) => one, maxLength: 12 })

  it('come back as they were sent, block after block', () => {
    fc.assert(
      fc.property(fc.array(headers, { maxLength: 30 }), fc.boolean(), (blocks, mayIndex) => {
        const encoder = createHeaderEncoder(mayIndex ? 4_096 : 0)
        const decoder = createHeaderDecoder()
        for (const block of [...blocks, ...blocks]) {
          expect([...decoder.decode(encoder.encode(block))]).toEqual(block)
        }
      }),
    )
  })

  it('name by its index what was sent before', () => {
    const sent: readonly Header[] = [
      [':method', 'POST'],
      ['te', 'trailers'],
      ['grpc-timeout', '5000m'],
    ]
    const encoder = createHeaderEncoder()
    expect(encoder.encode(sent).length).toBeGreaterThan(20)
    expect(encoder.encode(sent)).toEqual(bytes('83 bf be'))
    expect(createHeaderEncoder(0).encode(sent)).toEqual(createHeaderEncoder(0).encode(sent))
  })
})
