import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import type { Claims } from '../../core/identity/identity.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import { notJson, parseJsonObject } from '../../outbound/json.ts'
import { type OutboundFetch, withType } from '../../outbound/outbound-fetch.ts'
import { admittedAlgorithms, keyFits } from './algorithms.ts'
import { type ProviderMetadata, requireEndpoint } from './metadata.ts'
import { createRefreshed, type Pause, type Refreshed, type SettledFetch } from './refreshed.ts'

/** A published key, ready to verify one algorithm. */
export interface VerificationKey {
  readonly keyId?: string
  readonly algorithm: string
  readonly key: KeyObject
}

/**
 * The usable keys of a provider by what they are; the same key stays the same object from one fetch
 * to the next.
 */
export type KeySet = ReadonlyMap<string, VerificationKey>

/**
 * How long keys are trusted after the last good fetch. It bounds how long a provider that cannot be
 * reached keeps vouching for its tokens (R26).
 */
const MAX_STALE_MS = 24 * 3_600_000

/** No provider publishes more; the rest of a longer list is passed over. */
const MAX_KEYS = 64

const MIN_RSA_BITS = 2048

/**
 * A longer modulus, or a larger exponent, would make each of its signatures a burden for everybody
 * else.
 */
const MAX_RSA_BITS = 8192
const MAX_RSA_EXPONENT = 2n ** 32n
const MIN_RSA_EXPONENT = 3n

const textOf = (jwk: Claims, name: string): string | undefined => {
  const value = jwk[name]
  return typeof value === 'string' ? value : undefined
}

const PRIVATE_PARTS = ['d', 'k', 'priv'] as const

const isForVerifying = (jwk: Claims): boolean =>
  (jwk.use === undefined || jwk.use === 'sig') &&
  (!Array.isArray(jwk.key_ops) || jwk.key_ops.includes('verify')) &&
  PRIVATE_PARTS.every((part) => jwk[part] === undefined)

