import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { BearerMethod } from '../../../../src/core/policy/policy.ts'
import { createTokenVerifier } from '../../../../src/oidc/token/access-token.ts'
import { aBearerMethod } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { anOpeningKey, encryptedTo } from '../../../support/encrypted-tokens.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const AUDIENCE = 'https://api.example.com'
const key = anOpeningKey()
const other = anOpeningKey()
const keyed = ({ privateKeyPem }: { readonly privateKeyPem: string }) => ({
  decryptionKeys: [{ privateKeyPem }],
})

const aVerifier = async () => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const providers = localProviders(clock)
  const verifier = createTokenVerifier({ providers, clock, cacheMaxEntries: 100 })
  const plain = aBearerMethod({ provider, audiences: [AUDIENCE] })
  const opening: BearerMethod = { ...plain, ...keyed(key) }
  const seconds = Math.floor(clock.nowMs() / 1000)
  const claims = (changes: Claims = {}): Claims => ({
    iss: hostile.issuer,
    sub: 'alice',
    aud: AUDIENCE,
    exp: seconds + 600,
    ...changes,
  })
  const signed = (changes?: Claims) => hostile.signer.sign(claims(changes), { typ: 'at+jwt' })
  const verify = (token: string, ...methods: readonly BearerMethod[]) =>
    verifier.verify(token, methods, unlimited)
  return { hostile, clock, plain, opening, claims, signed, verify }
}

describe('an encrypted bearer', () => {
  it('R23: is verified by what is signed inside of it', async () => {
    const { opening, signed, verify } = await aVerifier()
    const token = await encryptedTo(key, signed())
    expect(await verify(token, opening)).toMatchObject({
      kind: 'verified',
      bearer: 'access_token',
      subject: 'alice',
    })
  })

  it('R23: is refused for whatever is wrong inside, as if it had come bare', async () => {
    const { hostile, opening, claims, signed, verify } = await aVerifier()
    const reasonFor = async (inside: string) => {
      const answer = await verify(await encryptedTo(key, inside), opening)
      return 'reason' in answer ? answer.reason : answer.kind
    }
    expect(await reasonFor(createTokenSigner('key-1').sign(claims()))).toBe(
      'token_signature_invalid',
    )
    expect(await reasonFor(signed({ aud: 'other' }))).toBe('token_audience_mismatch')
    expect(await reasonFor(signed({ iss: 'https://evil.example.com' }))).toBe(
      'token_issuer_mismatch',
    )
    expect(await reasonFor(hostile.signer.sign(claims({ nonce: 'n' })))).toBe('token_type_invalid')
    expect(await reasonFor(hostile.signer.sign(claims(), { crit: ['b64'], b64: true }))).toBe(
      'token_claims_invalid',
    )
    expect(await reasonFor(signed({ exp: 1 }))).toBe('token_expired')
  })

  it('is refused with the field that takes a key, where there is none', async () => {
    const { plain, signed, verify } = await aVerifier()
    expect(await verify(await encryptedTo(key, signed()), plain)).toEqual({
      kind: 'rejected',
      reason: 'token_encrypted',
      detail: 'The token is encrypted, and no `bearer.decryptionKeyRef` of the rule names a key.',
    })
  })

  it('is refused by a key that does not open it', async () => {
    const { plain, signed, verify } = await aVerifier()
    const answer = await verify(await encryptedTo(key, signed()), { ...plain, ...keyed(other) })
    expect(answer).toMatchObject({ kind: 'rejected', reason: 'token_undecryptable' })
  })

  it('is for the methods alone that name the key which opens it, wherever they stand', async () => {
    const { plain, opening, signed, verify } = await aVerifier()
    const token = await encryptedTo(key, signed())
    const elsewhere = { ...plain, ...keyed(other) }
    expect(await verify(token, elsewhere, plain, opening)).toMatchObject({ kind: 'verified' })
    const strict = { ...opening, audiences: ['https://other.example.com'] }
    expect(await verify(await encryptedTo(key, signed()), plain, strict)).toMatchObject({
      reason: 'token_audience_mismatch',
    })
  })

  it('R24: is remembered as it came, for those methods alone', async () => {
    const { plain, opening, signed, verify } = await aVerifier()
    const token = await encryptedTo(key, signed())
    const first = await verify(token, opening)
    expect(verify(token, opening)).toBe(first)
    expect(await verify(token, plain)).toMatchObject({ reason: 'token_encrypted' })
    expect(await verify(token, { ...plain, ...keyed(other) })).toMatchObject({
      reason: 'token_undecryptable',
    })
    // The same key from another Secret, or compiled anew.
    expect(verify(token, { ...plain, ...keyed({ ...key }) })).toBe(first)
  })

  it('R24: is opened by any key of a list, and remembered for whoever lists the one that did', async () => {
    const { plain, signed, verify } = await aVerifier()
    const list = (...keys: readonly { readonly privateKeyPem: string }[]) => ({
      ...plain,
      decryptionKeys: keys.map(({ privateKeyPem }) => ({ privateKeyPem })),
    })
    const both = list(other, key)
    const token = await encryptedTo(key, signed())
    const first = await verify(token, both)
    expect(first).toMatchObject({ kind: 'verified', subject: 'alice' })
    expect(verify(token, both)).toBe(first)
    expect(verify(token, list(key))).toBe(first)
    // The key is taken away: what it opened is refused from then on.
    expect(await verify(token, list(other))).toMatchObject({ reason: 'token_undecryptable' })
    expect(await verify(await encryptedTo(other, signed()), both)).toMatchObject({
      kind: 'verified',
    })
  })

  it('R23: of which the signature counts is no better than one that came bare', async () => {
    const { opening, signed, verify } = await aVerifier()
    expect(await verify(signed(), opening)).toMatchObject({ kind: 'verified' })
  })

  it('R34: of another shape is malformed, as before', async () => {
    const { opening, verify } = await aVerifier()
    for (const token of ['a.b.c.d', '....', 'a.b.c.d.e.f', 'a.b..d.e', 'x']) {
      expect(await verify(token, opening)).toMatchObject({ reason: 'token_malformed' })
    }
  })
})
