import {
  createECDH,
  createPrivateKey,
  hash,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto'
import type { Tokens } from '../../core/provider/tokens.ts'
import type { Client } from '../../core/registration/client.ts'

/** One request, as its proof says it (RFC 9449 section 4.2). */
export interface ProvenRequest {
  readonly method: string
  readonly url: string
  readonly nowMs: number
  /** What the server wants to see in it (section 8). */
  readonly nonce?: string | undefined
  /** The access token that the request shows (section 7). */
  readonly accessToken?: string
}

/** A key that access tokens are bound to. The private key stays in a closure. */
export interface OwnKey {
  /** What it is made from again: 256 bits in base64url, to be sealed wherever it is kept. */
  readonly text: string
  /** The thumbprint of the public key (RFC 7638), SHA-256. */
  readonly jkt: string
  /** A proof for one request; each has a `jti` of its own. */
  readonly prove: (request: ProvenRequest) => string
}

/** The order of P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const SCALAR_BYTES = 32

/** From more bits than it needs: any text makes one, and each is as likely (appendix A.2.1). */
const scalarOf = (text: string): Buffer => {
  const scalar = (BigInt(`0x${hash('sha512', text, 'hex')}`) % (ORDER - 1n)) + 1n
  return Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex')
}

interface PublicJwk {
  readonly crv: 'P-256'
  readonly kty: 'EC'
  readonly x: string
  readonly y: string
}

const pairOf = (text: string): { readonly jwk: PublicJwk; readonly key: KeyObject } => {
  const scalar = scalarOf(text)
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(scalar)
  const point = curve.getPublicKey()
  const x = point.subarray(1, 1 + SCALAR_BYTES).toString('base64url')
  const y = point.subarray(1 + SCALAR_BYTES).toString('base64url')
  const jwk: PublicJwk = { crv: 'P-256', kty: 'EC', x, y }
  const d = scalar.toString('base64url')
  return { jwk, key: createPrivateKey({ key: { ...jwk, d }, format: 'jwk' }) }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Without query and fragment (section 4.2). */
const targetOf = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** The algorithm of every proof: each provider that knows DPoP takes it. */
export const OWN_ALGORITHM = 'ES256'

/** The key of a text. */
export const ownKeyOf = (text: string): OwnKey => {
  const { jwk, key } = pairOf(text)
  const header = encoded({ typ: 'dpop+jwt', alg: OWN_ALGORITHM, jwk })
  return {
    text,
    jkt: hash('sha256', JSON.stringify(jwk), 'base64url'),
    prove: ({ method, url, nowMs, nonce, accessToken }) => {
      const claims = {
        jti: randomUUID(),
        htm: method,
        htu: targetOf(url),
        iat: Math.floor(nowMs / 1_000),
        ...(nonce === undefined ? {} : { nonce }),
        ...(accessToken === undefined ? {} : { ath: hash('sha256', accessToken, 'base64url') }),
      }
      const input = `${header}.${encoded(claims)}`
      const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}

const newOwnKey = (): OwnKey => ownKeyOf(randomBytes(SCALAR_BYTES).toString('base64url'))

/** What tokens of a client are bound to from now on: the key that there is, or a new one. */
export const keyFor = (
  { senderConstrained }: Partial<Pick<Client, 'senderConstrained'>>,
  { proofKey }: Pick<Tokens, 'proofKey'> = {},
): OwnKey | undefined => {
  if (senderConstrained !== 'DPoP') return undefined
  return proofKey === undefined ? newOwnKey() : ownKeyOf(proofKey)
}
