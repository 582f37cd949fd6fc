import type { Session } from '../../core/session/session.ts'
import type { OpenSession } from '../../core/session/session-store.ts'

/** What many sessions have in common. */
export type SharedPart = Pick<OpenSession, 'keyId'> &
  Pick<Session, 'tenant' | 'client' | 'host' | 'issuer' | 'clientId'> & {
    readonly scopes: Session['tokens']['scopes']
  }

/** Each shared part once, for as long as somebody holds it. */
export interface SharedParts {
  /** The number of a part; one more holds it. */
  readonly hold: (part: SharedPart) => number
  readonly get: (number: number) => SharedPart
  /** One less holds it. */
  readonly release: (number: number) => void
  /** What one takes. */
  readonly bytesOf: (number: number) => number
  /** What all take. */
  readonly bytes: () => number
}

interface Holding {
  readonly key: string
  readonly part: SharedPart
  holders: number
}

/** Of the objects, the map and the strings' headers. */
const OVERHEAD_BYTES = 512

/** As text and as what the text was made from. */
const textBytes = (key: string): number => OVERHEAD_BYTES + 2 * key.length

/** No part is held in the beginning. */
export const createSharedParts = (): SharedParts => {
  const numbers = new Map<string, number>()
  const holdings: (Holding | undefined)[] = []
  let bytes = 0

  const add = (key: string, part: SharedPart): Holding => {
    const hole = holdings.indexOf(undefined)
    const number = hole < 0 ? holdings.length : hole
    const holding = { key, part, holders: 0 }
    holdings[number] = holding
    numbers.set(key, number)
    bytes += textBytes(key)
    return holding
  }

  return {
    hold: (part) => {
      const { keyId, tenant, client, host, issuer, clientId, scopes } = part
      const key = JSON.stringify([keyId, tenant, client, host, issuer, clientId, scopes])
      const known = holdings[numbers.get(key) ?? -1]
      const holding = known ?? add(key, part)
      holding.holders += 1
      return numbers.get(key) ?? 0
    },
    get: (number) => {
      const holding = holdings[number]
      if (holding === undefined) throw new RangeError('Nobody holds that part.')
      return holding.part
    },
    release: (number) => {
      const holding = holdings[number]
      if (holding === undefined) return
      holding.holders -= 1
      if (holding.holders > 0) return
      holdings[number] = undefined
      numbers.delete(holding.key)
      bytes -= textBytes(holding.key)
    },
    bytesOf: (number) => textBytes(holdings[number]?.key ?? ''),
    bytes: () => bytes,
  }
}
