import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { evaluate } from '../../../../src/policy/applying/evaluate.ts'
import { anIdentity } from '../../../support/builders.ts'

const ask = (claims: Claims, domains = ['example.com'], allowUnverified = false) =>
  evaluate([{ kind: 'email_domains', domains, allowUnverified }], anIdentity({ claims }))

const permits = (email: Claims[string], domains?: string[]): boolean =>
  ask({ email, email_verified: true }, domains).kind === 'permitted'

describe('R23: an e-mail address of a domain', () => {
  it.each(['a@example.com', 'a@EXAMPLE.com', 'Ä b@example.com', '"x y"@Example.Com'])(
    '%j is of example.com',
    (email) => expect(permits(email)).toBe(true),
  )

  it.each([
    'a@example.com.evil.org',
    'a@evilexample.com',
    'a@sub.example.com',
    'a@example.com ',
    'a@example.com\n',
    'a@example.com.',
    'a@evil.org@example.com',
    'a@example.com@evil.org',
    '@example.com',
    'example.com',
    '',
    'a@',
    'a@example.co\u212a',
    'a@EXAMPLE.COM\u0000',
    ['a@example.com'],
    { a: 'a@example.com' },
    null,
    true,
  ])('%j is not', (email) => expect(permits(email)).toBe(false))

  it('letters beyond ASCII are not taken for those of ASCII', () => {
    expect(permits('a@\u212aite.com', ['kite.com'])).toBe(false)
    expect(permits('a@KITE.com', ['kite.com'])).toBe(true)
  })

  it('a wildcard is every name below, and not the name itself', () => {
    const below = ['*.example.com']
    expect(permits('a@mail.example.com', below)).toBe(true)
    expect(permits('a@x.mail.example.com', below)).toBe(true)
    expect(permits('a@example.com', below)).toBe(false)
    expect(permits('a@.example.com', below)).toBe(false)
    expect(permits('a@evilexample.com', below)).toBe(false)
  })

  it('one of several domains is enough', () => {
    expect(permits('a@example.org', ['example.com', 'example.org'])).toBe(true)
  })

  it('only what follows the one @ counts, whatever stands before it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const email = `${before}@${after}`
        const isOne = before !== '' && !before.includes('@')
        expect(permits(email)).toBe(isOne && /^example\.com$/i.test(after) && !/\n$/.test(after))
        expect(permits(`${before}@example.com`)).toBe(isOne)
      }),
    )
  })
})

describe('R23: whether the provider has verified it', () => {
  const email = 'a@example.com'

  it.each([true, 'true'])('%j is verified', (email_verified) => {
    expect(ask({ email, email_verified })).toEqual({ kind: 'permitted' })
  })

  it.each([false, 'false', 'True', 1, '1', [true], {}])('%j is not', (email_verified) => {
    expect(ask({ email, email_verified })).toEqual({
      kind: 'clause_refused',
      reason: 'email_domain_mismatch',
      detail: 'The claim email_verified is not true: the provider has not verified the address.',
    })
  })

  it('does not matter where that is waived', () => {
    expect(ask({ email }, undefined, true)).toEqual({ kind: 'permitted' })
    expect(ask({ email, email_verified: false }, undefined, true)).toEqual({ kind: 'permitted' })
  })
})

describe('what the log says', () => {
  it.each<[string, Claims]>([
    ['The claim email is absent.', {}],
    ['The claim email is no text.', { email: ['a@example.com'] }],
    ['The claim email is no address with one @.', { email: 'a' }],
    ['The domain of the claim email is none of example.com.', { email: 'secret@evil.org' }],
    [
      'The claim email_verified is absent: where the provider lets nobody choose an address, set `allowUnverified`.',
      { email: 'a@example.com' },
    ],
  ])('%s', (detail, claims) => {
    expect(ask(claims)).toEqual({ kind: 'clause_refused', reason: 'email_domain_mismatch', detail })
  })
})
