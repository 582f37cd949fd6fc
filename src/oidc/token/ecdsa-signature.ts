const SEQUENCE = 0x30
const INTEGER = 0x02
/** Says that the length follows in one byte, which one from 128 on has to. */
const LONG = 0x81

/** What R and S take together, by the algorithm (RFC 7518 section 3.4). */
const SIGNATURE_BYTES: Readonly<Record<string, number>> = { ES256: 64, ES384: 96, ES512: 132 }

/** A number in DER: without leading zeros, but for one where the first bit would be a sign. */
const integerOf = (number: Buffer): readonly [head: Buffer, digits: Buffer] => {
  let first = 0
  while (first < number.length - 1 && number[first] === 0) first += 1
  const digits = number.subarray(first)
  const isNegative = (digits[0] ?? 0) > 0x7f
  const head = isNegative ? [INTEGER, digits.length + 1, 0] : [INTEGER, digits.length]
  return [Buffer.from(head), digits]
}

/**
 * The signature of a JWS, which is R and S, each as long as the order of the curve, as OpenSSL has
 * it by itself: in DER (RFC 3279 section 2.2.3). `undefined`: it is not as long as its algorithm
 * has it.
 */
export const derSignatureOf = (algorithm: string, signature: Buffer): Buffer | undefined => {
  if (signature.length !== SIGNATURE_BYTES[algorithm]) return undefined
  const half = signature.length / 2
  const parts = [...integerOf(signature.subarray(0, half)), ...integerOf(signature.subarray(half))]
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = length > 0x7f ? [SEQUENCE, LONG, length] : [SEQUENCE, length]
  return Buffer.concat([Buffer.from(head), ...parts])
}
