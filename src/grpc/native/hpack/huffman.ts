/**
 * How many bits the code of each octet has, by octet (RFC 7541 appendix B). The code is canonical:
 * codes of one length follow one another in the order of the octets, so that the lengths say it
 * all.
 */
const CODE_BITS: readonly number[] = [
  '13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28',
  '28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28',
  '6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6',
  '5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10',
  '13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7',
  '7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6',
  '15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5',
  '6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28',
  '20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23',
  '24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24',
  '22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23',
  '21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23',
  '26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25',
  '19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27',
  '20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23',
  '26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26',
]
  .join(' ')
  .split(' ')
  .map(Number)

/** The end of string, which has the last code and must never be sent (section 5.2). */
const EOS = 256
const EOS_BITS = 30

/** Padding is the beginning of the code of EOS, all ones, and shorter than an octet. */
const MOST_PADDING_BITS = 7

const FAILED = 0xffff
const NO_OCTET = 0xffff

/**
 * The code as a machine that takes four bits at a time. A state is a node of the tree of codes that
 * is no leaf; a step is found at `state * 16 + bits`. The shortest code has five bits, so that a
 * step completes one octet at most.
 */
interface Machine {
  readonly next: Uint16Array
  readonly octet: Uint16Array
  /** By state, whether a string may end there. */
  readonly mayEnd: Uint8Array
}

/** Where a zero leads, and where a one. */
type Node = (number | undefined)[]

/** A leaf is a number of its own, apart from those of the nodes. */
const LEAF = 0x1000

const treeOfCodes = (): readonly Node[] => {
  const symbols = [
    ...CODE_BITS.map((bits, octet) => ({ bits, octet })),
    { bits: EOS_BITS, octet: EOS },
  ]
  const ordered = symbols.toSorted((a, b) => a.bits - b.bits || a.octet - b.octet)
  const nodes: Node[] = [[]]
  let code = 0
  let bitsBefore = ordered[0]?.bits ?? 0
  for (const { bits, octet } of ordered) {
    code *= 2 ** (bits - bitsBefore)
    bitsBefore = bits
    let at = 0
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      const side = (code >>> bit) & 1
      const node = nodes[at] ?? []
      if (bit === 0) node[side] = LEAF + octet
      else if (node[side] === undefined) node[side] = nodes.push([]) - 1
      at = node[side] ?? 0
    }
    code += 1
  }
  return nodes
}

const machineOf = (nodes: readonly Node[]): Machine => {
  const next = new Uint16Array(nodes.length * 16).fill(FAILED)
  const octet = new Uint16Array(nodes.length * 16).fill(NO_OCTET)
  for (let state = 0; state < nodes.length; state += 1) {
    for (let bits = 0; bits < 16; bits += 1) {
      const step = state * 16 + bits
      let at = state
      let failed = false
      for (let bit = 3; bit >= 0 && !failed; bit -= 1) {
        const to = nodes[at]?.[(bits >>> bit) & 1]
        if (to === undefined || to === LEAF + EOS) failed = true
        else if (to >= LEAF) {
          octet[step] = to - LEAF
          at = 0
        } else at = to
      }
      next[step] = failed ? FAILED : at
    }
  }
  const mayEnd = new Uint8Array(nodes.length)
  let at = 0
  for (let ones = 0; ones <= MOST_PADDING_BITS; ones += 1) {
    mayEnd[at] = 1
    at = nodes[at]?.[1] ?? 0
  }
  return { next, octet, mayEnd }
}

const machine = machineOf(treeOfCodes())

/** Room for what most strings come to; a longer one gets its own. */
const scratch = Buffer.allocUnsafeSlow(4096)

/**
 * The string that the bytes hold, one character for each octet; `undefined` where they hold the
 * code of EOS, or padding that is longer than seven bits or not all ones (RFC 7541 section 5.2).
 */
export const decodeHuffman = (
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined => {
  const most = Math.ceil(((end - start) * 8) / 5)
  const target = most <= scratch.length ? scratch : Buffer.allocUnsafe(most)
  const { next, octet, mayEnd } = machine
  let length = 0
  let state = 0
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0
    for (let shift = 4; shift >= 0; shift -= 4) {
      const step = state * 16 + ((byte >>> shift) & 0xf)
      state = next[step] ?? FAILED
      if (state === FAILED) return undefined
      const completed = octet[step] ?? NO_OCTET
      if (completed === NO_OCTET) continue
      target[length] = completed
      length += 1
    }
  }
  return mayEnd[state] === 1 ? target.toString('latin1', 0, length) : undefined
}
