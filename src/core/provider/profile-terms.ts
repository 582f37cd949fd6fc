import type { Asking } from '../registration/client.ts'
import { type Profile, signsMessages } from '../registration/profile.ts'

/** What a provider says of what a profile demands; a list is absent where metadata are silent. */
export interface ProfileTerms {
  /** `authorization_response_iss_parameter_supported` (RFC 9207 section 3). */
  readonly sendsIssuer: boolean
  /** `id_token_signing_alg_values_supported`. */
  readonly tokenAlgorithms?: readonly string[]
  /** `code_challenge_methods_supported` (RFC 8414 section 2). */
  readonly challengeMethods?: readonly string[]
  /** `token_endpoint_auth_methods_supported`. */
  readonly methods?: readonly string[]
  /** `token_endpoint_auth_signing_alg_values_supported`. */
  readonly assertionAlgorithms?: readonly string[]
  /** `dpop_signing_alg_values_supported` (RFC 9449 section 5.1). */
  readonly proofAlgorithms?: readonly string[]
  /** `tls_client_certificate_bound_access_tokens` (RFC 8705 section 3.3). */
  readonly bindsToCertificates: boolean
  /** `authorization_signing_alg_values_supported` (JARM section 4). */
  readonly answerAlgorithms?: readonly string[]
  /** Fields whose URLs are `http` and lead to another machine. */
  readonly plainEndpoints: readonly string[]
}

/** What else the metadata say that a profile is about. */
export interface OfferedToProfile {
  /** Whether there is an endpoint to push to. */
  readonly takesPushed: boolean
  /**
   * Whether request objects are taken: where `request_parameter_supported` is not `false`. Many
   * leave it out, and take them.
   */
  readonly takesSigned: boolean
  /** `require_signed_request_object` (RFC 9101 section 10.5). */
  readonly wantsSigned: boolean
  /** `request_object_signing_alg_values_supported`. */
  readonly algorithms?: readonly string[]
  /** `response_modes_supported`. */
  readonly responseModes?: readonly string[]
  readonly profile: ProfileTerms
}

/** Whether the requests of a client are signed. */
export const isSigned = (
  { signed }: Pick<Asking, 'signed'>,
  { wantsSigned }: Pick<OfferedToProfile, 'wantsSigned'>,
): boolean => signed === 'Always' || (signed === 'Auto' && wantsSigned)

/** One thing that a profile demands of a provider. */
export interface Demand {
  /** What is demanded; a sentence without its full stop. */
  readonly what: string
  /** What the metadata say instead, and completes a sentence about them; absent: it is offered. */
  readonly lack?: string
}

const MAX_LISTED = 12

const said = (field: string, list: readonly string[] | undefined): string => {
  if (list === undefined) return `have no ${field}`
  const shown = list
    .slice(0, MAX_LISTED)
    .join(', ')
    .replace(/[^ -~]/g, '?')
  return `list ${shown === '' ? 'nothing' : shown} in ${field}`
}

/** Ed25519 is what RFC 9864 calls the one curve of EdDSA that the profile knows. */
const has = (list: readonly string[], algorithm: string): boolean =>
  list.includes(algorithm) || (algorithm === 'EdDSA' && list.includes('Ed25519'))

const hasOne = (list: readonly string[] | undefined, wanted: readonly string[]): boolean =>
  list !== undefined && wanted.some((one) => has(list, one))

const demand = (what: string, isMet: boolean, lack: string): Demand =>
  isMet ? { what } : { what, lack }

const listing = (
  what: string,
  field: string,
  list: readonly string[] | undefined,
  wanted: readonly string[],
): Demand => demand(what, hasOne(list, wanted), said(field, list))

/** The same of what a provider need not say: silence is taken for consent. */
const listingIfAny = (...[what, field, list, wanted]: Parameters<typeof listing>): Demand =>
  list === undefined ? { what } : listing(what, field, list, wanted)

const ofBinding = ({ binding }: Profile, terms: ProfileTerms): Demand => {
  if (binding === 'DPoP') {
    const what = 'Access tokens are bound to a key by DPoP, with proofs signed by ES256'
    const field = 'dpop_signing_alg_values_supported'
    return listing(what, field, terms.proofAlgorithms, ['ES256'])
  }
  const what = 'Access tokens are bound to the certificate of the client'
  const lack = 'do not say tls_client_certificate_bound_access_tokens: true'
  return demand(what, terms.bindsToCertificates, lack)
}

