import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { BearerMethod } from '../../../src/core/policy/policy.ts'
import type { Binding } from '../../../src/core/provider/proofs.ts'
import type { Verification } from '../../../src/core/provider/token-verifier.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { Request } from '../../../src/core/request/request.ts'
import { NONCE_BUCKET_MS } from '../../../src/oidc/proof/nonces.ts'
import {
  aBearerMethod,
  aPolicy,
  aRequest,
  aRule,
  type RequestSketch,
} from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { createDpopCaller, type ProofSketch } from '../../support/dpop-caller.ts'
import { createSelfSigned } from '../../support/parts/tls.ts'
import { allowed, denied, headerOf } from '../../support/verdicts.ts'

const TOKEN = 'header.claims.signature'
const TOKEN_HASH = hash('sha256', TOKEN, 'base64url')
const URI = 'https://shop.example.com/orders'
const ALGORITHMS = 'algs="ES256 ES384 RS256 PS256 EdDSA Ed25519"'

const ofRobot = (binding?: Omit<Binding, 'tokenHash'>): Verification => ({
  kind: 'verified',
  bearer: 'access_token',
  issuer: 'https://sso.example.com',
  subject: 'robot',
  claims: { sub: 'robot' },
  scopes: ['orders:read'],
  ...(binding === undefined ? {} : { binding: { ...binding, tokenHash: TOKEN_HASH } }),
})

/** A rule that takes tokens, and a caller whose token is bound to their key. */
const aWorld = (
  changes: Partial<BearerMethod> = {},
  { rule = {}, policy = {} }: { rule?: Parameters<typeof aRule>[0]; policy?: object } = {},
) => {
  const fallback = aRule({ authenticate: [aBearerMethod(changes)], ...rule })
  const ports = fakePorts(aPolicy({ clients: [], fallback, ...policy }))
  const caller = createDpopCaller()
  ports.verification = ofRobot({ jkt: caller.jkt })
  const check = createCheck(ports)
  const prove = (sketch: Partial<ProofSketch> = {}): string =>
    caller.prove({ token: TOKEN, uri: URI, nowMs: ports.nowMs, ...sketch })
  const send = async (
    headers: RequestSketch['headers'] = {},
    more: Partial<Request> = {},
  ): Promise<Verdict> =>
    check({ ...aRequest({ path: '/orders?id=7', headers }), ...more }, unlimited)
  const withProof = (dpop = prove()) => send({ authorization: `DPoP ${TOKEN}`, dpop })
  return { ports, caller, prove, send, withProof }
}

const challengesIn = (verdict: Verdict): readonly string[] =>
  denied(verdict).headers.flatMap(([name, value]) => (name === 'www-authenticate' ? [value] : []))

const reasonOf = (verdict: Verdict): string => verdict.reason

