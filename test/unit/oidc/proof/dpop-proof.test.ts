import { hash } from 'node:crypto'
import fc from 'fast-check'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { PROOF_ALGORITHMS, type ProofReading } from '../../../../src/core/provider/proofs.ts'
import { createDpopProofReader } from '../../../../src/oidc/proof/dpop-proof.ts'
import { aRequest } from '../../../support/builders.ts'
import {
  createDpopCaller,
  type DpopCaller,
  type ProofSketch,
} from '../../../support/dpop-caller.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { hmacToken, type SignerAlgorithm, unsignedToken } from '../../../support/token-signer.ts'

const TOKEN = 'header.claims.signature'
const URI = 'https://shop.example.com/orders'

const aReader = (caller: DpopCaller = createDpopCaller()) => {
  const clock = handSetClock()
  const read = createDpopProofReader({ clock })
  const terms = {
    jkt: caller.jkt,
    tokenHash: hash('sha256', TOKEN, 'base64url'),
    request: aRequest({ path: '/orders?id=7' }),
  }
  const prove = (changes: Partial<ProofSketch> = {}): string =>
    caller.prove({ token: TOKEN, uri: URI, nowMs: clock.nowMs(), ...changes })
  const seconds = () => Math.floor(clock.nowMs() / 1000)
  return { caller, clock, terms, prove, seconds, read: (proof: string) => read(proof, terms) }
}

type World = ReturnType<typeof aReader>

const detailOf = (reading: ProofReading): string =>
  reading.kind === 'good' ? 'good' : reading.detail

const payloadOf = (proof: string) =>
  JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString())

