import { generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derSignatureOf } from '../../../../src/oidc/token/ecdsa-signature.ts'

const CURVES = [
  ['ES256', 'P-256', 'sha256', 64],
  ['ES384', 'P-384', 'sha384', 96],
  ['ES512', 'P-521', 'sha512', 132],
] as const

describe.each(CURVES)('a signature of %s in DER', (algorithm, namedCurve, digest, bytes) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })

  it('is the same signature for OpenSSL', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        const signature = sign(digest, data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
        const der = derSignatureOf(algorithm, signature)
        expect(der && verify(digest, data, publicKey, der)).toBe(true)
        signature[7] = (signature[7] ?? 0) ^ 1
        const other = derSignatureOf(algorithm, signature)
        expect(other && verify(digest, data, publicKey, other)).toBe(false)
      }),
    )
  })

  it('says the same as OpenSSL does of R and S, whatever they are', () => {
    const data = Buffer.from('data')
    const half = bytes / 2
    const numbers = fc.oneof(
      fc.uint8Array({ minLength: half, maxLength: half }),
      fc.nat({ max: half }).map((zeros) => new Uint8Array(half).fill(0xff, zeros)),
      fc.nat({ max: half }).map((zeros) => new Uint8Array(half).fill(0x01, zeros)),
    )
    fc.assert(
      fc.property(numbers, numbers, (r, s) => {
        const signature = Buffer.concat([r, s])
        const der = derSignatureOf(algorithm, signature)
        const key = { key: publicKey, dsaEncoding: 'ieee-p1363' as const }
        expect(der && verify(digest, data, publicKey, der)).toBe(
          verify(digest, data, key, signature),
        )
        // A number is written in one way alone, and both come back as they were.
        const length = der?.[1] === 0x81 ? der[2] : der?.[1]
        expect(length).toBe((der?.length ?? 0) - (der?.[1] === 0x81 ? 3 : 2))
      }),
    )
  })

  it('is none where the length is that of no signature', () => {
    for (const length of [0, 1, bytes - 2, bytes - 1, bytes + 1, bytes + 2, 2 * bytes]) {
      expect(derSignatureOf(algorithm, Buffer.alloc(length, 1)), String(length)).toBeUndefined()
    }
  })
})
