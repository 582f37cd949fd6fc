import type { CallbackReading, RelyingParty } from '../../core/provider/relying-party.ts'
import type { Client } from '../../core/registration/client.ts'
import { withType } from '../../outbound/outbound-fetch.ts'
import { plainText } from '../client/authorization-response.ts'
import { scopesToRequest } from '../token/scopes.ts'
import { type Finding, finding } from './finding.ts'

/** What the authorization endpoint said to a request without a person. */
export interface AuthorizationAnswer {
  readonly status: number
  readonly text: string
  readonly contentType?: string
  readonly location?: string
}

/** What a provider says to a registered client whose person is not there. */
const NO_PERSON: ReadonlySet<string> = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
])

/** What mends a refusal, by its error. */
const REMEDIES: Readonly<Record<string, (client: Client) => string>> = {
  invalid_scope: (client) =>
    `correct \`scopes\` of the OIDCClient (${scopesToRequest(client).join(' ')} was asked for), or allow them at the provider`,
  unauthorized_client: () => 'allow this client the response type code at the provider',
  unsupported_response_type: () => 'allow this client the response type code at the provider',
  invalid_target: () => 'check `resources` of the OIDCClient',
}

const isSamePlace = (target: URL | null, redirectUri: string): target is URL =>
  target !== null && `${target.origin}${target.pathname}` === redirectUri

const ofError = (redirectUri: string, client: Client, reading: CallbackReading): Finding => {
  if (reading.kind === 'malformed') {
    const text = `The provider answers otherwise than it is asked to: ${reading.detail}`
    return finding('registration', 'problem', text)
  }
  const returned = reading.says
  const error = returned.get('error')
  if (error === null || NO_PERSON.has(error)) {
    return finding('registration', 'well', `The redirect URI ${redirectUri} is registered`)
  }
  const described = returned.get('error_description')
  const told = plainText(described === null ? error : `${error}: ${described}`)
  const remedy = REMEDIES[error]?.(client)
  const mend = remedy === undefined ? '' : `; ${remedy}`
  return finding('registration', 'problem', `Logins end with ${told}${mend}`)
}

/**
 * Whether the provider knows the redirect URI, by its answer to an authorization request with
 * `prompt=none`: one that it knows gets the answer, one that it does not know gets nothing
 * (RFC 6749 section 4.1.2.1). `read` reads what comes back to the client, which nobody verifies.
 */
export const judgeAuthorization = async (
  redirectUri: string,
  client: Client,
  answer: AuthorizationAnswer,
  read: RelyingParty['readCallback'],
): Promise<Finding> => {
  const { status, location } = answer
  const target = location === undefined ? null : URL.parse(location)
  if (isSamePlace(target, redirectUri)) {
    return ofError(redirectUri, client, await read(client, target.searchParams))
  }
  if (status >= 400 && status < 500) {
    const text = `The provider refuses the authorization request (status ${status}${withType(answer)}): register the redirect URI ${redirectUri} there, to the letter, for the client "${client.clientId}", and check \`clientId\``
    return finding('registration', 'problem', text)
  }
  const text = `Whether the redirect URI ${redirectUri} is registered is not said to who asks without a person (status ${status}): compare it with what is registered`
  return finding('registration', 'unknown', text)
}
