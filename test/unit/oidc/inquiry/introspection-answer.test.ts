import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import {
  otherTokenBy,
  readIntrospection,
} from '../../../../src/oidc/inquiry/introspection-answer.ts'
import { aProvider } from '../../../support/builders.ts'

const NOW_MS = Date.UTC(2026, 10, 23)
const NOW_S = NOW_MS / 1_000

const provider = aProvider()
const good: Claims = { active: true, iss: provider.issuer, sub: 'alice', exp: NOW_S + 60 }

const json = fc.jsonValue() as fc.Arbitrary<Claims[string]>
const names = fc.constantFrom(
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'typ',
  'token_type',
  'token_use',
  'cnf',
  'events',
  'scope',
  'nonce',
  'azp',
)

describe('any answer of an introspection endpoint', () => {
  it('is read without a throw, and vouches for a subject of this issuer that lives', () => {
    fc.assert(
      fc.property(fc.dictionary(names, json), (changes) => {
        const answer: Claims = { ...good, ...changes }
        const read = readIntrospection(answer, provider, 'hash', NOW_MS)
        if (read.kind === 'rejected') return
        expect(read.subject).toBe(answer.sub)
        expect(read.subject).not.toBe('')
        expect([provider.issuer, undefined]).toContain(answer.iss)
        expect(read.binding === undefined).toBe(answer.cnf === undefined)
        expect(answer.events).toBeUndefined()
        if (answer.exp !== undefined) {
          expect(Number(answer.exp) * 1_000 + provider.clockSkewMs).toBeGreaterThan(NOW_MS)
        }
        expect(read.claims).not.toHaveProperty('active')
      }),
    )
  })

  it('that says what kind of token it is has to say a kind that is known', () => {
    fc.assert(
      fc.property(fc.constantFrom('typ', 'token_type', 'token_use'), json, (name, value) => {
        const read = readIntrospection({ ...good, [name]: value }, provider, 'hash', NOW_MS)
        const known = ['bearer', 'access_token', 'access', 'at+jwt', 'jwt']
        if (read.kind === 'verified') expect(known).toContain(String(value).toLowerCase())
      }),
    )
  })

  it('is about another token as soon as one claim of both differs', () => {
    fc.assert(
      fc.property(fc.constantFrom('iss', 'sub', 'jti'), fc.string(), fc.string(), (name, a, b) => {
        const jwt = { compact: '', algorithm: 'RS256', hasCritical: false, claims: { [name]: a } }
        expect(otherTokenBy({ [name]: b }, jwt)).toBe(a === b ? undefined : name)
        expect(otherTokenBy({}, jwt)).toBeUndefined()
      }),
    )
  })
})
