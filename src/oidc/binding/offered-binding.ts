import type { Client } from '../../core/registration/client.ts'
import { shown } from '../provider/issuer.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import { OWN_ALGORITHM } from './own-key.ts'

/** What stands against binding the tokens of a client. */
export interface BindingDoubt {
  /** Whether no login can come to an end; else the metadata need not say everything. */
  readonly isCertain: boolean
  /** Without its full stop. */
  readonly why: string
}

const MAX_LISTED = 12

const otherwise = (value: string): string =>
  `a provider that issues tokens without has every login refused (access_token_unbound): have it bind the tokens of this client, or set \`senderConstrained\` to ${value}`

const ofProofs = (algorithms: readonly string[] | undefined): BindingDoubt | undefined => {
  const ours = '`senderConstrained` is DPoP'
  if (algorithms === undefined) {
    const why = `${ours}, and the metadata do not name it (dpop_signing_alg_values_supported); ${otherwise('MutualTLS or None')}`
    return { isCertain: false, why }
  }
  if (algorithms.includes(OWN_ALGORITHM)) return undefined
  const listed = algorithms.slice(0, MAX_LISTED).map(shown).join(', ')
  const why = `${ours}, whose proofs are made by ${OWN_ALGORITHM}, and the metadata list ${listed}: allow ${OWN_ALGORITHM} there`
  return { isCertain: true, why }
}

const NO_CERTIFICATES = `\`senderConstrained\` is MutualTLS, and the metadata do not say tls_client_certificate_bound_access_tokens; ${otherwise('DPoP or None')}`

/** What metadata say against it; `undefined` if they offer it, or nothing is asked for. */
export const bindingDoubt = (
  { senderConstrained }: Pick<Client, 'senderConstrained'>,
  { offers }: Pick<ProviderMetadata, 'offers'>,
): BindingDoubt | undefined => {
  switch (senderConstrained) {
    case 'None':
      return undefined
    case 'DPoP':
      return ofProofs(offers.proofAlgorithms)
    case 'MutualTLS':
      return offers.bindsToCertificates === true
        ? undefined
        : { isCertain: false, why: NO_CERTIFICATES }
  }
}
