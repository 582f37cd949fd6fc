import type { Column } from './column.ts'

/** Finds entries by a hash. */
export interface Places {
  /** The first entry of this hash that `isIt` says yes to. */
  readonly find: (hash: number, isIt: (entry: number) => boolean) => number | undefined
  /** By its hash in the column. */
  readonly add: (entry: number) => void
  readonly remove: (entry: number) => void
}

const FIRST_PLACES = 256

/** FNV-1a over the UTF-16 units, 32 bits: what is kept here is named at random, by us. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return hash >>> 0
}

/** Open addressing with linear probing over entry numbers; `hashes` has the hash of each entry. */
export const createPlaces = (hashes: Column): Places => {
  /** Entry numbers plus one; 0 where there is none. */
  let places = new Uint32Array(FIRST_PLACES)
  let used = 0

  const homeOf = (entry: number): number => hashes.get(entry) & (places.length - 1)
  const after = (place: number): number => (place + 1) & (places.length - 1)

  const put = (entry: number): void => {
    let place = homeOf(entry)
    while (places[place] !== 0) place = after(place)
    places[place] = entry + 1
  }

  const grow = (): void => {
    const former = places
    places = new Uint32Array(former.length * 2)
    for (const one of former) if (one !== 0) put(one - 1)
  }

  const find = (hash: number, isIt: (entry: number) => boolean): number | undefined => {
    let place = hash & (places.length - 1)
    for (let one = places[place] ?? 0; one !== 0; one = places[place] ?? 0) {
      if (hashes.get(one - 1) === hash && isIt(one - 1)) return one - 1
      place = after(place)
    }
    return undefined
  }

  const add = (entry: number): void => {
    used += 1
    if (used * 4 > places.length * 3) grow()
    put(entry)
  }

  /** Whether an entry at `place` may be found no more once `gap`, before it, is empty. */
  const belongsBefore = (gap: number, place: number): boolean => {
    const home = homeOf((places[place] ?? 0) - 1)
    const mask = places.length - 1
    return ((place - home) & mask) >= ((place - gap) & mask)
  }

  const remove = (entry: number): void => {
    let gap = homeOf(entry)
    while (places[gap] !== entry + 1) {
      if (places[gap] === 0) return
      gap = after(gap)
    }
    used -= 1
    for (let place = after(gap); places[place] !== 0; place = after(place)) {
      if (!belongsBefore(gap, place)) continue
      places[gap] = places[place] ?? 0
      gap = place
    }
    places[gap] = 0
  }

  return { find, add, remove }
}
