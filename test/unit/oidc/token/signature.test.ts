import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { SigningAlgorithm } from '../../../../src/core/policy/policy.ts'
import { readJwt } from '../../../../src/oidc/token/jwt.ts'
import { checkSignature } from '../../../../src/oidc/token/signature.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

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
