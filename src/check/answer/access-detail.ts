import type { Refusal } from '../../core/decision/decision.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Client } from '../../core/registration/client.ts'

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(' '))

type ScopeMissing = Refusal & { readonly kind: 'scope_missing' }

/** Which scopes are missing and which are there, for the log. */
const scopeDetail = (
  { required, alternatives = [] }: ScopeMissing,
  granted: readonly string[],
): string => {
  const missing = [required, ...alternatives].map((scopes) =>
    listed(scopes.filter((scope) => !granted.includes(scope))),
  )
  return `Missing: ${missing.join(', or ')}; granted: ${listed(granted)}.`
}

type ClaimRefused = Refusal & { readonly kind: 'claim_refused' }

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

const placesLookedAt = (identity: Identity | undefined, client: Client | undefined): string => {
  if (identity?.via === 'bearer') return 'the access token'
  if (identity !== undefined && identity.via !== 'session') return 'what the provider says of it'
  const more = fieldsForMoreClaims(client)
  const looked = places(client).join(' and ')
  if (more.length === 0) return looked
  return `${looked}; ${more.join(' and ')} of the OIDCClient would have more looked at`
}

/** Why a claim does not do: without its value. */
const claimDetail = (
  { claim, state }: ClaimRefused,
  identity: Identity | undefined,
  client: Client | undefined,
): string => {
  switch (state) {
    case 'present':
      return `The claim ${claim} does not satisfy the rule.`
    case 'object':
      return `The claim ${claim} is an object, and only texts, numbers, booleans and lists of those can be compared.`
    case 'mixed_list':
      return `The claim ${claim} is a list that holds objects or lists, and only texts, numbers and booleans can be compared.`
    case 'absent':
      return `The claim ${claim} is absent from ${placesLookedAt(identity, client)}.`
    case 'elsewhere':
      return `The provider left the claim ${claim} out and says that it is elsewhere, as it does when there are too many values: have it send fewer, such as the groups of this application alone, or list in \`claimSources\` of the IdentityProvider who says it instead, in a signed JWT.`
  }
}

/** What a clause found wrong, for the log: names what was asked for, and never a claim's value. */
export const refusalDetail = (
  refusal: Refusal,
  identity: Identity | undefined,
  client: Client | undefined,
): string => {
  switch (refusal.kind) {
    case 'scope_missing':
      return scopeDetail(refusal, identity?.scopes ?? [])
    case 'claim_refused':
      return claimDetail(refusal, identity, client)
    case 'step_up':
    case 'clause_refused':
      return refusal.detail
    case 'platform_refused': {
      const why = refusalDetail(refusal.refusal, identity, client)
      return `Required by the platform (${refusal.by}): ${why}`
    }
    case 'none_holds': {
      const each = refusal.each.map(
        (one, index) => `(${index + 1}) ${refusalDetail(one, identity, client)}`,
      )
      return `No alternative holds: ${each.join(' ')}`
    }
  }
}
