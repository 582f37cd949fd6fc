import type { Claims } from '../../core/identity/identity.ts'
import {
  ENDPOINT_NAMES,
  type EndpointName,
  type Provider,
} from '../../core/registration/provider.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import { shown } from './issuer.ts'

/** The endpoints of a provider: those that can be used, and what is wrong with others. */
export interface Endpoints {
  readonly endpoints: Readonly<Partial<Record<EndpointName, string>>>
  /**
   * Endpoints that are named, but not by a URL that may be called; they count as absent. Each
   * completes a sentence that begins with the name of the field.
   */
  readonly complaints: Readonly<Partial<Record<EndpointName, string>>>
  /**
   * Where a client that shows a certificate calls instead (`mtls_endpoint_aliases`, RFC 8705
   * section 5); none for an endpoint that is configured.
   */
  readonly aliases: Readonly<Partial<Record<EndpointName, string>>>
  /** Aliases that count as absent, as `complaints` has it. */
  readonly aliasComplaints: Readonly<Partial<Record<EndpointName, string>>>
}

/** What metadata call the endpoints (OpenID Connect Discovery 1.0 section 3). */
export const METADATA_FIELDS = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  jwks: 'jwks_uri',
  userinfo: 'userinfo_endpoint',
  introspection: 'introspection_endpoint',
  endSession: 'end_session_endpoint',
  revocation: 'revocation_endpoint',
  pushedAuthorizationRequest: 'pushed_authorization_request_endpoint',
} as const satisfies Record<EndpointName, string>

const complaintAbout = (value: unknown, outbound: OutboundOptions): string | undefined => {
  const what = `is ${shown(value)}`
  if (typeof value !== 'string' || value === '') return what
  const url = URL.parse(value)
  if (url === null) return `${what}, which is no absolute URL`
  const isPlain = url.protocol === 'http:' && outbound.allowInsecureIssuers === true
  if (url.protocol !== 'https:' && !isPlain) return `${what}, which is no https URL`
  if (url.username !== '' || url.password !== '') return `${what}, with userinfo in front of it`
  return url.hash === '' ? undefined : `${what}, which has a fragment`
}

/** URLs that may be called, and what is wrong with the others. */
const readEach = (
  given: (name: EndpointName) => unknown,
  outbound: OutboundOptions,
): readonly [
  good: Partial<Record<EndpointName, string>>,
  complaints: Partial<Record<EndpointName, string>>,
] => {
  const good: Partial<Record<EndpointName, string>> = {}
  const complaints: Partial<Record<EndpointName, string>> = {}
  for (const name of ENDPOINT_NAMES) {
    const value = given(name)
    if (value === undefined) continue
    const complaint = complaintAbout(value, outbound)
    if (complaint !== undefined) complaints[name] = complaint
    else if (typeof value === 'string') good[name] = value
  }
  return [good, complaints]
}

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const aliasesIn = ({ mtls_endpoint_aliases: aliases }: Claims): Claims =>
  isObject(aliases) ? aliases : {}

/**
 * Reads the endpoints of metadata, those that are configured on top. A provider is not refused over
 * an endpoint that perhaps nobody needs: whoever needs it is told.
 */
export const readEndpoints = (
  document: Claims,
  provider: Provider,
  outbound: OutboundOptions,
): Endpoints => {
  const configured = provider.endpoints
  const named = aliasesIn(document)
  const [endpoints, complaints] = readEach(
    (name) => configured[name] ?? document[METADATA_FIELDS[name]],
    outbound,
  )
  const [aliases, aliasComplaints] = readEach(
    (name) => (configured[name] === undefined ? named[METADATA_FIELDS[name]] : undefined),
    outbound,
  )
  return { endpoints, complaints, aliases, aliasComplaints }
}

/** The endpoints as a client calls them that shows a certificate, or none. */
export const endpointsFor = (
  { endpoints, aliases }: Pick<Endpoints, 'endpoints' | 'aliases'>,
  showsCertificate: boolean,
): Endpoints['endpoints'] => (showsCertificate ? { ...endpoints, ...aliases } : endpoints)
