import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeKeyText, readKeyText } from '../../../src/assertions/signing-key.ts'
import { verifyAssertion } from '../../../src/assertions/verify-assertion.ts'
import type { KeySet } from '../../../src/core/assertion/key-set.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

const ISSUER = 'https://sallyport.example.com'
const clock = handSetClock()

const aKey = async (algorithm: 'ES256' | 'EdDSA') => {
  const key = readKeyText(await makeKeyText(algorithm, { createdAtMs: 0, endsAtMs: 1 }))
  if (key === undefined) throw new Error('a key that was just made can be read')
  return key
}

const encoded = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

const CLAIMS = {
  iss: ISSUER,
  aud: 'console',
  sub: 'alice',
  exp: Math.floor(clock.nowMs() / 1_000) + 60,
  groups: ['ops'],
}

const setup = async (algorithm: 'ES256' | 'EdDSA' = 'ES256') => {
  const key = await aKey(algorithm)
  const jwt = (claims: object = CLAIMS, header: object = {}, signer = key) => {
    const head = { alg: algorithm, kid: key.publicJwk.kid, typ: 'JWT', ...header }
    const input = `${encoded(head)}.${encoded(claims)}`
    return `${input}.${signer.sign(Buffer.from(input))}`
  }
  const keys: KeySet = { kind: 'keys', keys: [(await aKey('ES256')).publicJwk, key.publicJwk] }
  const verify = (assertion: string, keySet: KeySet = keys) =>
    verifyAssertion(assertion, { issuer: ISSUER, audience: 'console', keySet: () => keySet, clock })
  const whyNot = (assertion: string, keySet?: KeySet) => {
    const verified = verify(assertion, keySet)
    return verified.kind === 'refused' ? verified.why : 'it counts'
  }
  return { key, jwt, verify, whyNot }
}

describe('an assertion of this installation', () => {
  it.each(['ES256', 'EdDSA'] as const)('counts when it is signed by %s', async (algorithm) => {
    const { jwt, verify } = await setup(algorithm)
    expect(verify(jwt())).toEqual({ kind: 'verified', claims: CLAIMS })
  })

  it('counts for its audience and issuer alone, and not for longer than it says', async () => {
    const { jwt, whyNot } = await setup()
    const seconds = Math.floor(clock.nowMs() / 1_000)
    expect(whyNot(jwt({ ...CLAIMS, aud: 'orders' }))).toContain('another audience')
    expect(whyNot(jwt({ ...CLAIMS, aud: ['console'] }))).toContain('another audience')
    expect(whyNot(jwt({ ...CLAIMS, iss: `${ISSUER}/` }))).toContain('another issuer')
    expect(whyNot(jwt({ ...CLAIMS, exp: seconds }))).toBe('it has expired')
    expect(whyNot(jwt({ ...CLAIMS, exp: `${seconds + 60}` }))).toBe('it has expired')
    expect(whyNot(jwt({ ...CLAIMS, exp: undefined }))).toBe('it has expired')
    expect(whyNot(jwt({ ...CLAIMS, sub: '' }))).toBe('it names nobody')
    expect(whyNot(jwt({ ...CLAIMS, sub: 7 }))).toBe('it names nobody')
  })

  it('counts by the algorithm of its key, whatever it says itself', async () => {
    const { jwt, whyNot } = await setup()
    const foreign = 'it is not signed by a key of this installation'
    for (const header of [
      { alg: 'none' },
      { alg: 'HS256' },
      { alg: 'EdDSA' },
      { kid: 'other' },
      { kid: undefined },
      { typ: 'at+jwt' },
    ]) {
      expect(whyNot(jwt(CLAIMS, header))).toBe(foreign)
    }
    expect(whyNot(jwt(CLAIMS, {}, await aKey('ES256')))).toBe('its signature is wrong')
  })

  it('counts for nothing once a letter of it was changed', async () => {
    const { jwt, verify } = await setup()
    const good = jwt()
    const last = (text: string) => text.slice(0, -1)
    fc.assert(
      fc.property(
        fc.nat(last(good).length - 1),
        fc.constantFrom('A', 'z', '.', '-'),
        (at, letter) => {
          fc.pre(good[at] !== letter)
          const changed = `${good.slice(0, at)}${letter}${good.slice(at + 1)}`
          expect(verify(changed).kind).toBe('refused')
        },
      ),
    )
  })

  it('is no JWT, whatever else is sent', async () => {
    const { whyNot } = await setup()
    const odd = ['', 'a.b', 'a.b.c.d', `${encoded('[]')}.${encoded('{}')}.AA`, 'x'.repeat(70_000)]
    for (const one of odd) expect(whyNot(one)).toBe('it is no JWT')
  })

  it('cannot be verified without keys, which is said', async () => {
    const { jwt, whyNot } = await setup()
    expect(whyNot(jwt(), { kind: 'unused' })).toContain('no ProtectedRoute that is in force')
    expect(whyNot(jwt(), { kind: 'unavailable' })).toContain('cannot be read right now')
    expect(whyNot(jwt(), { kind: 'keys', keys: [] })).toContain('not signed by a key')
  })
})