const HOSTILE: readonly (readonly [name: string, make: (world: World) => string, why: RegExp])[] = [
  ['of another method', ({ prove }) => prove({ method: 'POST' }), /htm/],
  ['of a method in lower case', ({ prove }) => prove({ method: 'get' }), /htm/],
  ['of another host', ({ prove }) => prove({ uri: 'https://evil.example.com/orders' }), /htu/],
  ['of another port', ({ prove }) => prove({ uri: 'https://shop.example.com:8443/orders' }), /htu/],
  ['of another path', ({ prove }) => prove({ uri: 'https://shop.example.com/admin' }), /htu/],
  ['of http', ({ prove }) => prove({ uri: 'http://shop.example.com/orders' }), /htu/],
  ['with a list as htu', ({ prove }) => prove({ claims: { htu: [URI] } }), /htu/],
  ['without htm', ({ prove }) => prove({ claims: { htm: undefined } }), /htm/],
  ['without htu', ({ prove }) => prove({ claims: { htu: undefined } }), /htu/],
  ['of another token', ({ prove }) => prove({ token: 'another.token.x' }), /ath/],
  ['without ath', ({ prove }) => prove({ claims: { ath: undefined } }), /ath/],
  ['without jti', ({ prove }) => prove({ claims: { jti: undefined } }), /jti/],
  ['with an empty jti', ({ prove }) => prove({ claims: { jti: '' } }), /jti/],
  ['with a number as jti', ({ prove }) => prove({ claims: { jti: 7 } }), /jti/],
  ['with a jti of 257 bytes', ({ prove }) => prove({ claims: { jti: 'j'.repeat(257) } }), /jti/],
  ['with a jti of 258 bytes', ({ prove }) => prove({ claims: { jti: 'ä'.repeat(129) } }), /jti/],
  ['without iat', ({ prove }) => prove({ claims: { iat: undefined } }), /iat/],
  ['with a text as iat', ({ prove }) => prove({ claims: { iat: '1' } }), /iat/],
  ['of 61 seconds ago', ({ prove, seconds }) => prove({ claims: { iat: seconds() - 61 } }), /back/],
  ['in 61 seconds', ({ prove, seconds }) => prove({ claims: { iat: seconds() + 61 } }), /ahead/],
  ['with a list as nonce', ({ prove }) => prove({ claims: { nonce: ['n'] } }), /nonce/],
  ['of another typ', ({ prove }) => prove({ header: { typ: 'JWT' } }), /typ/],
  ['without typ', ({ prove }) => prove({ header: { typ: undefined } }), /typ/],
  ['with crit', ({ prove }) => prove({ header: { crit: ['b64'], b64: true } }), /crit/],
  ['with alg none in its header', ({ prove }) => prove({ header: { alg: 'none' } }), /alg/],
  ['signed by nobody', ({ prove }) => unsignedToken(payloadOf(prove())), /one proof/],
  [
    'signed by HS256',
    ({ caller, prove }) => hmacToken(payloadOf(prove()), String(caller.publicJwk.x)),
    /typ/,
  ],
  ['with alg HS256', ({ prove }) => prove({ header: { alg: 'HS256' } }), /alg/],
  [
    'with an alg of another key',
    ({ prove }) => prove({ header: { alg: 'PS256' } }),
    /no public key/,
  ],
  [
    'that carries its private key',
    ({ caller, prove }) => prove({ header: { jwk: { ...caller.publicJwk, d: 'AAAA' } } }),
    /private/,
  ],
  [
    'that carries a symmetric key',
    ({ prove }) => prove({ header: { jwk: { kty: 'oct', k: 'AAAA' } } }),
    /symmetric/,
  ],
  ['without jwk', ({ prove }) => prove({ header: { jwk: undefined } }), /no jwk/],
  [
    'with a jwk whose member is no base64url',
    ({ caller, prove }) => prove({ header: { jwk: { ...caller.publicJwk, x: 'a b' } } }),
    /no public key/,
  ],
  [
    'of another caller',
    ({ clock }) => createDpopCaller().prove({ token: TOKEN, uri: URI, nowMs: clock.nowMs() }),
    /another key/,
  ],
  [
    'of another caller under the key of the right one',
    ({ caller, clock }) =>
      createDpopCaller().prove({
        token: TOKEN,
        uri: URI,
        nowMs: clock.nowMs(),
        header: { jwk: caller.publicJwk },
      }),
    /signature/,
  ],
  ['twice, joined by a comma', ({ prove }) => `${prove()}, ${prove()}`, /one proof/],
  ['twice, joined by a bare comma', ({ prove }) => `${prove()},${prove()}`, /one proof/],
  ['of 9 KiB', ({ prove }) => prove({ claims: { padding: 'p'.repeat(9_000) } }), /longer/],
  ['of nothing', () => '..', /one proof/],
]

