import { describe, expect, it } from 'vitest'
import { deny, denyFault } from '../../../../src/core/decision/deny.ts'
import { asFault, Fault, faultAt, faults } from '../../../../src/core/reason/fault.ts'
import { reasonEntry, reasons } from '../../../../src/core/reason/reason.ts'
import { headerOf, headersOf } from '../../../support/verdicts.ts'

const codes = Object.keys(reasons) as (keyof typeof reasons)[]

describe('R1: making a denial', () => {
  it.each(codes)('R1: %s has a status, the reason header and no-store', (code) => {
    const verdict = deny(code)
    expect(verdict.status).toBe(reasonEntry(code).status)
    expect(headerOf(verdict, 'x-sallyport-reason')).toBe(code)
    expect(headerOf(verdict, 'cache-control')).toBe('no-store')
  })

  it('R1: a fault is a denied 503 with Retry-After where trying again helps', () => {
    const store = denyFault(new Fault('session_store_unavailable', 'Redis is down.'))
    expect(store).toMatchObject({ status: 503, detail: 'Redis is down.' })
    expect(headerOf(store, 'retry-after')).toBe('2')
    expect(headersOf(denyFault(new Fault('provider_misconfigured', 'x')), 'retry-after')).toEqual(
      [],
    )
  })

  it('says under which policy and rule a fault came up, for one of those who met it', () => {
    const shared = new Fault('provider_unreachable', 'It is away.')
    const place = { policy: 'shop/shop', rule: 'api' }
    const own = faultAt(shared, place)
    expect(denyFault(own)).toMatchObject({ reason: 'provider_unreachable', about: place })
    expect(own).toMatchObject({ message: 'It is away.', cause: shared })
    expect(denyFault(shared).about).toEqual({})
    expect(denyFault(own, { about: { policy: 'other' } }).about).toEqual({ policy: 'other' })
    expect(faultAt(new TypeError('x'), place)).toMatchObject({ code: 'internal', place })
  })

  it('R1: whatever is thrown becomes a fault', () => {
    expect(asFault(new TypeError('x is not a function')).code).toBe('internal')
    expect(asFault('a string').message).toBe('a string')
    expect(asFault(undefined).code).toBe('internal')
    const fault = new Fault('not_synced', 'x')
    expect(asFault(fault)).toBe(fault)
  })
})

describe('the tables', () => {
  it('every fault is a reason of kind unavailable, answered 503', () => {
    for (const code of Object.keys(faults) as (keyof typeof faults)[]) {
      expect(reasonEntry(code)).toMatchObject({ kind: 'unavailable', status: 503 })
    }
  })

  it('codes are lower snake case, messages are sentences', () => {
    for (const code of codes) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(reasonEntry(code).message).toMatch(/^[A-Z].*[.?]$/)
      expect(reasonEntry(code).remedy).toMatch(/^[A-Z].*[.?]$/)
    }
  })
})