const shapeOf = (jwk: Claims): Record<string, string> => {
  const names = ['kty', 'crv', 'alg', 'n', 'e', 'x', 'y']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = textOf(jwk, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

const isSound = ({ asymmetricKeyDetails: details }: KeyObject): boolean => {
  const { modulusLength: bits, publicExponent: exponent } = details ?? {}
  if (bits === undefined || exponent === undefined) return true
  const isRightSize = bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
  return isRightSize && exponent >= MIN_RSA_EXPONENT && exponent <= MAX_RSA_EXPONENT
}

/**
 * A public key of a JWK; `undefined` for one that cannot be used: one broken key does not spoil a
 * set.
 */
export const importPublicKey = (shape: Readonly<Record<string, string>>): KeyObject | undefined => {
  try {
    const key = createPublicKey({ key: shape, format: 'jwk' })
    return isSound(key) ? key : undefined
  } catch {
    return undefined
  }
}

const keysOf = (
  jwk: Claims,
  admitted: readonly string[],
  previous: KeySet | undefined,
): readonly (readonly [string, VerificationKey])[] => {
  if (!isForVerifying(jwk)) return []
  const shape = shapeOf(jwk)
  const keyId = textOf(jwk, 'kid')
  const fitting = admitted.filter((algorithm) => keyFits(shape, algorithm))
  return fitting.flatMap((algorithm) => {
    const name = hash('sha256', JSON.stringify([keyId, algorithm, shape]))
    const known = previous?.get(name)
    if (known !== undefined) return [[name, known] as const]
    const key = importPublicKey(shape)
    if (key === undefined) return []
    return [[name, { algorithm, key, ...(keyId === undefined ? {} : { keyId }) }] as const]
  })
}

/**
 * Why a published key is not used; completes a sentence that begins with the key. `undefined` for
 * one that is.
 */
export const keyComplaint = (
  jwk: Claims,
  algorithms: Provider['signingAlgorithms'],
): string | undefined => {
  const admitted = admittedAlgorithms(algorithms)
  if (keysOf(jwk, admitted, undefined).length > 0) return undefined
  if (!isForVerifying(jwk)) {
    return 'it is for encryption or another use, or holds a secret part that nobody may publish'
  }
  const shape = shapeOf(jwk)
  if (!admitted.some((algorithm) => keyFits(shape, algorithm))) {
    return `it fits none of spec.signingAlgorithms (${algorithms.join(', ')})`
  }
  return 'it is damaged, or its size is not within what is taken (RSA of 2048 to 8192 bits)'
}

const isKey = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A provider's signing keys, renewed on use. An answer that is no key set, or one without a single
 * usable key, is an error and leaves the keys we have in place (R26).
 */
export const createKeys = (deps: {
  readonly provider: Provider
  readonly fetch: OutboundFetch
  readonly metadata: Refreshed<ProviderMetadata>
  readonly clock: Clock
  readonly onSettled?: (outcome: SettledFetch<KeySet>) => void
  readonly pause?: Pause
}): Refreshed<KeySet> => {
  const { provider, fetch, metadata, clock, onSettled, pause } = deps
  const admitted = admittedAlgorithms(provider.signingAlgorithms)

  const fetchDocument = async (): Promise<Claims> => {
    const url = requireEndpoint(provider, await metadata.get(undefined), 'jwks')
    const accept = 'application/jwk-set+json, application/json'
    const answer = await fetch.call({ method: 'GET', url, headers: { accept } })
    const document = answer.status === 200 ? parseJsonObject(answer.text) : undefined
    if (document !== undefined) return document
    const what =
      answer.status === 200
        ? notJson(answer)
        : `answered with status ${answer.status}${withType(answer)}`
    throw new Fault('provider_unreachable', `${provider.name}: its jwks_uri ${url} ${what}.`)
  }

  return createRefreshed<KeySet>({
    clock,
    ...(onSettled === undefined ? {} : { onSettled }),
    ...(pause === undefined ? {} : { pause }),
    refreshMs: provider.keysRefreshMs,
    maxStaleMs: MAX_STALE_MS,
    load: async (previous) => {
      const { keys } = await fetchDocument()
      const listed = Array.isArray(keys) ? keys.filter(isKey).slice(0, MAX_KEYS) : []
      const set = new Map(listed.flatMap((jwk) => keysOf(jwk, admitted, previous)))
      if (set.size > 0) return set
      const what = `has no key for any of spec.signingAlgorithms (${listed.length} listed)`
      throw new Fault('provider_unreachable', `${provider.name}: its key set ${what}.`)
    },
  })
}

/** The keys of a set that may have signed a token with these header parameters. */
export type KeyChoice =
  | { readonly kind: 'keys'; readonly keys: readonly VerificationKey[] }
  /** The named key is published, but not for this algorithm. */
  | { readonly kind: 'unfit' }
  | { readonly kind: 'unknown' }

/**
 * What one token may cost: no provider has more keys of one algorithm under one name, or under
 * none.
 */
const MAX_TRIED = 8

/**
 * Chooses by `kid` and `alg`. Only a token that names no key may be tried against several (RFC 7515
 * section 4.1.4), and against eight at most.
 */
export const chooseKeys = (
  set: KeySet,
  algorithm: string,
  keyId: string | undefined,
): KeyChoice => {
  const named = [...set.values()].filter((key) => keyId === undefined || key.keyId === keyId)
  if (named.length === 0) return { kind: 'unknown' }
  const fitting = named.filter((key) => key.algorithm === algorithm)
  return fitting.length === 0
    ? { kind: 'unfit' }
    : { kind: 'keys', keys: fitting.slice(0, MAX_TRIED) }
}

/** How many distinct keys a set holds; a key that serves several algorithms counts once. */
export const countKeys = (set: KeySet): number => {
  const ids = [...set.values()].map(({ keyId, key }) => keyId ?? key)
  return new Set(ids).size
}
