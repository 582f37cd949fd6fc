import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyFor, ownKeyOf } from '../../../../src/oidc/binding/own-key.ts'
import { createProofs } from '../../../../src/oidc/proof/proofs.ts'
import { createMemoryReplayGuard } from '../../../../src/sessions/memory/replay-guard.ts'
import { aRequest } from '../../../support/builders.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const URL = 'https://sso.example.com/token'

const partOf = (proof: string, at: 0 | 1) =>
  JSON.parse(Buffer.from(proof.split('.')[at] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >

it('the same text makes the same key, and every text makes one', () => {
  const [one, again, other] = [ownKeyOf('a'), ownKeyOf('a'), ownKeyOf('b')]
  expect(again.jkt).toBe(one.jkt)
  expect(other.jkt).not.toBe(one.jkt)
  expect(one.jkt).toMatch(/^[\w-]{43}$/)
  expect(Object.keys(one)).toEqual(['text', 'jkt', 'prove'])
})

it('a proof says what RFC 9449 section 4.2 has it say, and holds no private part', () => {
  const { prove } = ownKeyOf('a')
  const asked = { method: 'POST', url: `${URL}?a=b#c`, nowMs: 1_700_000_000_900 }
  const proof = prove(asked)
  expect(partOf(proof, 0)).toEqual({
    typ: 'dpop+jwt',
    alg: 'ES256',
    jwk: { crv: 'P-256', kty: 'EC', x: expect.any(String), y: expect.any(String) },
  })
  const said = { jti: expect.any(String), htm: 'POST', htu: URL, iat: 1_700_000_000 }
  expect(partOf(proof, 1)).toEqual(said)
  expect(partOf(prove(asked), 1).jti).not.toBe(partOf(proof, 1).jti)
  const full = partOf(prove({ ...asked, nonce: 'n', accessToken: 'token' }), 1)
  expect(full).toEqual({ ...said, nonce: 'n', ath: hash('sha256', 'token', 'base64url') })
})

it('what verifies the proofs of callers takes it', () => {
  const clock = handSetClock()
  const replay = createMemoryReplayGuard({ clock, maxEntries: 10, sort: 'proofs' })
  const proofs = createProofs({ clock, replay, keys: { all: () => [] } })
  const { jkt, prove } = ownKeyOf('a')
  const request = aRequest({ path: '/orders?page=2' })
  const url = 'https://shop.example.com/orders?page=2'
  const proof = prove({ method: 'GET', url, nowMs: clock.nowMs(), accessToken: 'token' })
  const tokenHash = hash('sha256', 'token', 'base64url')
  expect(proofs.read(proof, { jkt, tokenHash, request })).toMatchObject({ kind: 'good' })
  const another = { jkt: ownKeyOf('b').jkt, tokenHash, request }
  expect(proofs.read(proof, another)).toMatchObject({ kind: 'bad' })
})

it('a client has a key where its tokens are bound to one: that of before, or a new one', () => {
  expect(keyFor({ senderConstrained: 'None' }, { proofKey: 'a' })).toBeUndefined()
  expect(keyFor({ senderConstrained: 'MutualTLS' })).toBeUndefined()
  expect(keyFor({ senderConstrained: 'DPoP' }, { proofKey: 'a' })?.jkt).toBe(ownKeyOf('a').jkt)
  const fresh = [1, 2].map(() => keyFor({ senderConstrained: 'DPoP' })?.text ?? '')
  expect(new Set(fresh).size).toBe(2)
  expect(fresh[0]).toMatch(/^[\w-]{43}$/)
})
