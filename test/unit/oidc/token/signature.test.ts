import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { SigningAlgorithm } from '../../../../src/core/registration/provider.ts'
import { URGENT_COOLDOWN_MS } from '../../../../src/oidc/provider/refreshed.ts'
import { readJwt, type UnverifiedJwt } from '../../../../src/oidc/token/jwt.ts'
import { checkFreshSignature, checkSignature } from '../../../../src/oidc/token/signature.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const ALGORITHMS: readonly (readonly [SigningAlgorithm, string | null, object])[] = [
  ['RS256', 'sha256', {}],
  ['RS384', 'sha384', {}],
  ['RS512', 'sha512', {}],
  ['PS256', 'sha256', { padding: 6, saltLength: 32 }],
  ['PS384', 'sha384', { padding: 6, saltLength: 48 }],
  ['PS512', 'sha512', { padding: 6, saltLength: 64 }],
  ['ES256', 'sha256', { dsaEncoding: 'ieee-p1363' }],
  ['ES384', 'sha384', { dsaEncoding: 'ieee-p1363' }],
  ['ES512', 'sha512', { dsaEncoding: 'ieee-p1363' }],
  ['EdDSA', null, {}],
]

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

const pairFor = (algorithm: SigningAlgorithm) => {
  const namedCurve = CURVES[algorithm]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve })
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

const judged = async (compact: string, keys: readonly Claims[], algorithm: SigningAlgorithm) => {
  const { hostile, provider } = await aHostileProvider({ signingAlgorithms: [algorithm] })
  hostile.setKeys(keys)
  const jwt = readJwt(compact)
  if (jwt === undefined) throw new Error('The test made no JWT.')
  const handle = localProviders(handSetClock()).of(provider)
  return checkSignature(jwt, handle.keys, unlimited)
}

