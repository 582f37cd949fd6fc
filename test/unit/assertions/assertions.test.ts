import fc from 'fast-check'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSigning, type SigningDeps } from '../../../src/assertions/assertions.ts'
import type { KeyStore } from '../../../src/core/assertion/key-store.ts'
import type { Json } from '../../../src/core/identity/identity.ts'
import type { AssertionTerms } from '../../../src/core/policy/upstream.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { anIdentity } from '../../support/builders.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { handSetTimers } from '../../support/hand-set-timers.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const ISSUER = 'https://sallyport.example.com'
const TERMS: AssertionTerms = {
  header: 'x-sallyport-assertion',
  audience: 'shop',
  claims: [],
  lifetimeMs: 60_000,
}

const aMemory = (fails?: () => Fault | undefined): KeyStore => {
  const kept = new Map<string, string>()
  const check = (): void => {
    const fault = fails?.()
    if (fault !== undefined) throw fault
  }
  return {
    keep: async (name, make) => {
      check()
      const made = kept.get(name) ?? (await make())
      const text = kept.get(name) ?? made
      kept.set(name, text)
      return text
    },
    read: async (name) => kept.get(name),
    names: async () => [...kept.keys()],
  }
}

const aSigning = (changes: Partial<SigningDeps> = {}) => {
  const clock = handSetClock()
  const timers = handSetTimers(clock)
  const seen: string[] = []
  const told: string[] = []
  const signing = createSigning({
    store: aMemory(),
    clock,
    random: seededRandom('assertions'),
    issuer: ISSUER,
    algorithm: 'ES256',
    rotationMs: 3_600_000,
    after: timers.after,
    onSigned: (outcome) => void seen.push(outcome),
    tell: (sentence) => void told.push(sentence),
    ...changes,
  })
  const signed = async (terms = TERMS, identity = anIdentity()) =>
    (await signing.sign(terms, identity, unlimited)).token
  const verified = async (token: string, audience = 'shop') => {
    const set = signing.keySet()
    if (set.kind !== 'keys') throw new Error('There are no keys.')
    return jwtVerify(token, createLocalJWKSet({ keys: [...set.keys] }), {
      issuer: ISSUER,
      audience,
      typ: 'JWT',
      currentDate: new Date(clock.nowMs()),
    })
  }
  return { signing, signed, verified, clock, timers, seen, told }
}

