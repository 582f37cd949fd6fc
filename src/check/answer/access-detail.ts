import type { Access } from '../../core/decision/decision.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Client } from '../../core/policy/policy.ts'

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(' '))

/** Which scopes are missing and which are there, for the log. */
export const scopeDetail = (required: readonly string[], granted: readonly string[]): string => {
  const missing = required.filter((scope) => !granted.includes(scope))
  return `Missing: ${listed(missing)}; granted: ${listed(granted)}.`
}

type ClaimRefused = Access & { readonly kind: 'claim_refused' }

const places = (client: Client | undefined): readonly string[] => [
  'the ID token',
  ...(client?.accessTokenClaims === 'Merge' ? ['the access token'] : []),
  ...(client === undefined || client.userinfo === 'Never' ? [] : ['the userinfo answer']),
]

/** The fields of a client that would have more places looked at for claims of a session. */
export const fieldsForMoreClaims = (client: Client | undefined): readonly string[] => [
  ...(client?.accessTokenClaims === 'Merge' ? [] : ['claims.accessToken']),
  ...(client === undefined || client.userinfo === 'Never' ? ['claims.userinfo'] : []),
]

const placesLookedAt = (identity: Identity, client: Client | undefined): string => {
  if (identity.via === 'bearer') return 'the access token'
  const more = fieldsForMoreClaims(client)
  const looked = places(client).join(' and ')
  if (more.length === 0) return looked
  return `${looked}; ${more.join(' and ')} of the OIDCClient would have more looked at`
}

/** Why a claim does not do, for the log: without its value. */
export const claimDetail = (
  { claim, state }: ClaimRefused,
  identity: Identity,
  client: Client | undefined,
): string => {
  switch (state) {
    case 'present':
      return `The claim ${claim} does not satisfy the rule.`
    case 'absent':
      return `The claim ${claim} is absent from ${placesLookedAt(identity, client)}.`
    case 'elsewhere':
      return `The provider left the claim ${claim} out and says that it is elsewhere, as it does when there are too many values: have it send fewer, such as the groups of this application alone.`
  }
}
