import { clientKeysPath } from '../../core/assertion/key-set.ts'
import type { Client } from '../../core/registration/client.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import { type Answer, withType } from '../../outbound/outbound-fetch.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import { plainText } from './authorization-response.ts'

/** What an endpoint answered instead of what it was asked for (RFC 6749 section 5.2). */
export interface Refusal {
  readonly status: number
  /** The error code; absent where the answer names none. */
  readonly error?: string
  /** For the log: error and description, or what came instead. */
  readonly detail: string
}

/** Parameters of a request that an answer may echo and a log may not hold. */
const SECRETS = [
  'code',
  'code_verifier',
  'refresh_token',
  'token',
  'subject_token',
  'actor_token',
  'client_secret',
  'username',
  'password',
  'state',
  'nonce',
  'login_hint',
  'id_token_hint',
  'request',
]
const ASSERTION = 'client_assertion'

/** Shorter ones would make a riddle of any sentence. */
const MIN_SECRET_LENGTH = 4

type Asking = Pick<Client, 'authentication'>

const secretsOf = (sent: URLSearchParams, client: Asking | undefined): readonly string[] => {
  const authentication = client?.authentication
  const held =
    authentication !== undefined && 'secret' in authentication ? [authentication.secret] : []
  const values = [...SECRETS, ASSERTION].flatMap((name) => sent.getAll(name))
  return [...held, ...values].filter(({ length }) => length >= MIN_SECRET_LENGTH)
}

/** Text of a provider without what we had sent it: some put the code that they refuse into it. */
const withoutEcho = (text: string, sent: URLSearchParams, client: Asking | undefined): string =>
  plainText(
    secretsOf(sent, client).reduce(
      (shown, secret) => shown.replaceAll(secret, '(not shown)'),
      text,
    ),
  )

const filled = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** What a body is that is no JSON object, as part of a sentence. */
export const namedBody = (answer: Answer): string => {
  const text = answer.text.trim()
  if (text === '') return 'an empty body'
  const what = text.startsWith('<') ? 'a page of HTML' : 'a body that is no JSON object'
  return what + withType(answer)
}

/** Whether an answer is a success by its status. */
export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300

/**
 * The refusal that an answer is: any status but 2xx, and 2xx with an `error`, which some providers
 * send as well. `client`: who asked, if anybody did.
 */
export const refusalIn = (
  answer: Answer,
  sent: URLSearchParams,
  client: Asking | undefined,
): Refusal | undefined => {
  const { status, text } = answer
  const document = parseJsonObject(text)
  if (filled(document?.error)) {
    const told = [document.error, document.error_description].filter(filled).join(': ')
    const error = withoutEcho(document.error, sent, client)
    return { status, error, detail: withoutEcho(told, sent, client) }
  }
  if (isSuccess(answer)) return undefined
  const body = document === undefined ? namedBody(answer) : 'JSON without `error`'
  return { status, detail: `status ${status} with ${body}` }
}

/** The cause of a fault in which it is the client itself that was refused. */
export const CLIENT_REFUSED = 'the client was refused'

/** Whether it is the client itself that was refused: `invalid_client`, or 401 and nothing else. */
export const isAboutClient = ({ status, error }: Refusal): boolean =>
  error === undefined ? status === 401 : error === 'invalid_client'

/**
 * Errors about somebody who may not have a token, whatever the reason: a wrong secret, an account
 * that is locked, a second factor that this way in cannot ask for.
 */
export const OF_PERSON: ReadonlySet<string> = new Set([
  'invalid_grant',
  'access_denied',
  'account_disabled',
  'consent_required',
  'interaction_required',
  'login_required',
  'mfa_required',
])

const TRANSIENT: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

/** Whether the provider says that it is unwell, and not that it does not want this request. */
export const isTransient = ({ error = '' }: Refusal): boolean => TRANSIENT.has(error)

const MAX_METHODS = 12

const credentialOf = ({ name, authentication }: Client): string => {
  if ('rotationMs' in authentication) {
    return `\`clientId\`, and that the provider fetches the keys of \`authentication.managedKey\` from ${clientKeysPath(name)} of \`http.listen\`, which it has to reach`
  }
  switch (authentication.method) {
    case 'none':
      return '`clientId`'
    case 'private_key_jwt':
      return '`clientId`, `authentication.keyId` and the key that `authentication.privateKeyRef` names'
    case 'tls_client_auth':
      return '`clientId`, and that the provider trusts the authority of the certificate that `authentication.certificateRef` names and expects its subject; what ends TLS in front of the provider has to ask for the certificate and hand it on'
    case 'self_signed_tls_client_auth':
      return '`clientId`, and that the certificate that `authentication.certificateRef` names is registered there; what ends TLS in front of the provider has to ask for the certificate and hand it on'
    case 'service_account_token':
      return '`clientId`, that the provider trusts the issuer of the cluster, and that it knows the subject of the service account for this client'
    case 'client_secret_basic':
    case 'client_secret_post':
    case 'client_secret_jwt':
      return '`clientId` and the Secret that `authentication.secretRef` names'
  }
}

/** What metadata call the way in which a client authenticates. */
export const listedMethodOf = ({ authentication: { method } }: Asking): string =>
  method === 'service_account_token' ? 'private_key_jwt' : method

/**
 * Why a client may have been refused, and the field that mends it. `listed`: the methods that the
 * metadata has for the endpoint; without any it means `client_secret_basic` (RFC 8414 section 2).
 */
export const whyClientRefused = (client: Client, listed: readonly string[] = []): string => {
  const { method } = client.authentication
  const names = listed.slice(0, MAX_METHODS).map(plainText).join(', ')
  const called = listedMethodOf(client)
  const used = `\`authentication.method\` is ${method}${called === method ? '' : `, which metadata call ${called}`}`
  if (listed.includes(called)) {
    return `${used}, which the metadata lists (${names}): check ${credentialOf(client)}`
  }
  if (listed.length > 0) return `${used}, and the metadata lists ${names}: choose one of these`
  if (method === 'client_secret_basic') {
    return `${used}, and the metadata lists no methods: check ${credentialOf(client)}, or try client_secret_post`
  }
  return `${used}, and the metadata lists no methods, which means client_secret_basic: choose the one that is registered, and check ${credentialOf(client)}`
}

/**
 * What metadata say against how a client authenticates; `undefined` if they offer it, or list
 * nothing. A public client need not be listed.
 */
export const methodNote = (
  client: Client,
  { authenticationMethods: { token: listed } }: Pick<ProviderMetadata, 'authenticationMethods'>,
): string | undefined => {
  const method = listedMethodOf(client)
  return listed === undefined || method === 'none' || listed.includes(method)
    ? undefined
    : whyClientRefused(client, listed)
}
