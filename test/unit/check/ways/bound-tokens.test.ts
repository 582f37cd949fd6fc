import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Verdict } from '../../../../src/core/decision/decision.ts'
import type { AuthenticateMethod, CredentialMethod } from '../../../../src/core/policy/policy.ts'
import type { Binding } from '../../../../src/core/provider/proofs.ts'
import type { Verification } from '../../../../src/core/provider/token-verifier.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aProvider,
  aRequest,
  aRule,
} from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { createDpopCaller, type ProofSketch } from '../../../support/dpop-caller.ts'
import { createSelfSigned } from '../../../support/parts/tls.ts'
import { allowed, denied, headerOf, headersOf } from '../../../support/verdicts.ts'

const TOKEN = 'opaque'
const TOKEN_HASH = hash('sha256', TOKEN, 'base64url')
const ALGORITHMS = 'algs="ES256 ES384 RS256 PS256 EdDSA Ed25519"'

const member = (
  way: 'introspection' | 'userinfo',
  changes: Partial<CredentialMethod> = {},
): CredentialMethod => ({
  kind: 'credential',
  way,
  provider: aProvider(),
  client: aClient(),
  settings: {
    maxBytes: 1_024,
    ttlMs: 30_000,
    audiences: ['api'],
    audienceClaim: 'aud',
    signed: 'Auto',
  },
  ...changes,
})

const vouched = (binding?: Omit<Binding, 'tokenHash'>): Verification => ({
  kind: 'verified',
  bearer: 'access_token',
  issuer: aProvider().issuer,
  subject: 'robot',
  claims: { sub: 'robot' },
  scopes: [],
  ...(binding === undefined ? {} : { binding: { ...binding, tokenHash: TOKEN_HASH } }),
})

const aWorld = (...authenticate: readonly AuthenticateMethod[]) => {
  const ports = fakePorts(aPolicy({ clients: [], fallback: aRule({ authenticate }) }))
  const caller = createDpopCaller()
  ports.inquired = vouched({ jkt: caller.jkt })
  ports.verification = { kind: 'rejected', reason: 'token_malformed', detail: 'It is opaque.' }
  const check = createCheck(ports)
  const prove = (sketch: Partial<ProofSketch> = {}): string =>
    caller.prove({
      token: TOKEN,
      uri: 'https://shop.example.com/',
      nowMs: ports.nowMs,
      ...sketch,
    })
  const send = async (headers: Readonly<Record<string, string>>, pem?: string) => {
    const request = aRequest({ headers })
    const more = pem === undefined ? {} : { certificate: () => pem }
    return check({ ...request, ...more }, unlimited)
  }
  const withProof = (dpop = prove()) => send({ authorization: `DPoP ${TOKEN}`, dpop })
  return { ports, prove, send, withProof }
}

const challengesIn = (verdict: Verdict) => headersOf(denied(verdict), 'www-authenticate')

