import type { Client } from './client.ts'

/** The hosts whose Client ID Metadata Documents are taken. */
export interface DocumentHosts {
  /** Whether those of every host are. */
  readonly any: boolean
  /** Lower case. */
  readonly hosts: ReadonlySet<string>
  /** Those below a domain, at any depth; each begins with a dot. */
  readonly below: readonly string[]
}

/**
 * What stands in as authorization server of a host (RFC 8414), for clients that are known to nobody
 * before they come. Its issuer is the origin of the host.
 */
export interface AuthorizationServer {
  /** As whom it has end-users sign in at the provider, whose access tokens it hands on. */
  readonly client: Client
  /** Where codes may go besides the loopback interface, each byte for byte. */
  readonly redirectURIs: ReadonlySet<string>
  /** Absent: clients are known by registering alone. */
  readonly documentHosts?: DocumentHosts
}

/** Where an authorization server of ours is asked for something. */
export const AUTHORIZATION_SERVER_PATHS = {
  /** Its metadata (RFC 8414 section 3). */
  metadata: '/.well-known/oauth-authorization-server',
  /** Where clients look for the same of an OpenID provider, which it is not. */
  openid: '/.well-known/openid-configuration',
  register: '/oauth2/register',
  authorize: '/oauth2/authorize',
  /** Where the page that asks a person sends the answer. */
  consent: '/oauth2/consent',
  /** The redirect URI that the provider knows. */
  return: '/oauth2/return',
  token: '/oauth2/token',
} as const

/** What is asked for at one of them. */
export type AuthorizationServerEndpoint = keyof typeof AUTHORIZATION_SERVER_PATHS

/** The redirect URI that the provider of an authorization server knows, by the host. */
export const returnUriOf = ({ authority }: { readonly authority: string }): string =>
  `https://${authority}${AUTHORIZATION_SERVER_PATHS.return}`
