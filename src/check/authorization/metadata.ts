import type { Deny } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Json } from '../../core/identity/identity.ts'
import { AUTHORIZATION_SERVER_PATHS } from '../../core/registration/authorization-server.ts'
import { type Asking, aboutOf, issuerOf } from './issuer.ts'

const { authorize, register, token } = AUTHORIZATION_SERVER_PATHS

const OFFLINE = 'offline_access'

/** What clients may be granted: what the resources list, and a refresh token if the client may. */
const scopesOf = ({ policy, server }: Asking): readonly string[] => {
  const listed = (policy.resources?.list ?? []).flatMap(({ scopes }) => scopes)
  return [...new Set([...listed, ...server.client.scopes.filter((one) => one === OFFLINE)])]
}

/** The metadata of the authorization server (RFC 8414 section 2). */
const membersOf = (asking: Asking): Readonly<Record<string, Json>> => {
  const issuer = issuerOf(asking.request)
  const scopes = scopesOf(asking)
  return {
    issuer,
    authorization_endpoint: issuer + authorize,
    token_endpoint: issuer + token,
    registration_endpoint: issuer + register,
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ...(asking.server.documentHosts === undefined
      ? {}
      : { client_id_metadata_document_supported: true }),
  }
}

/** Answers whoever asks where to register and to send its user. */
export const serverMetadata = (asking: Asking): Deny => {
  const about = aboutOf(asking)
  const { canonical } = asking.request.path
  return canonical === AUTHORIZATION_SERVER_PATHS.metadata
    ? deny('authorization_server_metadata', { content: 'json', members: membersOf(asking), about })
    : deny('authorization_server_unknown', { content: 'problem', about })
}