describe('a token that the provider says is bound to a key', () => {
  it('passes with a proof, which stays here, and the token travels as it came', async () => {
    const verdict = allowed(await aWorld(member('introspection')).withProof())
    expect(verdict.about).toMatchObject({ subject: 'robot', via: 'introspection' })
    expect(verdict.removeHeaders).toContain('dpop')
    expect(verdict.removeHeaders).not.toContain('authorization')
  })

  it('R23: is refused as `Bearer`, be there a proof or not, and told the scheme', async () => {
    const { send, prove } = aWorld(member('introspection'))
    for (const more of [{}, { dpop: prove() }]) {
      const verdict = await send({ authorization: `Bearer ${TOKEN}`, ...more })
      expect(denied(verdict)).toMatchObject({ status: 401, reason: 'token_scheme_invalid' })
      expect(challengesIn(verdict).at(-1)).toBe(`DPoP realm="shop.example.com", ${ALGORITHMS}`)
    }
  })

  it('R23: is refused without a proof, with that of another request, and with a used one', async () => {
    const { send, withProof, prove } = aWorld(member('introspection'))
    const none = await send({ authorization: `DPoP ${TOKEN}` })
    expect(denied(none).reason).toBe('proof_missing')
    expect(denied(await withProof(prove({ method: 'POST' }))).reason).toBe('proof_invalid')
    expect(denied(await withProof(prove({ token: 'another' }))).reason).toBe('proof_invalid')
    const proof = prove()
    expect((await withProof(proof)).kind).toBe('allow')
    expect(denied(await withProof(proof)).reason).toBe('proof_replayed')
  })

  it('is asked about after `bearer`, which cannot read it, and keeps its scheme', async () => {
    const { ports, withProof } = aWorld(aBearerMethod(), member('introspection'))
    expect(allowed(await withProof()).about.via).toBe('introspection')
    ports.inquired = { kind: 'rejected', reason: 'token_inactive', detail: 'No.' }
    const verdict = await withProof()
    expect(denied(verdict).reason).toBe('token_inactive')
    expect(challengesIn(verdict).at(-1)).toMatch(/^DPoP .*error="invalid_token"/)
  })

  it('is refused where it is not one token, and where one is too long', async () => {
    const { ports, send } = aWorld(member('introspection'))
    const malformed = await send({ authorization: 'DPoP a b' })
    expect(denied(malformed).reason).toBe('token_malformed')
    expect(challengesIn(malformed).at(-1)).toMatch(/^DPoP /)
    const long = await send({ authorization: `DPoP ${'a'.repeat(1_025)}` })
    expect(denied(long).reason).toBe('token_too_large')
    expect(ports.calls.inquire).toEqual([])
  })

  it('is no token of `userinfo`, which tells of no binding', async () => {
    const { ports, withProof } = aWorld(member('userinfo'))
    ports.inquired = vouched()
    const verdict = await withProof()
    expect(denied(verdict).reason).toBe('token_required')
    expect(challengesIn(verdict)).toEqual(['Bearer realm="shop.example.com"'])
    expect(ports.calls.inquire).toEqual([])
  })
})

describe('a token that the provider says is bound to nothing', () => {
  it('R23: is refused as `DPoP`, with a proof as well', async () => {
    const { ports, withProof, send } = aWorld(member('introspection'))
    ports.inquired = vouched()
    expect(denied(await withProof()).reason).toBe('token_scheme_invalid')
    expect((await send({ authorization: `Bearer ${TOKEN}` })).kind).toBe('allow')
  })
})

describe('a token that the provider says is bound to a certificate', async () => {
  const { cert } = await createSelfSigned('robot', 30)
  const { cert: other } = await createSelfSigned('robot', 30)
  const der = Buffer.from(cert.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')
  const certificate = hash('sha256', der, 'base64url')

  it.each([
    ['has it', cert, 'authenticated'],
    ['has another one', other, 'certificate_mismatch'],
    ['has none', undefined, 'certificate_missing'],
  ])('on a connection that %s', async (_, pem, reason) => {
    const { ports, send } = aWorld(member('introspection'))
    ports.inquired = vouched({ certificate })
    const verdict = await send({ authorization: `Bearer ${TOKEN}` }, pem)
    expect(verdict.kind === 'allow' ? 'authenticated' : verdict.reason).toBe(reason)
  })
})

describe('what is challenged with', () => {
  it.each([
    [{}, ['Bearer realm="shop.example.com"']],
    [{ proof: 'MutualTLS' }, ['Bearer realm="shop.example.com"']],
    [{ proof: 'DPoP' }, [`DPoP realm="shop.example.com", ${ALGORITHMS}`]],
  ] as const)('by a member with %j', async (changes, expected) => {
    expect(challengesIn(await aWorld(member('introspection', changes)).send({}))).toEqual(expected)
  })
})

describe('a nonce that is required', () => {
  it.each([
    ['by the member itself', [member('introspection', { nonce: true })]],
    ['by another one', [aBearerMethod({ nonce: true }), member('introspection')]],
  ])('%s is given out with the refusal, and taken in the next proof', async (_, members) => {
    const { withProof, prove } = aWorld(...members)
    const refused = denied(await withProof())
    expect(refused).toMatchObject({ status: 401, reason: 'proof_nonce_required' })
    const nonce = headerOf(refused, 'dpop-nonce')
    expect((await withProof(prove({ claims: { nonce } }))).kind).toBe('allow')
  })
})
