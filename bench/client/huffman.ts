/**
 * The lengths of HPACK's Huffman codes, a digit in base 36 for each byte and one for the end of a
 * string (RFC 7541 appendix B). The code is canonical: the lengths are all there is to know.
 */
const LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6' +
  'f56565666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmm' +
  'nqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu'

const END_OF_STRING = 256

/** Bits of a code behind a leading one → the symbol: no two codes of any length are alike so. */
const symbols = (): ReadonlyMap<number, number> => {
  const found = new Map<number, number>()
  const order = [...LENGTHS]
    .map((digit, symbol) => ({ length: Number.parseInt(digit, 36), symbol }))
    .toSorted((a, b) => a.length - b.length || a.symbol - b.symbol)
  let code = 0
  let length = 0
  for (const one of order) {
    code *= 2 ** (one.length - length)
    length = one.length
    found.set(2 ** length + code, one.symbol)
    code += 1
  }
  return found
}

const SYMBOLS = symbols()

/** The text of a Huffman-coded string. @throws Error where it holds the end of a string */
export const huffmanText = (coded: Uint8Array): string => {
  const bytes: number[] = []
  let bits = 1
  for (const byte of coded) {
    for (let at = 7; at >= 0; at -= 1) {
      bits = bits * 2 + ((byte >> at) & 1)
      const symbol = SYMBOLS.get(bits)
      if (symbol === undefined) continue
      if (symbol === END_OF_STRING) throw new Error('A Huffman code holds its own end.')
      bytes.push(symbol)
      bits = 1
    }
  }
  return Buffer.from(bytes).toString('latin1')
}
