import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type {
  BadDeviceProof,
  DeviceProofs,
  DeviceTagPurpose,
} from '../../core/session/device-proofs.ts'
import { DEVICE_ALGORITHMS } from '../../core/session/session-device.ts'
import { isSignedBy } from '../token/signature.ts'
import { objectIn } from './jwt-part.ts'
import { importProofKey, readProofKey } from './proof-key.ts'

/** A proof that binds with an RSA key of 4096 bits has a third of it. */
const MAX_PROOF_LENGTH = 8 * 1024

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/

const bad = (detail: string): BadDeviceProof => ({ kind: 'bad', detail })

const read: DeviceProofs['read'] = (compact) => {
  if (compact.length > MAX_PROOF_LENGTH) {
    return bad(`The proof is longer than ${MAX_PROOF_LENGTH} bytes.`)
  }
  const [, header = '', payload = ''] = COMPACT.exec(compact) ?? []
  const [members, claims] = [objectIn(header), objectIn(payload)]
  if (members === undefined || claims === undefined) return bad('The proof is no JWT.')
  const { typ, alg, crit, jwk } = members
  if (typ !== 'dbsc+jwt') return bad('The typ header of the proof is not dbsc+jwt.')
  if (crit !== undefined) return bad('The crit header of the proof names an unknown extension.')
  const algorithm = DEVICE_ALGORITHMS.find((one) => one === alg)
  if (algorithm === undefined) {
    return bad(`The alg header of the proof is none of ${DEVICE_ALGORITHMS.join(', ')}.`)
  }
  const { jti, authorization } = claims
  if (typeof jti !== 'string') return bad('The proof names no challenge (jti).')
  const named = typeof authorization === 'string' ? { authorization } : {}
  return { kind: 'read', proof: { compact, algorithm, challenge: jti, ...named, jwk } }
}

const keyIn: DeviceProofs['keyIn'] = ({ algorithm, jwk: written }) => {
  const key = readProofKey(algorithm, written)
  if (typeof key === 'string') return bad(key)
  if (importProofKey(key) === undefined) {
    return bad(
      'The key of the proof cannot be used: it is damaged, or RSA not of 2048 to 4096 bits.',
    )
  }
  return { kind: 'key', key: { algorithm, jwk: key.jwk, thumbprint: key.jkt } }
}

const isSigned: DeviceProofs['isSignedBy'] = (proof, { algorithm, jwk, thumbprint }) => {
  const signer = importProofKey({ algorithm, jwk, jkt: thumbprint })
  return signer !== undefined && proof.algorithm === algorithm && isSignedBy(proof, signer)
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/**
 * Proofs of Device Bound Session Credentials, and the keyed hashes (HMAC-SHA-256) by which replicas
 * know their challenges and cookies again. With a new key in front the former ones still count.
 */
export const createDeviceProofs = ({
  keys,
}: {
  /** What keys for hashes are derived from, the newest first. */
  readonly keys: { readonly all: () => readonly { derive: (purpose: string) => KeyObject }[] }
}): DeviceProofs => {
  const under = (
    key: { derive: (purpose: string) => KeyObject },
    purpose: DeviceTagPurpose,
    text: string,
  ): string =>
    createHmac('sha256', key.derive('device')).update(`${purpose}|${text}`).digest('base64url')

  return {
    read,
    keyIn,
    isSignedBy: isSigned,
    tag: (purpose, text) => {
      const [newest] = keys.all()
      if (newest === undefined) throw new Error('There is no key to make a hash with.')
      return under(newest, purpose, text)
    },
    sameTag: (purpose, text, tag) => {
      for (const key of keys.all()) {
        const own = under(key, purpose, text)
        if (isSame(own, tag)) return own
      }
      return undefined
    },
  }
}
