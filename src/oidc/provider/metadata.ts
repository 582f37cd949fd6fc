import type { Claims } from '../../core/identity/identity.ts'
import type { RequestTerms } from '../../core/provider/request-terms.ts'
import { Fault } from '../../core/reason/fault.ts'
import {
  ENDPOINT_NAMES,
  type EndpointName,
  type Provider,
} from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import { notJson, parseJsonObject } from '../../outbound/json.ts'
import { type OutboundFetch, withType } from '../../outbound/outbound-fetch.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import { type Endpoints, METADATA_FIELDS, readEndpoints } from './endpoints.ts'
import { issuerDifference } from './issuer.ts'
import { listIn, profileTermsIn } from './profile-terms.ts'
import { createRefreshed, type Refreshed, type SettledFetch } from './refreshed.ts'

/** What we use of a provider's metadata: discovered, with the configured endpoints on top. */
export interface ProviderMetadata extends Endpoints {
  /** `authorization_response_iss_parameter_supported` (RFC 9207 section 3). */
  readonly sendsIssuer: boolean
  /** What it says of authorization requests. */
  readonly requests: RequestTerms
  /** `claims_parameter_supported` (OpenID Connect Discovery 1.0 section 3). */
  readonly takesClaimsParameter: boolean
  /** How clients may prove themselves, by endpoint; absent where the metadata do not say. */
  readonly authenticationMethods: AuthenticationMethods
  /** What else the provider says that it can do; absent where the metadata do not say. */
  readonly offers: Offers
}

/** Lists of the metadata that tell an operator much, and decide little here. */
export interface Offers {
  /** `id_token_signing_alg_values_supported`. */
  readonly signingAlgorithms?: readonly string[]
  /** `id_token_encryption_alg_values_supported`. */
  readonly encryptionAlgorithms?: readonly string[]
  /** `code_challenge_methods_supported` (RFC 8414 section 2). */
  readonly challengeMethods?: readonly string[]
  /** `grant_types_supported` (RFC 8414 section 2). */
  readonly grants?: readonly string[]
  /** `scopes_supported`. */
  readonly scopes?: readonly string[]
  /** `acr_values_supported`. */
  readonly contexts?: readonly string[]
  /** `introspection_signing_alg_values_supported` (RFC 9701 section 7). */
  readonly introspectionAlgorithms?: readonly string[]
  /** `authorization_signing_alg_values_supported` (JARM section 4). */
  readonly answerAlgorithms?: readonly string[]
  /** `dpop_signing_alg_values_supported` (RFC 9449 section 5.1). */
  readonly proofAlgorithms?: readonly string[]
  /** `tls_client_certificate_bound_access_tokens` (RFC 8705 section 3.3). */
  readonly bindsToCertificates?: boolean
  /** Whether there is a `registration_endpoint` (RFC 7591). */
  readonly registersClients?: boolean
  /** `client_id_metadata_document_supported` (draft-ietf-oauth-client-id-metadata-document). */
  readonly readsClientDocuments?: boolean
}

type AuthenticatedEndpoint = 'token' | 'revocation' | 'introspection'

type AuthenticationMethods = Readonly<Partial<Record<AuthenticatedEndpoint, readonly string[]>>>

/** The cause of the fault of a provider that calls itself otherwise than it is configured. */
export const ISSUER_MISMATCH = 'issuer mismatch'

const misconfigured = (provider: Provider, what: string, cause?: typeof ISSUER_MISMATCH): Fault =>
  new Fault('provider_misconfigured', `${provider.name}: ${what}.`, { cause })

/** Where the metadata are (OpenID Connect Discovery 1.0 section 4.1: no slash at the end). */
export const discoveryUrl = ({ issuer, metadataUrl }: Provider): string =>
  metadataUrl ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

const ELSEWHERE = 'correct spec.issuer, or set spec.metadataURL if the metadata are elsewhere'

const methodsIn = (document: Claims, endpoint: AuthenticatedEndpoint): AuthenticationMethods => {
  const methods = listIn(document, `${endpoint}_endpoint_auth_methods_supported`)
  return methods === undefined ? {} : { [endpoint]: methods }
}

