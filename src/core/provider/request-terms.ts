import type { Asking, ResponseMode } from '../registration/client.ts'
import { isSigned, type OfferedToProfile, whyNotByProfile } from './profile-terms.ts'

/** What a provider says of authorization requests. */
export interface RequestTerms extends OfferedToProfile {
  /** `require_pushed_authorization_requests` (RFC 9126 section 5). */
  readonly wantsPushed: boolean
}

/** Whether the requests of a client are pushed to its provider. */
export const isPushed = (
  { pushed }: Pick<Asking, 'pushed'>,
  { wantsPushed }: RequestTerms,
): boolean => pushed === 'Always' || (pushed === 'Auto' && wantsPushed)

/** What one RSA key can do, the best first. */
const RSA = ['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']

/**
 * What a client signs its requests with, by the name that its provider has for it: the algorithm of
 * its key, or another one of the same key where the provider does not take that and no profile is
 * in force (FAPI 2.0 Security Profile section 5.4.1). `undefined`: there is none.
 */
export const requestAlgorithm = (
  { algorithm, profile }: Asking,
  { algorithms }: RequestTerms,
): string | undefined => {
  if (algorithm === undefined || algorithms === undefined || algorithms.includes(algorithm)) {
    return algorithm
  }
  // RFC 9864 has another name for it.
  if (algorithm === 'EdDSA') return algorithms.includes('Ed25519') ? 'Ed25519' : undefined
  const hasOthers = profile === undefined && RSA.includes(algorithm)
  return hasOthers ? RSA.find((one) => algorithms.includes(one)) : undefined
}

const DEMANDED = (field: string): string => `the metadata of the provider say ${field}`

const whyNotPushed = ({ pushed }: Asking, terms: RequestTerms): string | undefined => {
  const demanded = DEMANDED('require_pushed_authorization_requests')
  if (pushed === 'Never' && terms.wantsPushed) {
    return `\`authorizationRequest.pushed\` is Never, and ${demanded}: set it to Auto`
  }
  if (terms.takesPushed || !isPushed({ pushed }, terms)) return undefined
  const isOurs = pushed === 'Always'
  const why = isOurs ? '`authorizationRequest.pushed` is Always' : demanded
  const other = isOurs ? ', or `authorizationRequest.pushed` to Auto' : ''
  return `${why}, and the provider has no pushed_authorization_request_endpoint that can be used: set \`endpoints.pushedAuthorizationRequest\` of the IdentityProvider${other}`
}

const MAX_LISTED = 12

const listed = (values: readonly string[] = []): string =>
  values
    .slice(0, MAX_LISTED)
    .join(', ')
    .replace(/[^ -~]/g, '?')

const whyNotSigned = (asking: Asking, terms: RequestTerms): string | undefined => {
  const demanded = DEMANDED('require_signed_request_object')
  if (asking.signed === 'Never' && terms.wantsSigned) {
    return `\`authorizationRequest.signed\` is Never, and ${demanded}: set it to Auto`
  }
  if (!isSigned(asking, terms)) return undefined
  const isTaken = requestAlgorithm(asking, terms) !== undefined
  if (isTaken && terms.takesSigned) return undefined
  const why = asking.signed === 'Always' ? '`authorizationRequest.signed` is Always' : demanded
  if (asking.algorithm === undefined) {
    return `${why}, and the client has no key to sign with: set \`authentication.method\` to private_key_jwt`
  }
  if (!terms.takesSigned) {
    const mend =
      asking.signed === 'Always' && !terms.wantsSigned ? ', or set the field to Auto' : ''
    return `${why}, and ${DEMANDED('request_parameter_supported: false')}: allow request objects there${mend}`
  }
  return `${why}, the key of the client signs by ${asking.algorithm}, and the provider takes ${listed(terms.algorithms)}: give the client a key of one of these, and set \`authentication.algorithm\``
}

/** JARM section 2.3.4: `jwt` alone is what suits the flow, which for a code is `query.jwt`. */
const isOffered = (wanted: ResponseMode, { responseModes }: RequestTerms): boolean =>
  responseModes?.some((mode) => mode === wanted || (mode === 'jwt' && wanted === 'query.jwt')) ??
  true

const whyNotAnswered = ({ responseMode }: Asking, terms: RequestTerms): string | undefined =>
  responseMode === 'query' || isOffered(responseMode, terms)
    ? undefined
    : `\`authorizationRequest.responseMode\` is ${responseMode}, and the metadata of the provider list ${listed(terms.responseModes)}: set it to one of these, or allow ${responseMode} there`

/**
 * Why a client cannot ask its provider to sign anybody in, with the field that mends it; without a
 * full stop.
 */
export const whyNotAsked = (asking: Asking, terms: RequestTerms): string | undefined =>
  whyNotByProfile(asking, terms) ??
  whyNotPushed(asking, terms) ??
  whyNotSigned(asking, terms) ??
  whyNotAnswered(asking, terms)
