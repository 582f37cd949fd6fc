import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose'
import { type HostileAnswer, json } from '../hostile-provider.ts'
import type { Brought } from './asked.ts'
import type { Sender } from './sender.ts'

/** How a server wants proofs. */
export interface ProofsWanted {
  /** A nonce in each, which is good once; or for ever another one. */
  readonly nonces?: 'once' | 'never good'
  /** How the scheme is spelled in challenges. */
  readonly scheme?: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Tokens that are bound to a key, which each request proves anew (RFC 9449). */
export const byKey = (
  nowMs: () => number,
  { nonces, scheme = 'DPoP' }: ProofsWanted = {},
): Sender => {
  const jtis = new Set<unknown>()
  let nonce = 'nonce-0'
  let count = 0

  const proofOf = async ({ headers }: Brought): Promise<{ claims: JWTPayload; jkt: string }> => {
    const currentDate = new Date(nowMs())
    const proof = String(headers.dpop ?? '')
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256', 'PS256', 'EdDSA'],
      maxTokenAge: 60,
      requiredClaims: ['jti', 'htm', 'htu', 'iat'],
      currentDate,
    })
    return { claims: payload, jkt: await calculateJwkThumbprint(protectedHeader.jwk ?? {}) }
  }

  const next = (): string => {
    count += 1
    nonce = `nonce-${count}`
    return nonce
  }

  const demand =
    (what: 'token' | 'userinfo'): HostileAnswer =>
    (response) => {
      response.setHeader('dpop-nonce', next())
      if (what === 'token') return json({ error: 'use_dpop_nonce' }, 400)(response)
      response.setHeader('www-authenticate', `${scheme} error="use_dpop_nonce"`)
      return json({}, 401)(response)
    }

  const isAsUsual = ({ claims }: { claims: JWTPayload }): boolean => {
    if (nonces === undefined) return true
    return nonces === 'once' && claims.nonce === nonce
  }

  return {
    tokenType: 'DPoP',
    metadata: { dpop_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'] },
    confirmation: async (brought) => ({ jkt: (await proofOf(brought)).jkt }),
    check: async (what, brought, object, cnf) => {
      try {
        const proof = await proofOf(brought)
        const { jti, htm, htu, ath } = proof.claims
        if (jtis.has(jti)) object(`${what}: a proof comes again`)
        jtis.add(jti)
        if (htm !== brought.method || htu !== brought.url) {
          object(`${what}: the proof is for ${htm} ${htu}, not ${brought.method} ${brought.url}`)
        }
        if (!isAsUsual(proof)) return demand(what)
        if (cnf !== undefined && cnf.jkt !== proof.jkt) object(`${what}: by another key`)
        const [, token = ''] = (brought.authorization ?? '').split(' ')
        if (what === 'userinfo' && ath !== sha256(token)) object(`${what}: of another token`)
        if (nonces !== undefined) next()
      } catch (thrown) {
        object(`${what}: ${String(thrown)}`)
      }
      return undefined
    },
  }
}
