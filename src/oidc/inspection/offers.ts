import type { Provider } from '../../core/registration/provider.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import { shown } from '../provider/issuer.ts'
import { loginHindrance, type ProviderMetadata } from '../provider/metadata.ts'
import { type Finding, finding } from './finding.ts'

const MAX_LISTED = 20

/** A list that came from outside, as a message may show it. */
export const listed = (values: readonly string[]): string =>
  values
    .slice(0, MAX_LISTED)
    .map((value) => shown(value).replace(/^"|"$/g, ''))
    .join(', ')

const ofAlgorithms = ({ signingAlgorithms }: Provider, { offers }: ProviderMetadata): Finding => {
  const offered = offers.signingAlgorithms
  const ours = `spec.signingAlgorithms has ${signingAlgorithms.join(', ')}`
  if (offered === undefined) {
    return finding('algorithms', 'unknown', `The metadata name no algorithms; ${ours}`)
  }
  const admitted = admittedAlgorithms(signingAlgorithms)
  const common = offered.filter((one) => admitted.includes(one))
  if (common.length > 0) {
    return finding('algorithms', 'well', `Signed with ${listed(common)}, and ${ours}`)
  }
  const text = `The provider signs with ${listed(offered)}, and ${ours}: add the one that it uses`
  return finding('algorithms', 'problem', text)
}

const ofPkce = ({ offers }: ProviderMetadata): Finding => {
  const offered = offers.challengeMethods
  if (offered === undefined) {
    const text =
      'The metadata name no PKCE methods: S256 is sent, and ignored where it is not known'
    return finding('pkce', 'unknown', text)
  }
  return offered.includes('S256')
    ? finding('pkce', 'well', 'S256 is offered')
    : finding(
        'pkce',
        'warning',
        `S256, which is sent, is not among ${listed(offered)}: allow it there`,
      )
}

/** What the metadata offer, against what is asked of the provider. */
export const inspectOffers = (
  provider: Provider,
  metadata: ProviderMetadata,
): readonly Finding[] => [ofAlgorithms(provider, metadata), ofPkce(metadata)]

/** Why nobody can sign in, for a provider that a client refers to. */
export const inspectLogin = (
  provider: Provider,
  metadata: ProviderMetadata,
): readonly Finding[] => {
  const hindrance = loginHindrance(provider, metadata)
  return hindrance === undefined ? [] : [finding('endpoints', 'problem', hindrance)]
}
