import { createSecretKey, hash, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { NONCE_BUCKET_MS } from '../../../../src/oidc/proof/nonces.ts'
import { createProofs } from '../../../../src/oidc/proof/proofs.ts'
import { createMemoryReplayGuard } from '../../../../src/sessions/memory/replay-guard.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { createSelfSigned } from '../../../support/parts/tls.ts'

const aKey = (): KeyObject => createSecretKey(randomBytes(32))

const keysOf = (secrets: readonly KeyObject[]) => ({
  all: () => secrets.map((secret) => ({ derive: () => secret })),
})

/** Replicas with one clock, one memory and the keys that each of them has. */
const replicas = (...keys: readonly (readonly KeyObject[])[]) => {
  const clock = handSetClock()
  const replay = createMemoryReplayGuard({ clock, maxEntries: 100, sort: 'proofs' })
  const made = keys.map((secrets) => createProofs({ clock, replay, keys: keysOf(secrets) }))
  return { clock, made }
}

describe('nonces of proofs (RFC 9449 section 9)', () => {
  it('are taken by every replica that has the key, and by no other', () => {
    const [key, older, other] = [aKey(), aKey(), aKey()]
    const { made } = replicas([key], [key, older], [older, key], [other])
    const nonce = made[0]?.nonce() ?? ''
    expect(nonce).toMatch(/^[\w-]{24}$/)
    expect(made.map((one) => one.standingOf(nonce))).toEqual(['good', 'good', 'good', 'none'])
  })

  it('are good for one bucket of time, about to end in the next, and none afterwards', () => {
    const { clock, made } = replicas([aKey()])
    const [one] = made
    clock.advance(NONCE_BUCKET_MS - (clock.nowMs() % NONCE_BUCKET_MS))
    const nonce = one?.nonce() ?? ''
    clock.advance(NONCE_BUCKET_MS - 1)
    expect(one?.standingOf(nonce)).toBe('good')
    expect(one?.nonce()).toBe(nonce)
    clock.advance(1)
    expect(one?.standingOf(nonce)).toBe('ending')
    expect(one?.nonce()).not.toBe(nonce)
    clock.advance(NONCE_BUCKET_MS)
    expect(one?.standingOf(nonce)).toBe('none')
  })

  it('of a replica whose clock is ahead are good as well', () => {
    const key = aKey()
    const { clock, made } = replicas([key])
    const ahead = createProofs({
      clock: { nowMs: () => clock.nowMs() + NONCE_BUCKET_MS },
      replay: { claim: async () => true },
      keys: keysOf([key]),
    })
    expect(made[0]?.standingOf(ahead.nonce())).toBe('good')
  })

  it('that nobody gave out are none', () => {
    const { made } = replicas([aKey()])
    for (const nonce of ['', 'n', 'A'.repeat(24)]) expect(made[0]?.standingOf(nonce)).toBe('none')
  })
})

describe('the use of a proof', () => {
  it('is the first once, for as long as the proof is taken and a little longer', async () => {
    const { clock, made } = replicas([aKey()], [aKey()])
    const acceptedUntilMs = clock.nowMs() + 60_000
    const proof = { kind: 'good', useId: 'u', acceptedUntilMs } as const
    expect(await made[0]?.isFirstUse(proof, unlimited)).toBe(true)
    clock.advance(60_000)
    expect(await made[1]?.isFirstUse(proof, unlimited)).toBe(false)
    clock.advance(15_000)
    expect(await made[1]?.isFirstUse(proof, unlimited)).toBe(true)
  })
})

describe('the hash of a certificate (RFC 8705 section 3.1)', () => {
  it('is that of its DER, however its lines end', async () => {
    const { made } = replicas([aKey()])
    const { cert } = await createSelfSigned('caller', 30)
    const expected = hash('sha256', new X509Certificate(cert).raw, 'base64url')
    expect(made[0]?.certificateHash(cert)).toBe(expected)
    expect(made[0]?.certificateHash(cert.replaceAll('\n', '\r\n'))).toBe(expected)
    expect(made[0]?.certificateHash(`${cert}${cert}`)).toBeUndefined()
  })

  it.each(['', 'none', '-----BEGIN CERTIFICATE----------END CERTIFICATE-----'])(
    'of %j is none',
    (pem) => {
      const { made } = replicas([aKey()])
      expect(made[0]?.certificateHash(pem)).toBeUndefined()
    },
  )
})
