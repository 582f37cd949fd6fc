import type { CryptoKey } from 'jose'
import type { ModifyAssertionFunction } from 'openid-client'
import { Fault } from '../../core/reason/fault.ts'
import type { Client, ClientAuthentication } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { algorithmFor, cryptoKeyOf, managedKeyOf } from '../provider/managed-key.ts'
import type { Providers } from '../provider/providers.ts'

type PrivateKey = Extract<
  ClientAuthentication,
  { method: 'private_key_jwt'; privateKeyPem: string }
>

/**
 * Signs the parameters of an authorization request (RFC 9101): what goes in their place is the
 * client id and a request object, for the provider alone.
 * @throws Fault `provider_misconfigured` for a key that cannot be used, or a parameter that has to
 * be JSON and is none; `client_key_unavailable`.
 */
export type SignRequest = (
  client: Client,
  parameters: URLSearchParams,
  algorithm: string,
  budget: Budget,
) => Promise<URLSearchParams>

/** A browser has this long to carry it there, and another one for no longer to bring it again. */
const LIFETIME_SECONDS = 300

/** The clock of a provider may be behind ours by so much, and some allow for nothing. */
const BEFORE_SECONDS = 10

/** Nothing is looked up by it: what it makes is read by its query. */
const ANYWHERE = 'https://provider.invalid/'

const misconfigured = (message: string): Fault => new Fault('provider_misconfigured', message)

const keyOf = ({ name, authentication }: Client): PrivateKey => {
  if ('privateKeyPem' in authentication && authentication.method === 'private_key_jwt') {
    return authentication
  }
  throw misconfigured(
    `${name}: there is no key to sign with: set \`authentication.method\` to private_key_jwt.`,
  )
}

const importKey = async (
  { privateKeyPem }: PrivateKey,
  algorithm: string,
  name: string,
): Promise<CryptoKey> => {
  const { importPKCS8 } = await import('jose')
  try {
    return await importPKCS8(privateKeyPem, algorithm)
  } catch {
    throw misconfigured(
      `${name}: the key that \`authentication.privateKeyRef\` names cannot sign by ${algorithm}.`,
    )
  }
}

/** A key as the library takes it, and what it signs by. */
interface Signer {
  readonly key: CryptoKey
  readonly kid?: string
  readonly algorithm: string
}

/**
 * Signs by openid-client, with the key that the client proves itself with. The `aud` is the issuer,
 * `iss` the client; `jti` is fresh for each.
 */
export const createSignRequest = ({
  clock,
  providers,
}: {
  readonly clock: Clock
  readonly providers: Pick<Providers, 'keyOfClient'>
}): SignRequest => {
  const keys = new WeakMap<Client, { readonly algorithm: string; readonly key: CryptoKey }>()

  const importedKeyOf = async (client: Client, algorithm: string): Promise<CryptoKey> => {
    const known = keys.get(client)
    if (known?.algorithm === algorithm) return known.key
    const key = await importKey(keyOf(client), algorithm, client.name)
    keys.set(client, { algorithm, key })
    return key
  }

  const signerOf = async (client: Client, wanted: string, budget: Budget): Promise<Signer> => {
    if (managedKeyOf(client) !== undefined) {
      const managed = await providers.keyOfClient(client.name, budget)
      const algorithm = algorithmFor(managed, wanted)
      return { key: cryptoKeyOf(managed, algorithm), kid: managed.keyId, algorithm }
    }
    const { keyId } = keyOf(client)
    const key = await importedKeyOf(client, wanted)
    return { key, algorithm: wanted, ...(keyId === undefined ? {} : { kid: keyId }) }
  }

  return async (client, parameters, wanted, budget) => {
    const { algorithm, ...named } = await signerOf(client, wanted, budget)
    const openid = await import('openid-client')
    const { buildAuthorizationUrlWithJAR, Configuration, modifyAssertion, None } = openid
    const server = { issuer: client.provider.issuer, authorization_endpoint: ANYWHERE }
    const configuration = new Configuration(server, client.clientId, undefined, None())
    const nowSeconds = Math.floor(clock.nowMs() / 1000)
    const amend: ModifyAssertionFunction = (header, payload) => {
      header.alg = algorithm
      payload.iat = nowSeconds
      payload.nbf = nowSeconds - BEFORE_SECONDS
      payload.exp = nowSeconds + LIFETIME_SECONDS
      // With the client as `sub` it would be an assertion of the client (RFC 9101 section 10.8).
      delete payload.sub
    }
    try {
      const options = { [modifyAssertion]: amend }
      const url = await buildAuthorizationUrlWithJAR(configuration, parameters, named, options)
      return url.searchParams
    } catch (thrown) {
      if (!(thrown instanceof Error) || !('code' in thrown)) throw thrown
      throw misconfigured(
        `${client.name}: the authorization request cannot be signed: \`claims\` among its parameters has to be a JSON object, and \`authorization_details\` a JSON list.`,
      )
    }
  }
}
