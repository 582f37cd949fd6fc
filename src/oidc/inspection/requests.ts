import { demandsOf, isSigned } from '../../core/provider/profile-terms.ts'
import { isPushed, requestAlgorithm, whyNotAsked } from '../../core/provider/request-terms.ts'
import type { Asking, Client } from '../../core/registration/client.ts'
import type { Profile } from '../../core/registration/profile.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import { type Finding, finding } from './finding.ts'
import { listed } from './offers.ts'

const ofAnswers = (
  { signingAlgorithms }: Provider,
  offered: readonly string[] | undefined,
): Finding => {
  const admitted = admittedAlgorithms(signingAlgorithms)
  if (offered === undefined || offered.some((one) => admitted.includes(one))) {
    return finding('requests', 'well', 'Answers are to be signed by the provider (JARM)')
  }
  const text = `The provider signs answers with ${listed(offered)}, and spec.signingAlgorithms has ${signingAlgorithms.join(', ')}: add the one that it uses`
  return finding('requests', 'problem', text)
}

/** What a profile demands of a provider, a line each, and whether that is offered. */
const inspectProfile = (
  asking: Asking,
  profile: Profile,
  requests: ProviderMetadata['requests'],
): readonly Finding[] =>
  demandsOf(asking, profile, requests).map(({ what, lack }) => {
    const demanded = `${profile.name}: ${what.replace(/^[A-Z](?=[a-z]* )/, (one) => one.toLowerCase())}`
    return lack === undefined
      ? finding('profile', 'well', demanded)
      : finding(
          'profile',
          'problem',
          `${demanded}, and the metadata of the provider ${lack}: have it offer that to this client`,
        )
  })

/** Whether a provider takes logins as a client asks for them. */
export const inspectRequests = (
  { asking, provider }: Pick<Client, 'asking' | 'provider'>,
  { requests, offers }: Pick<ProviderMetadata, 'requests' | 'offers'>,
): readonly Finding[] => {
  const why = whyNotAsked(asking, requests)
  if (asking.profile !== undefined) {
    const demands = inspectProfile(asking, asking.profile, requests)
    const isOffered = demands.every(({ state }) => state === 'well')
    return why !== undefined && isOffered
      ? [...demands, finding('requests', 'problem', why)]
      : demands
  }
  if (why !== undefined) return [finding('requests', 'problem', why)]
  const way = isPushed(asking, requests)
    ? 'Logins are announced to the provider first (RFC 9126)'
    : 'Logins are asked for through the browser alone'
  const signed = isSigned(asking, requests)
    ? `signed by ${requestAlgorithm(asking, requests)} (RFC 9101)`
    : 'not signed'
  return [
    finding('requests', 'well', `${way}, ${signed}`),
    ...(asking.responseMode.endsWith('.jwt') ? [ofAnswers(provider, offers.answerAlgorithms)] : []),
  ]
}
