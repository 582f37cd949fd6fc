import type { Asking, Client, ClientAuthentication } from '../../core/registration/client.ts'

const audience = ({ assertionAudience }: { readonly assertionAudience: string }): string =>
  assertionAudience === 'TokenEndpoint' ? 'its token endpoint' : 'its issuer'

/** What of itself a client shows with every request to the provider. */
const proofOf = (authentication: ClientAuthentication): string => {
  const { method } = authentication
  switch (method) {
    case 'none':
      return 'nothing: it is a public one, or its Secret is not among the files'
    case 'client_secret_basic':
      return 'its id and secret in the header Authorization'
    case 'client_secret_post':
      return 'its id and secret in the body'
    case 'client_secret_jwt':
      return `an assertion for ${audience(authentication)}, signed with its secret`
    case 'private_key_jwt':
      return `an assertion for ${audience(authentication)}, signed by ${authentication.algorithm}`
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return 'its certificate in the TLS connection, at mtls_endpoint_aliases where there are any'
    case 'service_account_token':
      return `a token of its service account for ${audience(authentication)}`
  }
}

const WHEN = {
  Auto: (demand: string) => `where the metadata of the provider say ${demand}`,
  Always: () => 'each time',
  Never: () => 'at no time',
} as const

const pushedWords = ({ pushed }: Asking): string =>
  pushed === 'Never'
    ? 'the browser carries the request'
    : `the request is announced to the provider ${WHEN[pushed]('require_pushed_authorization_requests')}, and the browser then carries client_id and request_uri alone`

const signedWords = ({ signed, algorithm }: Asking): string => {
  if (signed === 'Never') return 'the request is not signed'
  const by =
    algorithm === undefined ? 'signed, for which there is no key,' : `signed by ${algorithm}`
  return `the request is ${by} ${WHEN[signed]('require_signed_request_object')}`
}

/** How a client proves itself to its provider, and how it asks for a login, a line each. */
export const loginWords = ({ authentication, asking }: Client): readonly string[] => [
  ...(asking.profile === undefined
    ? []
    : [`held to ${asking.profile.name} by \`profile\`, and the provider with it`]),
  `the client shows ${proofOf(authentication)} (${authentication.method})`,
  pushedWords(asking),
  signedWords(asking),
  `the answer comes by ${asking.responseMode}`,
]
