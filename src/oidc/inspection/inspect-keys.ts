import type { Claims, Json } from '../../core/identity/identity.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import { shown } from '../provider/issuer.ts'
import { type KeySet, keyComplaint } from '../provider/keys.ts'
import { type ProviderMetadata, requireEndpoint } from '../provider/metadata.ts'
import type { ProviderHandle } from '../provider/provider-handle.ts'
import { type Finding, finding } from './finding.ts'

const isKey = (value: Json): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The key set as it is published, to say what is wrong with single keys. */
const published = async (
  { fetch, provider }: ProviderHandle,
  metadata: ProviderMetadata,
): Promise<readonly Claims[]> => {
  const url = requireEndpoint(provider, metadata, 'jwks')
  const accept = 'application/jwk-set+json, application/json'
  const { text } = await fetch.call({ method: 'GET', url, headers: { accept } })
  const keys = parseJsonObject(text)?.keys
  return Array.isArray(keys) ? keys.filter(isKey) : []
}

const nameOf = (jwk: Claims, index: number): string =>
  typeof jwk.kid === 'string'
    ? `Key ${shown(jwk.kid)}`
    : `Key number ${index + 1}, which has no kid`

const complaintsAbout = (keys: readonly Claims[], provider: Provider): readonly Finding[] =>
  keys.flatMap((jwk, index) => {
    const complaint = keyComplaint(jwk, provider.signingAlgorithms)
    if (complaint === undefined) return []
    return [finding('keys', 'unknown', `${nameOf(jwk, index)} is not used: ${complaint}`)]
  })

const MAX_LISTED = 20

const usableIn = (keys: KeySet): string => {
  const byName = Map.groupBy(keys.values(), ({ keyId }) => keyId ?? '')
  return [...byName]
    .slice(0, MAX_LISTED)
    .map(([keyId, of]) => {
      const algorithms = of.map(({ algorithm }) => algorithm).filter((one) => one !== 'Ed25519')
      return `${keyId === '' ? 'one without a kid' : shown(keyId)} for ${algorithms.join(', ')}`
    })
    .join('; ')
}

/** The keys in use, and why others are not. */
export const inspectKeys = async (
  handle: ProviderHandle,
  metadata: ProviderMetadata,
): Promise<readonly Finding[]> => {
  try {
    const keys = await handle.keys.get(undefined)
    const listed = await published(handle, metadata)
    return [
      finding('keys', 'well', `Usable of ${listed.length} listed: ${usableIn(keys)}`),
      ...complaintsAbout(listed, handle.provider),
    ]
  } catch (thrown) {
    const fault = handle.keys.status().fault ?? asFault(thrown)
    const listed = await published(handle, metadata).catch(() => [])
    return [finding('keys', 'problem', fault.message), ...complaintsAbout(listed, handle.provider)]
  }
}