describe('an assertion', () => {
  it.each(['ES256', 'EdDSA'] as const)('is verified by jose, by %s', async (algorithm) => {
    const { signed, verified, clock } = aSigning({ algorithm })
    const { payload, protectedHeader } = await verified(await signed())
    expect(protectedHeader).toMatchObject({ alg: algorithm, typ: 'JWT' })
    const seconds = Math.floor(clock.nowMs() / 1_000)
    expect(payload).toEqual({
      iss: ISSUER,
      sub: 'alice',
      sub_id: { format: 'iss_sub', iss: 'https://sso.example.com/realms/shop', sub: 'alice' },
      aud: 'shop',
      iat: seconds,
      exp: seconds + 60,
      jti: expect.stringMatching(/^[\w-]{22}$/),
    })
  })

  it('R23: is of no use at another upstream, later, or once a bit of it is another', async () => {
    const { signed, verified, clock } = aSigning()
    const token = await signed()
    await expect(verified(token, 'other')).rejects.toThrow(/"aud"/)
    await expect(verified(`${token.slice(0, -2)}AA`)).rejects.toThrow()
    clock.advance(61_000)
    await expect(verified(token)).rejects.toThrow(/"exp"/)
  })

  it('carries the claims that are asked for, where they are, and no others', async () => {
    const { signed, verified } = aSigning()
    const claims = [['email'], ['realm', 'roles'], ['realm', 'level'], ['absent'], ['a.b', 'c']]
    const identity = anIdentity({
      claims: {
        email: 'a@example.com',
        realm: { roles: ['x'], level: 3, secret: 's' },
        'a.b': { c: null },
        phone: '1',
      },
    })
    const { payload } = await verified(await signed({ ...TERMS, claims }, identity))
    const { iss, sub, sub_id, aud, iat, exp, jti, ...rest } = payload
    expect(rest).toEqual({
      email: 'a@example.com',
      realm: { roles: ['x'], level: 3 },
      'a.b': { c: null },
    })
  })

  it('R23: never outlives the session or the token that it speaks for', async () => {
    const { signed, verified, clock } = aSigning()
    const endOf = async (changes: Parameters<typeof anIdentity>[0]) =>
      (await verified(await signed(TERMS, anIdentity(changes)))).payload.exp
    const seconds = Math.floor(clock.nowMs() / 1_000)
    expect(await endOf({ expiresAtMs: clock.nowMs() + 5_999 })).toBe(seconds + 5)
    expect(await endOf({ idleTimeoutMs: 20_000 })).toBe(seconds + 20)
    const far = { idleTimeoutMs: 1e9, expiresAtMs: clock.nowMs() + 1e9 }
    expect(await endOf(far)).toBe(seconds + 60)
  })

  it('R34: says of itself what it must, whatever the claims are and are called', async () => {
    const { signed, verified } = aSigning()
    const name = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'toString', 'iss', 'sub', 'aud', 'exp', 'jti'),
      fc.string({ maxLength: 6 }),
    )
    const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>
    const path = fc.array(name, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, value), { maxLength: 6 }),
        fc.array(path, { maxLength: 6 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
        async (entries, claims, subject) => {
          const identity = anIdentity({ subject, claims: Object.fromEntries(entries) })
          const { payload } = await verified(await signed({ ...TERMS, claims }, identity))
          expect(payload.iss).toBe(ISSUER)
          expect(payload.aud).toBe('shop')
          expect(payload.sub).toBe(subject.toWellFormed())
          expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('the keys', () => {
  it('are waited for by the first, and answer at once from then on', async () => {
    const { signing, seen } = aSigning()
    expect(signing.keySet()).toEqual({ kind: 'unavailable' })
    const first = signing.sign(TERMS, anIdentity(), unlimited)
    expect(first).toBeInstanceOf(Promise)
    await first
    expect(signing.sign(TERMS, anIdentity(), unlimited)).not.toBeInstanceOf(Promise)
    expect(seen).toEqual(['signed', 'signed'])
  })

  it('R1: without one the check is denied, never let through unsigned; and it mends itself', async () => {
    let fault: Fault | undefined = new Fault('session_store_unavailable', 'Redis is away.')
    const { signing, signed, verified, timers, seen, told } = aSigning({
      store: aMemory(() => fault),
    })
    await expect(signed()).rejects.toMatchObject({
      code: 'assertion_key_unavailable',
      message: 'There is no key to sign an assertion with yet: Redis is away.',
    })
    expect(() => signing.sign(TERMS, anIdentity(), unlimited)).toThrow(Fault)
    expect(signing.trouble()).toMatch(/cannot be looked after: Redis is away/)
    expect(seen).toEqual(['unavailable', 'unavailable'])
    fault = undefined
    timers.pass(2_000)
    await expect.poll(() => signing.trouble()).toBeUndefined()
    await verified(await signed())
    expect(told).toEqual([
      'The keys of assertions cannot be looked after: Redis is away.',
      'The keys of assertions are looked after again.',
    ])
  })

  it('R32: are not waited for beyond the budget of the check', async () => {
    const never: KeyStore = {
      keep: () => new Promise(() => undefined),
      read: async () => undefined,
      names: async () => [],
    }
    const { signing } = aSigning({ store: never })
    const spent = new AbortController()
    const asked = signing.sign(TERMS, anIdentity(), { signal: spent.signal })
    spent.abort()
    await expect(asked).rejects.toMatchObject({ code: 'assertion_key_unavailable' })
  })

  it('are looked after every minute, until they are not needed any more', async () => {
    const { signing, signed, timers } = aSigning()
    await signed()
    expect(timers.waiting()).toEqual([60_000])
    signing.close()
    expect(timers.waiting()).toEqual([])
  })

  it('an assertion is never over before its key has left the set', async () => {
    const { signed, verified, clock, timers } = aSigning()
    const random = seededRandom('steps')
    const tokens: { readonly token: string; readonly endsAtMs: number }[] = []
    for (let step = 0; step < 200; step += 1) {
      const token = await signed({ ...TERMS, lifetimeMs: 600_000 })
      tokens.push({ token, endsAtMs: clock.nowMs() + 598_000 })
      timers.pass(60_000 + (Buffer.from(random.token(1), 'base64url')[0] ?? 0) * 1_000)
      // Looked after again, or not due yet.
      await expect.poll(() => timers.waiting(), { interval: 1 }).not.toEqual([])
      for (const one of tokens.slice(-12)) {
        if (one.endsAtMs > clock.nowMs()) await verified(one.token)
      }
    }
  })
})
