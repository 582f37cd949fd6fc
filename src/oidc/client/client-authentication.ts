import type {
  ClientAuth,
  ModifyAssertionFunction,
  PrivateKey as PrivateKeyOfLibrary,
} from 'openid-client'
import { Fault } from '../../core/reason/fault.ts'
import type {
  AssertionAudience,
  Client,
  ClientAuthentication,
  ManagedKeyAuthentication,
  ServiceAccountAuthentication,
} from '../../core/registration/client.ts'
import { cryptoKeyOf, type ManagedKey } from '../provider/managed-key.ts'

type PrivateKey = Extract<
  ClientAuthentication,
  { method: 'private_key_jwt'; privateKeyPem: string }
>
type SecretAssertion = Extract<ClientAuthentication, { method: 'client_secret_jwt' }>

/**
 * The form encoding of RFC 6749 section 2.3.1 with the least of it: letters, digits and `-_.~` stay
 * as they are, everything else is percent-encoded, a space too. Providers that do not decode are
 * right with most ids and secrets then, and those that decode are right with both `%20` and `+`, or
 * with `%20` alone. The library encodes `-_.~` as well.
 */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const bySecret =
  (secret: string): ClientAuth =>
  (_server, { client_id: clientId }, _body, headers) => {
    const credentials = Buffer.from(`${encoded(clientId)}:${encoded(secret)}`).toString('base64')
    headers.set('authorization', `Basic ${credentials}`)
  }

/** The one audience that a client says (R21). */
export const audienceOf = (
  said: AssertionAudience,
  {
    issuer,
    token_endpoint: endpoint,
  }: { readonly issuer: string; readonly token_endpoint?: string },
): string => (said === 'TokenEndpoint' ? (endpoint ?? issuer) : issuer)

/** An assertion for that audience. */
const asserting =
  (
    { assertionAudience }: Pick<SecretAssertion, 'assertionAudience'>,
    sign: (amend: ModifyAssertionFunction) => ClientAuth,
  ): ClientAuth =>
  (server, client, body, headers) => {
    const amend: ModifyAssertionFunction = (_header, payload) => {
      payload.aud = audienceOf(assertionAudience, server)
    }
    return sign(amend)(server, client, body, headers)
  }

/**
 * The library names Ed25519 keys by RFC 9864 (`alg: Ed25519`); the configuration says `EdDSA`,
 * which is what providers have registered, so that name is sent.
 */
const signedBy = async (
  method: Pick<PrivateKey, 'algorithm' | 'assertionAudience'>,
  named: PrivateKeyOfLibrary,
): Promise<ClientAuth> => {
  const { modifyAssertion, PrivateKeyJwt } = await import('openid-client')
  return asserting(method, (amend) => {
    const amendAll: ModifyAssertionFunction = (header, payload) => {
      header.alg = method.algorithm
      amend(header, payload)
    }
    return PrivateKeyJwt(named, { [modifyAssertion]: amendAll })
  })
}

const byPrivateKey = async (method: PrivateKey): Promise<ClientAuth> => {
  const { importPKCS8 } = await import('jose')
  const key = await importPKCS8(method.privateKeyPem, method.algorithm)
  const named = method.keyId === undefined ? { key } : { key, kid: method.keyId }
  return signedBy(method, named)
}

/** By the key that the process has made for it, and that signs at present. */
export const byManagedKey = async (
  { assertionAudience }: ManagedKeyAuthentication,
  managed: ManagedKey,
): Promise<ClientAuth> => {
  const { keyId: kid, algorithm } = managed
  return signedBy({ assertionAudience, algorithm }, { key: cryptoKeyOf(managed, algorithm), kid })
}

/** By what is made once for a client, and not anew for each call. */
type Standing = Exclude<
  ClientAuthentication,
  ServiceAccountAuthentication | ManagedKeyAuthentication
>

const create = async (method: Standing): Promise<ClientAuth> => {
  const { ClientSecretJwt, ClientSecretPost, modifyAssertion, None } = await import('openid-client')
  switch (method.method) {
    case 'client_secret_basic':
      return bySecret(method.secret)
    case 'client_secret_post':
      return ClientSecretPost(method.secret)
    case 'client_secret_jwt':
      return asserting(method, (amend) =>
        ClientSecretJwt(method.secret, { [modifyAssertion]: amend }),
      )
    case 'private_key_jwt':
      return byPrivateKey(method)
    // Who it is, the connection says; the request names the client alone (RFC 8705 section 2).
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
    case 'none':
      return None()
  }
}

/**
 * How a client proves itself at the token endpoint. Assertions have one audience, a fresh `jti` and
 * sixty seconds to live (R21); the library makes them so.
 * @throws Fault `provider_misconfigured` for a secret or key that cannot be used.
 */
export const createClientAuthentication = async (
  { name }: Pick<Client, 'name'>,
  authentication: Standing,
): Promise<ClientAuth> => {
  try {
    return await create(authentication)
  } catch {
    throw new Fault(
      'provider_misconfigured',
      `${name}: its ${authentication.method} credential cannot be used.`,
    )
  }
}

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** By an assertion that somebody else has signed (RFC 7521 section 4.2). */
export const byAssertion =
  (assertion: string): ClientAuth =>
  (_server, { client_id: clientId }, body) => {
    body.set('client_id', clientId)
    body.set('client_assertion_type', JWT_BEARER)
    body.set('client_assertion', assertion)
  }