describe('a signature', () => {
  it.each(ALGORITHMS)(
    'R22: by %s is valid as signed, and in no other way',
    async (alg, digest, options) => {
      const { publicKey, privateKey } = pairFor(alg)
      const jwk = publicKey.export({ format: 'jwk' }) as Claims
      const input = `${encode({ alg })}.${encode({ sub: 'alice' })}`
      const made = sign(digest, Buffer.from(input), { key: privateKey, ...options })
      const good = `${input}.${made.toString('base64url')}`
      expect((await judged(good, [jwk], alg)).kind).toBe('valid')
      const flipped = Buffer.from(made)
      flipped.writeUInt8(flipped.readUInt8(9) ^ 1, 9)
      const bad = [
        flipped,
        Buffer.alloc(0),
        made.subarray(1),
        Buffer.alloc(made.length),
        made.toReversed(),
      ]
      for (const signature of bad) {
        const token = `${input}.${Buffer.from(signature).toString('base64url')}`
        expect((await judged(token, [jwk], alg)).kind).toBe('invalid')
      }
    },
  )

  it('R22: that lost its leading zero is refused, although it stands for the same number', async () => {
    const { publicKey, privateKey } = pairFor('PS256')
    const input = `${encode({ alg: 'PS256' })}.${encode({ sub: 'alice' })}`
    const make = () =>
      sign('sha256', Buffer.from(input), { key: privateKey, padding: 6, saltLength: 32 })
    let made = make()
    for (let tries = 0; made[0] !== 0 && tries < 10_000; tries += 1) made = make()
    expect(made[0]).toBe(0)
    const token = `${input}.${made.subarray(1).toString('base64url')}`
    const jwk = publicKey.export({ format: 'jwk' }) as Claims
    expect((await judged(token, [jwk], 'PS256')).kind).toBe('invalid')
  })

  it.each([
    ['of 1', 'AQ'],
    ['of 2048 bits', Buffer.alloc(256, 0xff).toString('base64url')],
  ])('R22: an RSA key with an exponent %s is none', async (_what, e) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = publicKey.export({ format: 'jwk' }) as Claims
    const token = `${encode({ alg: 'RS256' })}.${encode({})}.AAAA`
    await expect(judged(token, [{ ...jwk, e }], 'RS256')).rejects.toMatchObject({
      code: 'provider_unreachable',
    })
  })

  const rotating = async () => {
    const { hostile, provider } = await aHostileProvider()
    const pauses: number[] = []
    const pause = async (ms: number): Promise<void> => {
      pauses.push(ms)
    }
    const clock = handSetClock()
    const { keys } = localProviders(clock, { pause }).of(provider)
    await keys.get(unlimited)
    const jwtOf = (compact: string): UnverifiedJwt => {
      const jwt = readJwt(compact)
      if (jwt === undefined) throw new Error('The test made no JWT.')
      return jwt
    }
    const next = (keyId: string): UnverifiedJwt => {
      const signer = createTokenSigner(keyId)
      hostile.setKeys([signer.publicJwk])
      return jwtOf(signer.sign({ sub: 'alice' }))
    }
    return { hostile, keys, clock, pauses, next, jwtOf }
  }

  it.each(['key-1', 'key-2'])(
    'B15: of a key that came right after a read, under the name %s, is waited for at a login',
    async (keyId) => {
      const { hostile, keys, clock, pauses, next } = await rotating()
      clock.advance(500)
      const jwt = next(keyId)
      const checked = await Promise.all(
        Array.from({ length: 20 }, () => checkFreshSignature(jwt, keys, unlimited)),
      )
      expect(new Set(checked.map(({ kind }) => kind))).toEqual(new Set(['valid']))
      expect(hostile.requestCount('jwks')).toBe(2)
      expect(pauses).toEqual([URGENT_COOLDOWN_MS - 500])
    },
  )

  it('B15: that is wrong at a login costs one read, and the next one waits its turn', async () => {
    const { hostile, keys, clock, pauses, jwtOf } = await rotating()
    const forged = jwtOf(createTokenSigner('key-1').sign({ sub: 'alice' }))
    clock.advance(60_000)
    expect((await checkFreshSignature(forged, keys, unlimited)).kind).toBe('invalid')
    expect(pauses).toEqual([])
    expect((await checkFreshSignature(forged, keys, unlimited)).kind).toBe('invalid')
    expect(pauses).toEqual([URGENT_COOLDOWN_MS])
    expect(hostile.requestCount('jwks')).toBe(3)
  })

  it('B15: at a login whose budget ends while it waits is a provider that did not answer', async () => {
    const { keys, next } = await rotating()
    const jwt = next('key-1')
    const budget = { signal: AbortSignal.abort() }
    await expect(checkFreshSignature(jwt, keys, budget)).rejects.toMatchObject({
      code: 'provider_unreachable',
    })
  })

  it('B15, R26: of a bearer token under a known name costs no read, however many are forged', async () => {
    const { hostile, keys, clock, jwtOf } = await rotating()
    const forged = jwtOf(createTokenSigner('key-1').sign({ sub: 'alice' }))
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1_000)
      expect((await checkSignature(forged, keys, unlimited)).kind).toBe('invalid')
    }
    expect(hostile.requestCount('jwks')).toBe(1)
  })

  it('R26: waits for none of the threads that name servers may hold', async () => {
    const { hostile, provider } = await aHostileProvider()
    const { keys } = localProviders(handSetClock()).of(provider)
    await keys.get(unlimited)
    const jwt = readJwt(hostile.signer.sign({ sub: 'alice' }))
    if (jwt === undefined) throw new Error('The test made no JWT.')

    const folder = await mkdtemp(join(tmpdir(), 'sallyport-threads-'))
    const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4)
    const pipes = Array.from({ length: threads }, (_, index) => join(folder, `pipe-${index}`))
    execFileSync('mkfifo', pipes)
    const held = pipes.map((pipe) => open(pipe, 'r'))
    try {
      expect((await checkSignature(jwt, keys, unlimited)).kind).toBe('valid')
    } finally {
      const writers = pipes.map((pipe) => openSync(pipe, 'r+'))
      for (const reader of await Promise.all(held)) await reader.close()
      for (const writer of writers) closeSync(writer)
      await rm(folder, { recursive: true })
    }
  })
})
