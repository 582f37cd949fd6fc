import { X509Certificate } from 'node:crypto'
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { CERTIFICATE_HEADER, VERIFIED_HEADER } from './tls-front.ts'

/** What the settings of a provider say of certificates. */
interface CertificateSettings {
  readonly mutualTlsOrigin: string | undefined
  readonly bindsToCertificates: boolean
}

type MutualTls = NonNullable<Configuration['features']>['mTLS']

const certificateIn = (ctx: KoaContextWithOIDC): string =>
  decodeURIComponent(ctx.get(CERTIFICATE_HEADER))

/** The certificate of the caller, as Envoy passes it on where it is told to. */
const certificateTold = (ctx: KoaContextWithOIDC): string | undefined => {
  const [, encoded] = /Cert="([^"]*)"/.exec(ctx.get('x-forwarded-client-cert')) ?? []
  return encoded === undefined ? undefined : decodeURIComponent(encoded)
}

const BINDING: MutualTls = {
  enabled: true,
  certificateBoundAccessTokens: true,
  getCertificate: certificateTold,
}

/** Certificates as Envoy or the front hands them on, and by whose word. */
export const mutualTls = (settings: CertificateSettings): MutualTls => {
  if (settings.bindsToCertificates) return BINDING
  const isOffered = settings.mutualTlsOrigin !== undefined
  return {
    enabled: isOffered,
    certificateBoundAccessTokens: isOffered,
    tlsClientAuth: isOffered,
    selfSignedTlsClientAuth: isOffered,
    getCertificate: (ctx) => certificateIn(ctx) || undefined,
    certificateAuthorized: (ctx) => ctx.get(VERIFIED_HEADER) === 'yes',
    certificateSubjectMatches: (ctx, property, expected) =>
      property === 'tls_client_auth_subject_dn' &&
      new X509Certificate(certificateIn(ctx)).subject === expected,
  }
}

const AUTHENTICATION: NonNullable<Configuration['clientAuthMethods']> = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
]

const ALIASED = {
  token_endpoint: '/token',
  pushed_authorization_request_endpoint: '/request',
  introspection_endpoint: '/token/introspection',
  revocation_endpoint: '/token/revocation',
  userinfo_endpoint: '/me',
}

/** How clients authenticate by certificate, and where; nothing if there is no such place. */
export const certificateSettings = ({
  mutualTlsOrigin: origin,
}: CertificateSettings): Pick<Configuration, 'clientAuthMethods' | 'discovery'> =>
  origin === undefined
    ? {}
    : {
        discovery: {
          mtls_endpoint_aliases: Object.fromEntries(
            Object.entries(ALIASED).map(([name, path]) => [name, origin + path]),
          ),
        },
        clientAuthMethods: AUTHENTICATION,
      }
