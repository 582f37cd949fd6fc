import { createColumn } from './column.ts'

/** Bytes of many owners, in few large pieces of memory. */
export interface Slabs {
  /** Copies an owner's bytes in; what it had is gone. */
  readonly write: (owner: number, bytes: Uint8Array) => void
  /** The owner's bytes: a view, good until the next `write` or `free`. Empty for who has none. */
  readonly read: (owner: number) => Buffer
  /** Gives an owner's bytes back. */
  readonly free: (owner: number) => void
  /** What owners have, with what is written beside it, and the memory that it lies in. */
  readonly size: () => { readonly usedBytes: number; readonly heldBytes: number }
}

interface Slab {
  readonly number: number
  readonly bytes: Buffer
  /** Where the next is written. */
  endsAt: number
  usedBytes: number
}

/** In front of the bytes: their length and their owner, four bytes each. */
export const SLAB_HEADER_BYTES = 8

/** Of what is held, this much may lie idle before a slab is emptied. */
const MOST_IDLE = 1 / 5

const NOTHING = Buffer.alloc(0)

/**
 * Slabs of `slabBytes` that are filled one after the other; what is longer has one of its own. A
 * slab that nobody has anything in any more is let go, and one of them is kept for the next. When
 * more than a fifth, and more than one slab, is nobody's, the emptiest is emptied into the one that
 * is being filled.
 */
export const createSlabs = (slabBytes: number): Slabs => {
  const slabs: (Slab | undefined)[] = []
  /** The slab of an owner, plus one; 0: it has nothing. */
  const slabOf = createColumn('uint32')
  const startOf = createColumn('uint32')
  let current: Slab | undefined
  let spare: Buffer | undefined
  let usedBytes = 0
  let heldBytes = 0
  /** Written once, and nobody's by now. */
  let idleBytes = 0

  const open = (bytes: Buffer): Slab => {
    const hole = slabs.indexOf(undefined)
    const number = hole < 0 ? slabs.length : hole
    const slab = { number, bytes, endsAt: 0, usedBytes: 0 }
    slabs[number] = slab
    heldBytes += bytes.length
    return slab
  }

  const next = (): Slab => {
    current = open(spare ?? Buffer.allocUnsafeSlow(slabBytes))
    spare = undefined
    return current
  }

  /** Of a slab that nobody has anything in. */
  const letGo = (slab: Slab): void => {
    idleBytes -= slab.endsAt
    slab.endsAt = 0
    if (slab === current) return
    slabs[slab.number] = undefined
    heldBytes -= slab.bytes.length
    if (slab.bytes.length === slabBytes) spare = slab.bytes
  }

  const place = (slab: Slab, owner: number, bytes: Uint8Array): void => {
    const start = slab.endsAt + SLAB_HEADER_BYTES
    slab.bytes.writeUInt32LE(bytes.length, slab.endsAt)
    slab.bytes.writeUInt32LE(owner, slab.endsAt + 4)
    slab.bytes.set(bytes, start)
    slab.endsAt = start + bytes.length
    slab.usedBytes += SLAB_HEADER_BYTES + bytes.length
    usedBytes += SLAB_HEADER_BYTES + bytes.length
    slabOf.set(owner, slab.number + 1)
    startOf.set(owner, start)
  }

  const unplace = (slab: Slab, length: number): void => {
    slab.usedBytes -= SLAB_HEADER_BYTES + length
    usedBytes -= SLAB_HEADER_BYTES + length
    idleBytes += SLAB_HEADER_BYTES + length
  }

  const placeInNext = (owner: number, bytes: Uint8Array): void => {
    const neededBytes = SLAB_HEADER_BYTES + bytes.length
    if (neededBytes > slabBytes) {
      place(open(Buffer.allocUnsafeSlow(neededBytes)), owner, bytes)
      return
    }
    const hasRoom = current !== undefined && slabBytes - current.endsAt >= neededBytes
    place(hasRoom && current !== undefined ? current : next(), owner, bytes)
  }

  /** Moves what is still somebody's, one after the other as it was written. */
  const empty = (slab: Slab): void => {
    let at = 0
    while (at < slab.endsAt) {
      const start = at + SLAB_HEADER_BYTES
      const length = slab.bytes.readUInt32LE(at)
      const owner = slab.bytes.readUInt32LE(at + 4)
      at = start + length
      if (slabOf.get(owner) !== slab.number + 1 || startOf.get(owner) !== start) continue
      unplace(slab, length)
      placeInNext(owner, slab.bytes.subarray(start, at))
    }
    letGo(slab)
  }

  const emptiest = (): Slab | undefined => {
    let least: Slab | undefined
    for (const slab of slabs) {
      if (slab === undefined || slab === current || slab.endsAt === slab.usedBytes) continue
      if (least === undefined || slab.usedBytes < least.usedBytes) least = slab
    }
    return least
  }

  const tidy = (): void => {
    while (idleBytes > Math.max(slabBytes, heldBytes * MOST_IDLE)) {
      const slab = emptiest()
      if (slab === undefined) return
      empty(slab)
    }
  }

  const free = (owner: number): void => {
    const slab = slabs[slabOf.get(owner) - 1]
    if (slab === undefined) return
    unplace(slab, slab.bytes.readUInt32LE(startOf.get(owner) - SLAB_HEADER_BYTES))
    slabOf.set(owner, 0)
    if (slab.usedBytes === 0) letGo(slab)
    tidy()
  }

  return {
    write: (owner, bytes) => {
      free(owner)
      placeInNext(owner, bytes)
    },
    read: (owner) => {
      const slab = slabs[slabOf.get(owner) - 1]
      if (slab === undefined) return NOTHING
      const start = startOf.get(owner)
      const length = slab.bytes.readUInt32LE(start - SLAB_HEADER_BYTES)
      return slab.bytes.subarray(start, start + length)
    },
    free,
    size: () => ({ usedBytes, heldBytes: heldBytes + (spare?.length ?? 0) }),
  }
}
