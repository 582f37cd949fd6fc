import type { Client } from '../../core/registration/client.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import { keyManagementOf } from '../token/encrypted-token.ts'
import { type Finding, finding } from './finding.ts'
import { listed } from './offers.ts'

const FIELD = '`idToken.decryptionKeyRef`'

const MEND = 'name one of RSA with 2048 bits or more, or on P-256, P-384, P-521 or X25519'

/** A key of several by its place, counted from 0 as in the list. */
const keyAt = (at: number, isAlone: boolean): string =>
  isAlone ? `The key that ${FIELD} names` : `Key ${at} of \`idToken\``

/** Whether the keys of a client open what its provider may encrypt; nothing without a key. */
export const inspectDecryption = (
  { decryptionKeys }: Pick<Client, 'decryptionKeys'>,
  { offers }: Pick<ProviderMetadata, 'offers'>,
): readonly Finding[] => {
  if (decryptionKeys === undefined) return []
  const isAlone = decryptionKeys.length === 1
  const uses = decryptionKeys.map((key) => keyManagementOf(key))
  const broken = uses.flatMap((use, at) =>
    use === undefined
      ? [finding('decryption', 'problem', `${keyAt(at, isAlone)} opens no tokens: ${MEND}`)]
      : [],
  )
  const ours = [...new Set(uses.flatMap((use) => use ?? []))]
  if (ours.length === 0) return broken
  const offered = offers.encryptionAlgorithms
  const opens = isAlone
    ? `the key that ${FIELD} names opens ${ours.join(', ')}`
    : `the keys of \`idToken\` open ${ours.join(', ')}`
  if (offered === undefined) {
    const text = `The metadata name no encryption of ID tokens; ${opens}`
    return [...broken, finding('decryption', 'unknown', text)]
  }
  const common = offered.filter((one) => ours.includes(one))
  if (common.length > 0) {
    const text = `ID tokens may be encrypted by ${listed(common)}`
    return [...broken, finding('decryption', 'well', text)]
  }
  const text = `The provider encrypts by ${listed(offered)}, and ${opens}: name a key of the other type, or register no encryption`
  return [...broken, finding('decryption', 'problem', text)]
}
