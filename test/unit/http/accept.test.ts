import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccept } from '../../../src/http/accept.ts'

const quality = (accept: string | undefined, type = 'text/html'): number =>
  parseAccept(accept)(type).quality

describe('an accept header', () => {
  it.each([
    ['text/html', 1],
    ['text/html;q=0.5', 0.5],
    ['TEXT/HTML ; Q=0.25', 0.25],
    ['application/json, text/html;level=1;q=0.7', 0.7],
    ['text/*;q=0.3', 0.3],
    ['*/*;q=0.1', 0.1],
    ['*/*, text/*;q=0.3, text/html;q=0', 0],
    ['application/json', 0],
    ['', 0],
    ['text/html;q=2', 0],
    ['text/html;q=0.1234', 0],
    ['text/html;q=', 0],
    [',,;;,', 0],
  ])('%j wants text/html with %d', (accept, expected) => {
    expect(quality(accept)).toBe(expected)
  })

  it('of more ranges than any browser sends is read as far as those', () => {
    expect(quality(`${'a/b,'.repeat(63)}text/html`)).toBe(1)
    expect(quality(`${'a/b,'.repeat(64)}text/html`)).toBe(0)
  })

  it('that is absent accepts everything', () => {
    expect(quality(undefined)).toBe(1)
  })

  it('names a type only without a star', () => {
    expect(parseAccept('text/html')('text/html').named).toBe(true)
    expect(parseAccept('text/*')('text/html').named).toBe(false)
    expect(parseAccept('*/*')('text/html').named).toBe(false)
  })

  it('R34: whatever it is, a quality is from 0 to 1', () => {
    fc.assert(
      fc.property(fc.string(), (accept) => {
        const found = quality(accept)
        expect(found >= 0 && found <= 1).toBe(true)
      }),
    )
  })
})
