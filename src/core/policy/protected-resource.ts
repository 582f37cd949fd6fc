import type { AuthorizationServer } from '../registration/authorization-server.ts'

/** A part of a host whose callers find out for themselves how to get a token (RFC 9728). */
export interface ProtectedResource {
  /** It and all below it by segments; `/` is the whole host. */
  readonly path: string
  /** As the providers spell themselves; never empty, each once. */
  readonly authorizationServers: readonly string[]
  /** What its metadata list; empty where nothing is known. */
  readonly scopes: readonly string[]
  /** Of them, those that callers need for all of it. */
  readonly neededScopes: readonly string[]
  readonly name?: string
  readonly documentationURL?: string
}

/** The protected resources of a policy. */
export interface ProtectedResources {
  /** Those with the longest path first; never empty. */
  readonly list: readonly ProtectedResource[]
  /** The hosts that have them; absent: every host of the policy. */
  readonly hosts?: ReadonlySet<string>
  /** The one that callers know them on: on any other there are none. */
  readonly port: number
  /** What stands in for the providers, and is all that metadata name; absent: nothing does. */
  readonly authorizationServer?: AuthorizationServer
}

/** Below it lie the metadata of resources, by their paths (RFC 9728 section 3.1). */
export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource'

/** Where the metadata of a resource lie on its host. */
export const metadataPathOf = ({ path }: Pick<ProtectedResource, 'path'>): string =>
  path === '/' ? RESOURCE_METADATA_PATH : RESOURCE_METADATA_PATH + path

/**
 * The URL of a resource, which callers ask for tokens by (RFC 8707): without a slash at its end.
 */
export const resourceUrlOf = (
  authority: string,
  { path }: Pick<ProtectedResource, 'path'>,
): string => `https://${authority}${path === '/' ? '' : path}`
