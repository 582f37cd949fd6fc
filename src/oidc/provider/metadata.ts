import type { Claims } from '../../core/identity/identity.ts'
import { ENDPOINT_NAMES, type EndpointName, type Provider } from '../../core/policy/policy.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { OutboundOptions } from '../outbound/outbound-options.ts'
import { parseJsonObject } from './json.ts'
import type { ProviderFetch } from './provider-fetch.ts'
import { createRefreshed, type Refreshed } from './refreshed.ts'

/** What we use of a provider's metadata: discovered, with the configured endpoints on top. */
export interface ProviderMetadata {
  readonly endpoints: Readonly<Partial<Record<EndpointName, string>>>
  /** `authorization_response_iss_parameter_supported` (RFC 9207 section 3). */
  readonly sendsIssuer: boolean
  /** How clients may prove themselves, by endpoint; absent where the metadata do not say. */
  readonly authenticationMethods: AuthenticationMethods
}

type AuthenticationMethods = Readonly<Partial<Record<'token' | 'revocation', readonly string[]>>>

const FIELDS = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  jwks: 'jwks_uri',
  userinfo: 'userinfo_endpoint',
  endSession: 'end_session_endpoint',
  revocation: 'revocation_endpoint',
} as const satisfies Record<EndpointName, string>

/** The cause of the fault of a provider that calls itself otherwise than it is configured. */
export const ISSUER_MISMATCH = 'issuer mismatch'

const misconfigured = (provider: Provider, what: string, cause?: typeof ISSUER_MISMATCH): Fault =>
  new Fault('provider_misconfigured', `${provider.name}: ${what}.`, { cause })

/** OpenID Connect Discovery 1.0 section 4.1: a terminating slash of the issuer goes first. */
const discoveryUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

const isSafeEndpoint = (text: string, outbound: OutboundOptions): boolean => {
  const url = URL.parse(text)
  const isPlain = url?.protocol === 'http:' && outbound.allowInsecureIssuers === true
  return (url?.protocol === 'https:' || isPlain) && url?.hash === '' && url.username === ''
}

const endpointsOf = (
  document: Claims,
  provider: Provider,
  outbound: OutboundOptions,
): ProviderMetadata['endpoints'] => {
  const endpoints: Partial<Record<EndpointName, string>> = {}
  for (const name of ENDPOINT_NAMES) {
    const endpoint = provider.endpoints[name] ?? document[FIELDS[name]]
    if (endpoint === undefined) continue
    if (typeof endpoint !== 'string' || !isSafeEndpoint(endpoint, outbound)) {
      throw misconfigured(provider, `${FIELDS[name]} is not an https URL`)
    }
    endpoints[name] = endpoint
  }
  return endpoints
}

const methodsIn = (document: Claims, endpoint: 'token' | 'revocation'): AuthenticationMethods => {
  const methods = document[`${endpoint}_endpoint_auth_methods_supported`]
  if (!Array.isArray(methods)) return {}
  return { [endpoint]: methods.filter((method) => typeof method === 'string') }
}

const discover = async (provider: Provider, fetch: ProviderFetch): Promise<Claims> => {
  const url = discoveryUrl(provider.issuer)
  const answer = await fetch.call({ method: 'GET', url, headers: { accept: 'application/json' } })
  if (answer.status !== 200) {
    throw misconfigured(provider, `${url} answered with status ${answer.status}`)
  }
  const document = parseJsonObject(answer.text)
  if (document === undefined) {
    throw new Fault('provider_unreachable', `${provider.name}: ${url} did not answer with JSON.`)
  }
  if (document.issuer !== provider.issuer) {
    const what = `its metadata does not name the issuer ${provider.issuer}`
    throw misconfigured(provider, what, ISSUER_MISMATCH)
  }
  return document
}

/**
 * A provider's metadata, renewed on use. The issuer must be equal to the configured one, byte for
 * byte (OpenID Connect Discovery 1.0 section 4.3), every endpoint https. Known endpoints outlive an
 * unreachable provider without a limit: they are where it is asked, not whom to trust.
 */
export const createMetadata = (deps: {
  readonly provider: Provider
  readonly fetch: ProviderFetch
  readonly outbound: OutboundOptions
  readonly clock: Clock
}): Refreshed<ProviderMetadata> => {
  const { provider, fetch, outbound, clock } = deps
  return createRefreshed({
    clock,
    refreshMs: provider.discovery ? provider.metadataRefreshMs : Number.POSITIVE_INFINITY,
    maxStaleMs: Number.POSITIVE_INFINITY,
    load: async () => {
      const document = provider.discovery ? await discover(provider, fetch) : {}
      return {
        endpoints: endpointsOf(document, provider, outbound),
        sendsIssuer: document.authorization_response_iss_parameter_supported === true,
        authenticationMethods: {
          ...methodsIn(document, 'token'),
          ...methodsIn(document, 'revocation'),
        },
      }
    },
  })
}

/**
 * The endpoint of that name.
 * @throws Fault `provider_misconfigured` if the provider has none.
 */
export const requireEndpoint = (
  provider: Provider,
  metadata: ProviderMetadata,
  name: EndpointName,
): string => {
  const endpoint = metadata.endpoints[name]
  if (endpoint === undefined) throw misconfigured(provider, `it has no ${FIELDS[name]}`)
  return endpoint
}