describe('a token that is bound to a key', () => {
  it('passes with a proof, which stays here, and the token travels as it came', async () => {
    const verdict = allowed(await aWorld().withProof())
    expect(verdict.about).toMatchObject({ subject: 'robot', via: 'bearer' })
    expect(verdict.removeHeaders).toContain('dpop')
    expect(verdict.removeHeaders).not.toContain('authorization')
    expect(verdict.setHeaders.map(([name]) => name)).not.toContain('authorization')
    expect(verdict.responseHeaders).toBeUndefined()
  })

  it.each([
    ['Remove', true, true],
    ['AccessToken', false, true],
    ['IDToken', true, true],
    ['Keep', false, false],
  ] as const)('under `upstream.authorization: %s`', async (authorization, token, proof) => {
    const upstream = { ...aRule().upstream, authorization }
    const { removeHeaders } = allowed(await aWorld({}, { rule: { upstream } }).withProof())
    expect(removeHeaders.includes('authorization')).toBe(token)
    expect(removeHeaders.includes('dpop')).toBe(proof)
  })

  it('passes with its scheme in any case', async () => {
    const { send, prove } = aWorld()
    const verdict = await send({ authorization: `dpop  ${TOKEN}`, dpop: prove() })
    expect(reasonOf(verdict)).toBe('allowed')
  })

  it('R23: is refused as `Bearer`, be there a proof or not, and told the scheme', async () => {
    const { send, prove } = aWorld()
    for (const more of [{}, { dpop: prove() }]) {
      const verdict = await send({ authorization: `Bearer ${TOKEN}`, ...more })
      expect(reasonOf(verdict)).toBe('token_scheme_invalid')
      expect(challengesIn(verdict)).toEqual([
        'Bearer realm="shop.example.com", error="invalid_token", error_description="The access token came with the wrong authentication scheme."',
        `DPoP realm="shop.example.com", ${ALGORITHMS}`,
      ])
    }
  })

  it('is refused from any other place than `Authorization`', async () => {
    const from = [
      { kind: 'header', name: 'x-api-token' },
      { kind: 'header', name: 'authorization' },
    ] as const
    const { send, prove } = aWorld({ from })
    const elsewhere = await send({ 'x-api-token': TOKEN, dpop: prove() })
    expect(reasonOf(elsewhere)).toBe('token_scheme_invalid')
    const twice = { 'x-api-token': TOKEN, authorization: `DPoP ${TOKEN}`, dpop: prove() }
    expect(reasonOf(await send(twice))).toBe('token_malformed')
    expect(reasonOf(await send({ authorization: `DPoP ${TOKEN}`, dpop: prove() }))).toBe('allowed')
  })

  it('is not looked for where the rule does not look', async () => {
    const { send, prove } = aWorld({ from: [{ kind: 'header', name: 'x-api-token' }] })
    const verdict = await send({ authorization: `DPoP ${TOKEN}`, dpop: prove() })
    expect(reasonOf(verdict)).toBe('token_required')
  })

  it.each(['', 'DPoP', 'a, b', 'a b', 'a,DPoP b'])(
    'is refused where %j follows the scheme',
    async (rest) => {
      const { ports, send, prove } = aWorld()
      const verdict = await send({
        authorization: `DPoP ${rest === 'DPoP' ? '' : rest}`,
        dpop: prove(),
      })
      expect(reasonOf(verdict)).toBe('token_malformed')
      expect(ports.calls.verify).toEqual([])
      expect(challengesIn(verdict).at(-1)).toMatch(/^DPoP .*error="invalid_token"/)
    },
  )

  it.each([{}, { dpop: '' }])('is refused with no proof (%j)', async (none) => {
    const verdict = await aWorld().send({ authorization: `DPoP ${TOKEN}`, ...none })
    expect(reasonOf(verdict)).toBe('proof_missing')
    expect(challengesIn(verdict)).toEqual([
      'Bearer realm="shop.example.com"',
      `DPoP realm="shop.example.com", error="invalid_dpop_proof", error_description="The access token needs a DPoP proof, and there is none.", ${ALGORITHMS}`,
    ])
  })

  it('is refused with a proof of something else, which the log tells of', async () => {
    const { withProof, prove } = aWorld()
    const verdict = denied(await withProof(prove({ method: 'POST' })))
    expect(verdict).toMatchObject({ status: 401, reason: 'proof_invalid' })
    expect(verdict.detail).toMatch(/htm/)
    expect(challengesIn(verdict)[1]).toContain('error="invalid_dpop_proof"')
  })

  it('is refused with two proofs, as the gateway joins them', async () => {
    const { withProof, prove } = aWorld()
    expect(reasonOf(await withProof(`${prove()},${prove()}`))).toBe('proof_invalid')
  })

  it('R23: is refused with a proof that was used before, and a refusal spends none', async () => {
    const { withProof, send, prove } = aWorld()
    const proof = prove()
    const elsewhere = await send({ authorization: `DPoP ${TOKEN}`, dpop: proof }, { method: 'PUT' })
    expect(reasonOf(elsewhere)).toBe('proof_invalid')
    expect(reasonOf(await withProof(proof))).toBe('allowed')
    const again = await withProof(proof)
    expect(denied(again)).toMatchObject({ status: 401, reason: 'proof_replayed' })
    expect(challengesIn(again)[1]).toContain('error="invalid_dpop_proof"')
    expect(reasonOf(await withProof())).toBe('allowed')
  })

  it('is proven for the host that the browser sees, where a gateway names it', async () => {
    const { send, prove } = aWorld({}, { policy: { publicHostHeader: 'x-forwarded-host' } })
    const seen = { authorization: `DPoP ${TOKEN}`, 'x-forwarded-host': 'www.example.com:8443' }
    const ofOrigin = await send({ ...seen, dpop: prove() })
    expect(reasonOf(ofOrigin)).toBe('proof_invalid')
    const dpop = prove({ uri: 'https://www.example.com:8443/orders' })
    expect(reasonOf(await send({ ...seen, dpop }))).toBe('allowed')
  })

  it('R23: never passes where nobody can say whether the proof was used', async () => {
    const { ports, withProof } = aWorld()
    const down: FakePorts['replay'] = {
      claim: async () => {
        throw new Fault('session_store_unavailable', 'Redis is away.')
      },
      isClaimed: async () => false,
      reach: async () => undefined,
      reached: async () => 0,
    }
    Object.assign(ports, { replay: down })
    await expect(withProof()).rejects.toMatchObject({ code: 'session_store_unavailable' })
  })

  it('is told the scheme by which its scopes are too few', async () => {
    const authorize = [{ kind: 'scopes', scopes: ['orders:write'] }] as never
    const verdict = await aWorld({}, { rule: { authorize } }).withProof()
    expect(reasonOf(verdict)).toBe('insufficient_scope')
    expect(challengesIn(verdict)).toEqual([
      `DPoP realm="shop.example.com", error="insufficient_scope", scope="orders:write", ${ALGORITHMS}`,
    ])
  })

  it('names its scheme where the token itself is refused', async () => {
    const { ports, withProof } = aWorld()
    ports.verification = { kind: 'rejected', reason: 'token_expired', detail: 'over' }
    const verdict = await withProof()
    expect(reasonOf(verdict)).toBe('token_expired')
    expect(challengesIn(verdict)).toEqual([
      'Bearer realm="shop.example.com"',
      `DPoP realm="shop.example.com", error="invalid_token", error_description="The access token has expired.", ${ALGORITHMS}`,
    ])
  })
})