const offersIn = (document: Claims): Offers => {
  const signingAlgorithms = listIn(document, 'id_token_signing_alg_values_supported')
  const encryptionAlgorithms = listIn(document, 'id_token_encryption_alg_values_supported')
  const challengeMethods = listIn(document, 'code_challenge_methods_supported')
  const grants = listIn(document, 'grant_types_supported')
  const scopes = listIn(document, 'scopes_supported')
  const contexts = listIn(document, 'acr_values_supported')
  const introspection = listIn(document, 'introspection_signing_alg_values_supported')
  const answers = listIn(document, 'authorization_signing_alg_values_supported')
  const proofs = listIn(document, 'dpop_signing_alg_values_supported')
  return {
    ...(signingAlgorithms === undefined ? {} : { signingAlgorithms }),
    ...(encryptionAlgorithms === undefined ? {} : { encryptionAlgorithms }),
    ...(challengeMethods === undefined ? {} : { challengeMethods }),
    ...(grants === undefined ? {} : { grants }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(contexts === undefined ? {} : { contexts }),
    ...(introspection === undefined ? {} : { introspectionAlgorithms: introspection }),
    ...(answers === undefined ? {} : { answerAlgorithms: answers }),
    ...(proofs === undefined ? {} : { proofAlgorithms: proofs }),
    ...(document.tls_client_certificate_bound_access_tokens === true
      ? { bindsToCertificates: true }
      : {}),
    ...(typeof document.registration_endpoint === 'string' ? { registersClients: true } : {}),
    ...(document.client_id_metadata_document_supported === true
      ? { readsClientDocuments: true }
      : {}),
  }
}

const termsIn = (document: Claims, read: Endpoints): RequestTerms => {
  const algorithms = listIn(document, 'request_object_signing_alg_values_supported')
  const responseModes = listIn(document, 'response_modes_supported')
  return {
    wantsPushed: document.require_pushed_authorization_requests === true,
    takesPushed: read.endpoints.pushedAuthorizationRequest !== undefined,
    profile: profileTermsIn(document, read),
    takesSigned: document.request_parameter_supported !== false,
    wantsSigned: document.require_signed_request_object === true,
    ...(algorithms === undefined ? {} : { algorithms }),
    ...(responseModes === undefined ? {} : { responseModes }),
  }
}

const discover = async (provider: Provider, fetch: OutboundFetch): Promise<Claims> => {
  const url = discoveryUrl(provider)
  const answer = await fetch.call({ method: 'GET', url, headers: { accept: 'application/json' } })
  if (answer.status !== 200) {
    const status = `answered with status ${answer.status}${withType(answer)}`
    throw misconfigured(provider, `${url} ${status}: ${ELSEWHERE}`)
  }
  const document = parseJsonObject(answer.text)
  if (document === undefined) {
    const message = `${provider.name}: ${url} ${notJson(answer)}: ${ELSEWHERE}.`
    throw new Fault('provider_unreachable', message)
  }
  if (document.issuer !== provider.issuer) {
    const difference = issuerDifference(provider.issuer, document.issuer)
    throw misconfigured(provider, `the issuer in its metadata ${difference}`, ISSUER_MISMATCH)
  }
  return document
}

const NEEDED = ['authorization', 'token', 'jwks'] as const

/** A needed endpoint that was good before is kept, and the answer that spoils it refused. */
const checkNeeded = (
  provider: Provider,
  { complaints }: Endpoints,
  previous: ProviderMetadata | undefined,
): void => {
  const spoilt = NEEDED.find(
    (name) => complaints[name] !== undefined && previous?.endpoints[name] !== undefined,
  )
  if (spoilt === undefined) return
  throw misconfigured(provider, `its ${METADATA_FIELDS[spoilt]} ${complaints[spoilt]}`)
}

/**
 * A provider's metadata, renewed on use. The issuer must be equal to the configured one, byte for
 * byte (OpenID Connect Discovery 1.0 section 4.3); an endpoint that is no https URL counts as
 * absent. Known endpoints outlive an unreachable provider without a limit: they are where it is
 * asked, not whom to trust.
 */
export const createMetadata = (deps: {
  readonly provider: Provider
  readonly fetch: OutboundFetch
  readonly outbound: OutboundOptions
  readonly clock: Clock
  readonly onSettled?: (outcome: SettledFetch<ProviderMetadata>) => void
}): Refreshed<ProviderMetadata> => {
  const { provider, fetch, outbound, clock, onSettled } = deps
  return createRefreshed({
    clock,
    ...(onSettled === undefined ? {} : { onSettled }),
    refreshMs: provider.discovery ? provider.metadataRefreshMs : Number.POSITIVE_INFINITY,
    maxStaleMs: Number.POSITIVE_INFINITY,
    load: async (previous) => {
      const document = provider.discovery ? await discover(provider, fetch) : {}
      const read = readEndpoints(document, provider, outbound)
      checkNeeded(provider, read, previous)
      return {
        ...read,
        sendsIssuer: document.authorization_response_iss_parameter_supported === true,
        requests: termsIn(document, read),
        takesClaimsParameter: document.claims_parameter_supported === true,
        authenticationMethods: {
          ...methodsIn(document, 'token'),
          ...methodsIn(document, 'revocation'),
          ...methodsIn(document, 'introspection'),
        },
        offers: offersIn(document),
      }
    },
  })
}

/** Why there is no endpoint of that name; completes a sentence that begins with the provider. */
const absenceOf = ({ complaints }: ProviderMetadata, name: EndpointName): string => {
  const complaint = complaints[name]
  const field = METADATA_FIELDS[name]
  const what = complaint === undefined ? `it has no ${field}` : `its ${field} ${complaint}`
  return `${what}: set spec.endpoints.${name} of the IdentityProvider`
}

/** What a login cannot do without. */
const FOR_LOGINS = ['authorization', 'token'] as const

/** Why nobody can sign in at a provider with this metadata, as a sentence. */
export const loginHindrance = (
  provider: Provider,
  metadata: ProviderMetadata,
): string | undefined => {
  const absent = FOR_LOGINS.find((name) => metadata.endpoints[name] === undefined)
  return absent === undefined ? undefined : `${provider.name}: ${absenceOf(metadata, absent)}.`
}

/** What is odd about metadata that can be used; sentences without their full stop. */
export const metadataNotes = (metadata: ProviderMetadata): readonly string[] => [
  ...ENDPOINT_NAMES.flatMap((name) => {
    const complaint = metadata.complaints[name]
    return complaint === undefined
      ? []
      : [`its ${METADATA_FIELDS[name]} ${complaint}: it counts as absent`]
  }),
  ...ENDPOINT_NAMES.flatMap((name) => {
    const complaint = metadata.aliasComplaints[name]
    const field = `mtls_endpoint_aliases.${METADATA_FIELDS[name]}`
    return complaint === undefined ? [] : [`its ${field} ${complaint}: it counts as absent`]
  }),
]

/**
 * The endpoint of that name.
 * @throws Fault `provider_misconfigured` if the provider has none that can be used, and why.
 */
export const requireEndpoint = (
  provider: Provider,
  metadata: ProviderMetadata,
  name: EndpointName,
): string => {
  const endpoint = metadata.endpoints[name]
  if (endpoint !== undefined) return endpoint
  throw misconfigured(provider, absenceOf(metadata, name))
}
