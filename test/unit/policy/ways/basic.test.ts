import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basicOf } from '../../../../src/policy/ways/basic.ts'
import { aRequest } from '../../../support/builders.ts'

const read = (authorization: string) => {
  const shown = basicOf(aRequest({ headers: { authorization } }))
  return shown.kind === 'one' ? shown.credential : shown.kind
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')

describe('the reader of Basic', () => {
  it.each([
    ['of RFC 7617', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Aladdin', 'open sesame'],
    ['in UTF-8', `Basic ${base64('test:123£')}`, 'test', '123£'],
    ['whose scheme is in small letters', `basic  ${base64('a:b')}`, 'a', 'b'],
    ['with colons in the secret', `Basic ${base64('a:b:c:')}`, 'a', 'b:c:'],
    ['with what looks encoded', `Basic ${base64('a%3Ab:c+d%20e')}`, 'a%3Ab', 'c+d%20e'],
  ])('takes one %s as it is', (_, header, name, secret) => {
    expect(read(header)).toEqual({ name, secret })
  })

  it.each([
    ['nothing behind the scheme', 'Basic'],
    ['no base64', 'Basic a:b'],
    ['no colon', `Basic ${base64('alice')}`],
    ['no name', `Basic ${base64(':secret')}`],
    ['no secret', `Basic ${base64('alice:')}`],
    ['no padding', 'Basic YTpiYg'],
    ['padding that is not zero', 'Basic YTpiYh=='],
    ['base64 for URLs', 'Basic Pz8_Ojo_'],
    ['a line end in the name', `Basic ${base64('al\nice:b')}`],
    ['a null in the secret', `Basic ${base64('alice:b\u0000')}`],
    ['a control character of C1', `Basic ${base64('alice:b\u0085')}`],
    ['bytes that are no UTF-8', `Basic ${base64(Uint8Array.of(97, 58, 0xff))}`],
    ['two of them', `Basic ${base64('a:b')},Basic ${base64('c:d')}`],
    ['more than anybody has', `Basic ${base64(`a:${'b'.repeat(8_192)}`)}`],
  ])('takes none with %s', (_, header) => expect(read(header)).toBe('malformed'))

  it.each(['Bearer abc', 'Basical abc', 'Digest username="a"', ''])('sees none in "%s"', (header) =>
    expect(read(header)).toBe('none'),
  )

  const text = (alphabet: fc.Arbitrary<string>) =>
    fc.array(alphabet, { minLength: 1, maxLength: 40 }).map((letters) => letters.join(''))
  const letter = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .filter((one) => !/[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/.test(one))

  it('reads back every name and secret that can be written', () => {
    const names = text(letter.filter((one) => one !== ':'))
    fc.assert(
      fc.property(names, text(letter), (name, secret) => {
        expect(read(`Basic ${base64(`${name}:${secret}`)}`)).toEqual({ name, secret })
      }),
    )
  })

  it('never throws, and what it reads is written in one way alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 60 }), (junk, bytes) => {
        read(`Basic ${junk}`)
        const written = base64(bytes)
        const found = read(`Basic ${written}`)
        if (typeof found === 'string') return
        expect(base64(`${found.name}:${found.secret}`)).toBe(written)
      }),
    )
  })
})
