import { importPKCS8 } from 'jose'
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretJwt,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from 'openid-client'
import type { Client, ClientAuthentication } from '../../core/policy/policy.ts'
import { Fault } from '../../core/reason/fault.ts'

type PrivateKey = Extract<ClientAuthentication, { method: 'private_key_jwt' }>

/**
 * The library names Ed25519 keys by RFC 9864 (`alg: Ed25519`); the configuration says `EdDSA`,
 * which is what providers have registered, so that name is sent.
 */
const byPrivateKey = async (method: PrivateKey): Promise<ClientAuth> => {
  const key = await importPKCS8(method.privateKeyPem, method.algorithm)
  const named = method.keyId === undefined ? { key } : { key, kid: method.keyId }
  return PrivateKeyJwt(named, {
    [modifyAssertion]: (header) => {
      header.alg = method.algorithm
    },
  })
}

const create = async (method: ClientAuthentication): Promise<ClientAuth> => {
  switch (method.method) {
    case 'client_secret_basic':
      return ClientSecretBasic(method.secret)
    case 'client_secret_post':
      return ClientSecretPost(method.secret)
    case 'client_secret_jwt':
      return ClientSecretJwt(method.secret)
    case 'private_key_jwt':
      return byPrivateKey(method)
    case 'none':
      return None()
  }
}

/**
 * How a client proves itself at the token endpoint. Assertions have the issuer as their only
 * audience, a fresh `jti` and sixty seconds to live (R21); the library makes them so.
 * @throws Fault `provider_misconfigured` for a secret or key that cannot be used.
 */
export const createClientAuthentication = async (client: Client): Promise<ClientAuth> => {
  try {
    return await create(client.authentication)
  } catch {
    throw new Fault(
      'provider_misconfigured',
      `${client.name}: its ${client.authentication.method} credential cannot be used.`,
    )
  }
}