const ofAssertion = (
  { algorithm }: Asking,
  { method }: Profile,
  { assertionAlgorithms }: ProfileTerms,
): readonly Demand[] => {
  if (method !== 'private_key_jwt' || algorithm === undefined) return []
  const what = `Client assertions are signed by ${algorithm}`
  const field = 'token_endpoint_auth_signing_alg_values_supported'
  return [listingIfAny(what, field, assertionAlgorithms, [algorithm])]
}

/** The answer is in a JWT, and `iss` with it (RFC 9207 section 2.4), or it is beside the code. */
const ofAnswer = ({ responseMode }: Asking, terms: ProfileTerms): readonly Demand[] => {
  if (responseMode.endsWith('.jwt')) return []
  const what = 'Answers to logins name the issuer (RFC 9207)'
  const lack = 'do not say authorization_response_iss_parameter_supported: true'
  return [demand(what, terms.sendsIssuer, lack)]
}

/** A client without a key signs nothing, and its provider is no part of that. */
const ofRequest = (asking: Asking, offered: OfferedToProfile): readonly Demand[] => {
  const { algorithm } = asking
  const { takesSigned, algorithms } = offered
  if (algorithm === undefined || !isSigned(asking, offered)) return []
  const what = `Login requests are signed by ${algorithm} (RFC 9101)`
  if (!takesSigned) return [{ what, lack: 'say request_parameter_supported: false' }]
  const field = 'request_object_signing_alg_values_supported'
  return [listingIfAny(what, field, algorithms, [algorithm])]
}

const ofMessages = (
  { responseMode }: Asking,
  profile: Profile,
  { responseModes, profile: terms }: OfferedToProfile,
): readonly Demand[] => {
  if (!signsMessages(profile)) return []
  const short = responseMode === 'query.jwt' ? ['jwt'] : []
  return [
    listingIfAny(
      `Answers to logins are signed JWTs (JARM), by ${responseMode}`,
      'response_modes_supported',
      responseModes,
      [responseMode, ...short],
    ),
    listingIfAny(
      `They are signed by ${profile.algorithms.join(' or ')}`,
      'authorization_signing_alg_values_supported',
      terms.answerAlgorithms,
      profile.algorithms,
    ),
  ]
}

/** All that a profile demands of a provider for a client, met or not. */
export const demandsOf = (
  asking: Asking,
  profile: Profile,
  offered: OfferedToProfile,
): readonly Demand[] => {
  const { profile: terms, takesPushed } = offered
  const { method, algorithms } = profile
  const { plainEndpoints } = terms
  return [
    demand(
      'Every endpoint is called by https',
      plainEndpoints.length === 0,
      `name an http URL of another machine as ${plainEndpoints.join(', ')}`,
    ),
    demand(
      'Logins are announced to the provider (RFC 9126)',
      takesPushed,
      'have no pushed_authorization_request_endpoint that can be used',
    ),
    listing(
      'Codes are bound to this browser by PKCE with S256',
      'code_challenge_methods_supported',
      terms.challengeMethods,
      ['S256'],
    ),
    ...ofAnswer(asking, terms),
    listing(
      `The client authenticates by ${method}`,
      'token_endpoint_auth_methods_supported',
      terms.methods,
      [method],
    ),
    ...ofAssertion(asking, profile, terms),
    listing(
      `ID tokens are signed by ${algorithms.join(' or ')}`,
      'id_token_signing_alg_values_supported',
      terms.tokenAlgorithms,
      algorithms,
    ),
    ofBinding(profile, terms),
    ...ofRequest(asking, offered),
    ...ofMessages(asking, profile, offered),
  ]
}

/**
 * Why a profile lets nobody sign in at a provider, with everything that is missing and what mends
 * it; without a full stop. `undefined`: the client has none, or all that it demands is offered.
 */
export const whyNotByProfile = (asking: Asking, offered: OfferedToProfile): string | undefined => {
  const { profile } = asking
  if (profile === undefined) return undefined
  const lacks = demandsOf(asking, profile, offered).flatMap(({ lack }) => lack ?? [])
  if (lacks.length === 0) return undefined
  return `\`profile\` is ${profile.name}, and the metadata of the provider ${lacks.join('; they ')}: have the provider offer what is missing, or set \`profile\` to None and what it does offer field by field`
}
