import { hash } from 'node:crypto'
import type { Random } from '../core/time/random.ts'

/**
 * The cookie value of a session, taken apart. Both parts come from `Random` alone, never from a
 * client (R12).
 */
export interface Ticket {
  /** Names the record through its hash. */
  readonly id: string
  /** Half of what opens the record; the process's key is the other half. */
  readonly secret: string
}

/**
 * 144 and 264 random bits: multiples of 24, so that every text of the right length is the only
 * spelling of its bits.
 */
const ID_BYTES = 18
const SECRET_BYTES = 33
const TICKET = /^s1\.(?<id>[A-Za-z0-9_-]{24})\.(?<secret>[A-Za-z0-9_-]{44})$/

/** A fresh ticket. */
export const createTicket = (random: Random): Ticket => ({
  id: random.token(ID_BYTES),
  secret: random.token(SECRET_BYTES),
})

/**
 * The cookie value of a ticket: 72 characters that need no quoting (R11). A string of its own: as a
 * part of the header that a ticket was found in, it would keep all of that in memory.
 */
export const formatTicket = (ticket: Ticket): string =>
  Buffer.from(`s1.${ticket.id}.${ticket.secret}`).toString('latin1')

/**
 * Takes a cookie value apart; `undefined` for everything that is not exactly of the shape of a
 * ticket.
 */
export const parseTicket = (value: string): Ticket | undefined => {
  const { id, secret } = TICKET.exec(value)?.groups ?? {}
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/**
 * The name of a ticket's record: a hash, so that whoever reads names out of the store holds no part
 * of a ticket.
 */
export const recordIdOf = (ticket: Ticket): string => hash('sha256', ticket.id, 'base64url')