describe('a DPoP proof (RFC 9449 section 4.3)', () => {
  const callers = PROOF_ALGORITHMS.map((algorithm) => createDpopCaller(algorithm))

  it.each<SignerAlgorithm>(PROOF_ALGORITHMS)(
    'by %s is good, and names its use by key and id',
    (algorithm) => {
      const { clock, prove, read, caller } = aReader(createDpopCaller(algorithm))
      expect(read(prove({ claims: { jti: 'one' } }))).toEqual({
        kind: 'good',
        useId: hash('sha256', `${caller.jkt} one`, 'base64url'),
        acceptedUntilMs: Math.floor(clock.nowMs() / 1000) * 1000 + 60_000,
      })
    },
  )

  it.each<SignerAlgorithm>(PROOF_ALGORITHMS)(
    'by %s is refused with another signature, and the right one is good after it',
    (algorithm) => {
      const { prove, read } = aReader(createDpopCaller(algorithm))
      const [first, second] = [prove(), prove()]
      const signature = second.slice(second.lastIndexOf('.'))
      const swapped = first.slice(0, first.lastIndexOf('.')) + signature
      expect(detailOf(read(swapped))).toMatch(/signature/)
      expect(detailOf(read(first))).toBe('good')
    },
  )

  it.each<SignerAlgorithm>(PROOF_ALGORITHMS)(
    'is of the key whose thumbprint jose finds, by %s',
    async (algorithm) => {
      const { jkt, publicJwk } = createDpopCaller(algorithm)
      expect(await calculateJwkThumbprint(publicJwk as never)).toBe(jkt)
    },
  )

  it.each(['ES512', 'ES256K', 'RS384', 'RS512', 'PS384', 'PS512', 'Ed448', 'HS384', 'es256', ''])(
    'by %j is refused, whatever the key',
    (alg) => {
      for (const caller of callers) {
        const { prove, read } = aReader(caller)
        expect(detailOf(read(prove({ header: { alg } })))).toMatch(/alg header/)
      }
    },
  )

  it.each<readonly [alg: string, key: SignerAlgorithm]>([
    ['ES384', 'ES256'],
    ['ES256', 'ES384'],
    ['EdDSA', 'ES256'],
    ['ES256', 'EdDSA'],
    ['RS256', 'ES384'],
  ])('by %s with a key for %s is refused', (alg, key) => {
    const { prove, read } = aReader(createDpopCaller(key))
    expect(detailOf(read(prove({ header: { alg } })))).toMatch(/no public key/)
  })

  it.each([-60, -1, 0, 1, 60])('is good with a clock that is %i seconds off', (off) => {
    const { prove, read, seconds, clock } = aReader()
    expect(clock.nowMs() % 1000).toBe(0)
    expect(detailOf(read(prove({ claims: { iat: seconds() + off } })))).toBe('good')
  })

  it('is good whatever its query and fragment, and hands on its nonce', () => {
    const { prove, read } = aReader()
    const proof = prove({ uri: `${URI}?id=8#top`, claims: { nonce: 'n-1' } })
    expect(read(proof)).toMatchObject({ kind: 'good', nonce: 'n-1' })
  })

  it('is good with a jti of 256 bytes', () => {
    const { prove, read } = aReader()
    expect(detailOf(read(prove({ claims: { jti: 'j'.repeat(256) } })))).toBe('good')
  })

  it.each(HOSTILE)('%s is refused', (_, make, why) => {
    const world = aReader()
    const first = world.read(make(world))
    expect(detailOf(first)).toMatch(why)
    expect(detailOf(world.read(world.prove()))).toBe('good')
    expect(detailOf(world.read(make(world)))).toMatch(why)
  })

  it('is refused under a header that another token was proven with', () => {
    const clock = handSetClock()
    const read = createDpopProofReader({ clock })
    const caller = createDpopCaller()
    const tokenHash = hash('sha256', TOKEN, 'base64url')
    const request = aRequest({ path: '/orders' })
    const proof = caller.prove({ token: TOKEN, uri: URI, nowMs: clock.nowMs() })
    expect(detailOf(read(proof, { jkt: caller.jkt, tokenHash, request }))).toBe('good')
    const other = createDpopCaller().jkt
    expect(detailOf(read(proof, { jkt: other, tokenHash, request }))).toMatch(/another key/)
  })

  it('is refused with any character of it changed, and nothing is ever thrown', () => {
    const { prove, read } = aReader()
    const proof = prove()
    const last = proof.lastIndexOf('.')
    fc.assert(
      fc.property(fc.nat({ max: proof.length - 1 }), fc.string({ maxLength: 1 }), (at, put) => {
        // The last character of each part may hold bits that no byte is made of.
        const isLoose = [proof.indexOf('.') - 1, last - 1, proof.length - 1].includes(at)
        if (isLoose || put === proof[at]) return
        expect(read(proof.slice(0, at) + put + proof.slice(at + 1)).kind).toBe('bad')
      }),
      { numRuns: 400 },
    )
  })

  it('is refused whatever its claims are, unless they are those of the request', () => {
    const { prove, read } = aReader()
    const claim = fc.constantFrom('htm', 'htu', 'ath', 'jti', 'iat')
    fc.assert(
      fc.property(claim, fc.jsonValue({ maxDepth: 2 }), (name, value) => {
        fc.pre(!(name === 'jti' && typeof value === 'string'))
        expect(read(prove({ claims: { [name]: value as never } })).kind).toBe('bad')
      }),
      { numRuns: 200 },
    )
  })
})
