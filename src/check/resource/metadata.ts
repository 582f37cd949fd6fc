import type { Deny } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Json } from '../../core/identity/identity.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { type ProtectedResource, resourceUrlOf } from '../../core/policy/protected-resource.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf } from '../../core/request/return-url.ts'

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The metadata of a resource (RFC 9728 section 2), by the host that the caller came to. */
const membersOf = (
  request: Pick<Request, 'authority'>,
  { resources }: Pick<Policy, 'resources'>,
  resource: ProtectedResource,
): Readonly<Record<string, Json>> => {
  const { authorizationServers, scopes, name, documentationURL } = resource
  const isOurs = resources?.authorizationServer !== undefined
  return {
    resource: resourceUrlOf(request.authority, resource),
    authorization_servers: isOurs ? [originOf(request)] : authorizationServers,
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    ...(name === undefined ? {} : { resource_name: name }),
    ...(documentationURL === undefined ? {} : { resource_documentation: documentationURL }),
  }
}

/**
 * Answers whoever asks where to get a token (RFC 9728 section 3), nobody needing one for that:
 * always in JSON, as clients take a page or a redirect for the metadata, or give up.
 */
export const resourceMetadata = (
  request: Pick<Request, 'method' | 'authority'>,
  policy: Pick<Policy, 'name' | 'resources'>,
  resource: ProtectedResource | undefined,
): Deny => {
  const about = { policy: policy.name }
  if (!READING.has(request.method)) {
    const headers = [['allow', [...READING].join(', ')]] as const
    return deny('resource_method_not_allowed', { headers, content: 'problem', about })
  }
  return resource === undefined
    ? deny('resource_unknown', { content: 'problem', about })
    : deny('resource_metadata', {
        content: 'json',
        members: membersOf(request, policy, resource),
        about,
      })
}