describe('a token that is bound to nothing', () => {
  it('passes as `Bearer`, whatever stands in `DPoP`', async () => {
    const { ports, send } = aWorld()
    ports.verification = ofRobot()
    const verdict = allowed(await send({ authorization: `Bearer ${TOKEN}`, dpop: 'none' }))
    expect(verdict.removeHeaders).not.toContain('dpop')
  })

  it('is refused as `DPoP`, with a proof as well', async () => {
    const { ports, withProof } = aWorld()
    ports.verification = ofRobot()
    expect(reasonOf(await withProof())).toBe('token_scheme_invalid')
  })
})

describe('what is challenged with', () => {
  it.each([
    [{}, ['Bearer realm="shop.example.com"']],
    [{ proof: 'MutualTLS' }, ['Bearer realm="shop.example.com"']],
    [{ proof: 'DPoP' }, [`DPoP realm="shop.example.com", ${ALGORITHMS}`]],
    [
      { nonce: true },
      ['Bearer realm="shop.example.com"', `DPoP realm="shop.example.com", ${ALGORITHMS}`],
    ],
  ] as const)('by a rule with %j', async (changes, expected) => {
    expect(challengesIn(await aWorld(changes).send())).toEqual(expected)
  })

  it('a bearer token that is refused, where only proven ones are taken', async () => {
    const { ports, send } = aWorld({ proof: 'DPoP' })
    ports.verification = { kind: 'rejected', reason: 'token_unbound', detail: 'no' }
    const verdict = await send({ authorization: `Bearer ${TOKEN}` })
    expect(challengesIn(verdict)).toEqual([
      `DPoP realm="shop.example.com", error="invalid_token", error_description="The access token is not bound to its caller as is required here.", ${ALGORITHMS}`,
    ])
  })
})

