import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createTicket,
  formatTicket,
  parseTicket,
  recordIdOf,
} from '../../../src/sessions/ticket.ts'
import { seededRandom } from '../../support/seeded-random.ts'

describe('a ticket', () => {
  it('R11: is opaque, cookie-safe, short, and holds 256 random bits beside its id', () => {
    const ticket = createTicket(seededRandom('a'))
    const value = formatTicket(ticket)
    expect(value).toMatch(/^[A-Za-z0-9._-]+$/)
    expect(value.length).toBeLessThan(200)
    expect(Buffer.from(ticket.id, 'base64url').length * 8).toBeGreaterThanOrEqual(128)
    expect(Buffer.from(ticket.secret, 'base64url').length * 8).toBeGreaterThanOrEqual(256)
  })

  it('R12: comes from randomness alone, each time anew', () => {
    const random = seededRandom('a')
    const tickets = Array.from({ length: 100 }, () => createTicket(random))
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(100)
    expect(new Set(tickets.map(({ secret }) => secret)).size).toBe(100)
  })

  it('R12: is stored under a hash that tells nothing of it', () => {
    const ticket = createTicket(seededRandom('a'))
    expect(recordIdOf(ticket)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(recordIdOf(ticket)).not.toContain(ticket.id)
  })

  it('survives being written and read', () => {
    const ticket = createTicket(seededRandom('a'))
    expect(parseTicket(formatTicket(ticket))).toEqual(ticket)
  })

  it('R34: whatever is not exactly a ticket is none, and what is has one spelling', () => {
    const value = formatTicket(createTicket(seededRandom('a')))
    const near = fc
      .tuple(fc.nat(value.length), fc.nat(2), fc.string({ maxLength: 2 }))
      .map(([at, removed, added]) => value.slice(0, at) + added + value.slice(at + removed))
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const ticket = parseTicket(text)
        expect(ticket === undefined || formatTicket(ticket) === text).toBe(true)
      }),
    )
    const wrong = ['', 's1', `${value}\n`, ` ${value}`, `${value}A`, value.slice(0, -1)]
    const others = [value.replace('s1', 's2'), value.replace('.', '='), `${value}.${value}`]
    for (const text of [...wrong, ...others]) expect(parseTicket(text)).toBeUndefined()
  })

  it('R34: a long hostile value is refused in linear time', () => {
    expect(parseTicket(`s1.${'A'.repeat(1_000_000)}`)).toBeUndefined()
  })
})
