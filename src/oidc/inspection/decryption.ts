import type { Client } from '../../core/registration/client.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import { keyManagementOf } from '../token/encrypted-token.ts'
import { type Finding, finding } from './finding.ts'
import { listed } from './offers.ts'

const FIELD = '`idToken.decryptionKeyRef`'

/** Whether the key of a client opens what its provider may encrypt; nothing without a key. */
export const inspectDecryption = (
  { decryptionKey }: Pick<Client, 'decryptionKey'>,
  { offers }: Pick<ProviderMetadata, 'offers'>,
): readonly Finding[] => {
  if (decryptionKey === undefined) return []
  const ours = keyManagementOf(decryptionKey)
  if (ours === undefined) {
    const text = `The key that ${FIELD} names opens no tokens: name one of RSA with 2048 bits or more, or on P-256, P-384, P-521 or X25519`
    return [finding('decryption', 'problem', text)]
  }
  const offered = offers.encryptionAlgorithms
  const opens = `the key that ${FIELD} names opens ${ours.join(', ')}`
  if (offered === undefined) {
    const text = `The metadata name no encryption of ID tokens; ${opens}`
    return [finding('decryption', 'unknown', text)]
  }
  const common = offered.filter((one) => ours.includes(one))
  if (common.length > 0) {
    return [finding('decryption', 'well', `ID tokens may be encrypted by ${listed(common)}`)]
  }
  const text = `The provider encrypts by ${listed(offered)}, and ${opens}: name a key of the other type, or register no encryption`
  return [finding('decryption', 'problem', text)]
}