describe('a nonce that is required', () => {
  it('is given out with the refusal, and taken in the next proof', async () => {
    const { withProof, prove } = aWorld({ nonce: true })
    const refused = await withProof()
    expect(denied(refused)).toMatchObject({ status: 401, reason: 'proof_nonce_required' })
    expect(challengesIn(refused)[1]).toContain('error="use_dpop_nonce"')
    const nonce = headerOf(denied(refused), 'dpop-nonce')
    expect(nonce).toMatch(/^[\w-]{24}$/)
    const verdict = allowed(await withProof(prove({ claims: { nonce } })))
    expect(verdict.responseHeaders).toBeUndefined()
  })

  it('is refused if it is none of ours', async () => {
    const { withProof, prove } = aWorld({ nonce: true })
    const verdict = await withProof(prove({ claims: { nonce: 'A'.repeat(24) } }))
    expect(reasonOf(verdict)).toBe('proof_nonce_required')
  })

  it('is replaced on a good answer before it ends', async () => {
    const { ports, withProof, prove } = aWorld({ nonce: true })
    const first = headerOf(denied(await withProof()), 'dpop-nonce')
    ports.nowMs += NONCE_BUCKET_MS
    const verdict = allowed(await withProof(prove({ claims: { nonce: first } })))
    const [[name, next] = []] = verdict.responseHeaders ?? []
    expect([name, next === first]).toEqual(['dpop-nonce', false])
    const later = allowed(await withProof(prove({ claims: { nonce: next ?? '' } })))
    expect(later.responseHeaders).toBeUndefined()
    ports.nowMs += NONCE_BUCKET_MS
    const over = await withProof(prove({ claims: { nonce: first } }))
    expect(reasonOf(over)).toBe('proof_nonce_required')
  })

  it('is for nobody else to ask for: one that came by itself does not count', async () => {
    const { withProof, prove } = aWorld()
    expect(reasonOf(await withProof(prove({ claims: { nonce: 'of-somebody' } })))).toBe('allowed')
  })
})

describe('a token that is bound to a certificate', async () => {
  const { cert } = await createSelfSigned('robot', 30)
  const { cert: other } = await createSelfSigned('robot', 30)
  const der = Buffer.from(cert.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')
  const certificate = hash('sha256', der, 'base64url')

  const send = async (pem: string | undefined, headers: Readonly<Record<string, string>> = {}) => {
    const world = aWorld()
    world.ports.verification = ofRobot({ certificate })
    const more = pem === undefined ? {} : { certificate: () => pem }
    return world.send({ authorization: `Bearer ${TOKEN}`, ...headers }, more)
  }

  it('passes on a connection that has it', async () => {
    expect(reasonOf(await send(cert))).toBe('allowed')
  })

  it.each([
    ['without one', undefined, 'certificate_missing', /include_peer_certificate/],
    ['with an empty one', '', 'certificate_missing', /include_peer_certificate/],
    ['with another one', other, 'certificate_mismatch', /another certificate/],
    ['with something else', '%zz', 'certificate_mismatch', /PEM/],
  ])('is refused on a connection %s', async (_, pem, reason, detail) => {
    const verdict = denied(await send(pem))
    expect([verdict.status, verdict.reason]).toEqual([401, reason])
    expect(verdict.detail).toMatch(detail)
    expect(challengesIn(verdict)[0]).toContain('error="invalid_token"')
  })

  it('R23: is not proven by a header that says so', async () => {
    const encoded = encodeURIComponent(cert)
    const verdict = await send(undefined, {
      'x-forwarded-client-cert': `Cert="${encoded}"`,
      'client-cert': `:${der.toString('base64')}:`,
    })
    expect(reasonOf(verdict)).toBe('certificate_missing')
  })

  it('is refused as `DPoP`, and needs both where it is bound to both', async () => {
    const world = aWorld()
    const pem = { certificate: () => cert }
    const proven = { authorization: `DPoP ${TOKEN}` }
    world.ports.verification = ofRobot({ certificate })
    const asDpop = await world.send({ ...proven, dpop: world.prove() }, pem)
    expect(reasonOf(asDpop)).toBe('token_scheme_invalid')
    world.ports.verification = ofRobot({ certificate, jkt: world.caller.jkt })
    const both = (more: Partial<Request>) => world.send({ ...proven, dpop: world.prove() }, more)
    expect(reasonOf(await both(pem))).toBe('allowed')
    expect(reasonOf(await both({}))).toBe('certificate_missing')
    const bearer = await world.send({ authorization: `Bearer ${TOKEN}` }, pem)
    expect(reasonOf(bearer)).toBe('token_scheme_invalid')
  })
})
