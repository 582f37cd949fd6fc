import type { ClientAuthentication } from '../../../core/registration/client.ts'
import {
  isPlainElsewhere,
  PROFILE_ALGORITHMS,
  type Profile,
} from '../../../core/registration/profile.ts'
import { ENDPOINT_NAMES, type Provider } from '../../../core/registration/provider.ts'
import type { OIDCClient } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'

/** The profile of a client as it is written. */
export type ProfileDraft = Pick<Profile, 'name' | 'binding'>

/**
 * What a client says of its profile; `undefined`: it has none. What of the object contradicts it,
 * the schema refuses.
 */
export const readProfile = ({
  profile,
  authentication,
  senderConstrained,
}: OIDCClient['spec']): ProfileDraft | undefined => {
  if (profile === 'None') return undefined
  const isSaid = senderConstrained !== undefined && senderConstrained !== 'None'
  const byItself = authentication.certificateRef === undefined ? 'DPoP' : 'MutualTLS'
  return { name: profile, binding: isSaid ? senderConstrained : byItself }
}

const WHY = 'the profile demands'

/** Endpoints that the profile has a client find in the metadata (section 5.3.3.1). */
const OF_PROFILE = ENDPOINT_NAMES.filter((name) => name !== 'endSession')

const signersOf = ({ signingAlgorithms }: Provider): Profile['algorithms'] =>
  PROFILE_ALGORITHMS.filter((algorithm) => signingAlgorithms.includes(algorithm))

const messagesFor = (provider: Provider): readonly string[] => {
  const { issuer, discovery, metadataUrl, endpoints, tenants, signingAlgorithms } = provider
  const written = OF_PROFILE.filter((name) => endpoints[name] !== undefined)
  const plain = [
    ['issuer', issuer],
    ['metadataURL', metadataUrl],
  ].flatMap(([field, url]) =>
    url !== undefined && isPlainElsewhere(url) ? [`${field} ${url}`] : [],
  )
  return [
    ...plain.map(
      (what) =>
        `has the ${what}, and ${WHY} https wherever something lies in between: set an https URL, or keep to localhost for a trial`,
    ),
    ...(discovery
      ? []
      : [
          `has discovery Disabled, and ${WHY} that all is asked of the metadata of the provider, PAR and its algorithms too: set discovery to Automatic`,
        ]),
    ...(discovery && written.length > 0
      ? [
          `has endpoints.${written.join(', endpoints.')}, and ${WHY} that a client takes endpoints from the metadata of the provider alone: remove what is set there`,
        ]
      : []),
    ...(tenants === undefined
      ? []
      : [
          `has tenants, and ${WHY} one issuer that metadata, answers and tokens name alike: make an IdentityProvider with the issuer of the one tenant`,
        ]),
    ...(signersOf(provider).length > 0
      ? []
      : [
          `has signingAlgorithms ${signingAlgorithms.join(', ')}, and ${WHY} one of ${PROFILE_ALGORITHMS.join(', ')}: add the one that the provider signs with`,
        ]),
  ]
}

/** Everything about a provider that contradicts the profile of a client of it. */
export const contradictions = (
  profile: ProfileDraft | undefined,
  provider: Provider,
): readonly Finding[] =>
  profile === undefined
    ? []
    : messagesFor(provider).map((what) => ({
        field: ['spec', 'profile'],
        message: `\`profile\` is ${profile.name}, and IdentityProvider ${provider.name} ${what}`,
        reason: 'ProviderUnsuitable',
      }))

const METHODS = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'] as const

/** What a client and its provider are held to, with how the client authenticates. */
export const profileFor = (
  draft: ProfileDraft | undefined,
  { method: written }: ClientAuthentication,
  provider: Provider,
): { readonly profile?: Profile } => {
  const method = METHODS.find((one) => one === written)
  if (draft === undefined || method === undefined) return {}
  return { profile: { ...draft, method, algorithms: signersOf(provider) } }
}
