import { clientKeysPath } from '../core/assertion/key-set.ts'
import type { PolicyLookup } from '../core/policy-source.ts'
import { returnUriOf } from '../core/registration/authorization-server.ts'
import type { Client } from '../core/registration/client.ts'
import { authorityOf, type Request } from '../core/request/request.ts'
import { loginWords } from './words/login-words.ts'

/** What an explanation says of a client. */
export interface ClientFacts {
  readonly name: string
  readonly issuer: string
  /** The host of its one redirect URI; absent: each host has its own. */
  readonly callbackHost?: string
  /** The domain whose hosts share its sessions; absent: each host has its own. */
  readonly cookieDomain?: string
  /** What its assertions are signed with; absent: nothing is. */
  readonly signsWith?: string
  /** Who says claims that the provider leaves to them; absent: nobody. */
  readonly claimSources?: readonly string[]
  /** How it proves itself to the provider, and asks for a login. */
  readonly asks: readonly string[]
  /** What its access tokens are bound to, and how the token request says so; absent: to nothing. */
  readonly tokensBoundTo?: string
  /** What to register at the provider for this host. */
  readonly redirectURI: string
  /** Absent where signing out here does not sign out at the provider. */
  readonly postLogoutRedirectURI?: string
}

/** What an explanation says of the authorization server that a host is. */
export interface ServerFacts {
  readonly client: string
  /** What to register at the provider for it, at the port of the resources. */
  readonly redirectURI: string
}

/** Where on a callback host which client is called back. */
interface CallbackPath {
  readonly client: string
  readonly path: string
}

/** Who owns a host, or why nobody does. */
export type HostFacts =
  | {
      readonly state: 'found'
      readonly policy: string
      /** Those that end-users may sign in with. */
      readonly clients: readonly ClientFacts[]
      /** As whom the host is an authorization server; absent: it is none. */
      readonly authorizationServer?: ServerFacts
    }
  /** `nearest`: the host that was probably meant. */
  | { readonly state: 'none'; readonly nearest?: string }
  | { readonly state: 'not_synced' }
  /** Clients are called back here, and nothing else is served. */
  | { readonly state: 'callbacks'; readonly callbacks: readonly CallbackPath[] }
  | { readonly state: 'conflict'; readonly policy: string }
  | { readonly state: 'broken'; readonly policy: string; readonly detail: string }

const signsWith = ({ name, authentication }: Client): string | undefined => {
  if (authentication.method !== 'private_key_jwt') return undefined
  if (!('privateKeyPem' in authentication)) {
    return `a key that the service makes, the first at ${clientKeysPath(name)} of http.listen`
  }
  const { keyId } = authentication
  return keyId === undefined ? 'its own key, without a name' : `its own key ${keyId}`
}

const BOUND_TO = {
  DPoP: 'a key of each session (`dpop_jkt` of the login, a `DPoP` header with the token request)',
  MutualTLS: 'the certificate that is shown with the token request',
} as const

const clientFacts = (client: Client, host: string): ClientFacts => {
  const { senderConstrained: bound } = client
  const { name, provider, callbackHost, callbackPath, session, logout } = client
  const key = signsWith(client)
  const sources = provider.claimSources?.map((source) => source.provider.issuer)
  return {
    name,
    issuer: provider.issuer,
    ...(callbackHost === undefined ? {} : { callbackHost }),
    ...(session.cookie.domain === undefined ? {} : { cookieDomain: session.cookie.domain }),
    ...(key === undefined ? {} : { signsWith: key }),
    ...(sources === undefined ? {} : { claimSources: sources }),
    asks: loginWords(client),
    ...(bound === 'None' ? {} : { tokensBoundTo: BOUND_TO[bound] }),
    redirectURI: `https://${callbackHost ?? host}${callbackPath}`,
    ...(logout.atProvider ? { postLogoutRedirectURI: `https://${host}${logout.path}` } : {}),
  }
}

/** Who owns the host that was found; `nearest` is the one that was probably meant. */
export const hostOf = (
  found: PolicyLookup,
  { host }: Request,
  nearest: string | undefined,
): HostFacts => {
  if (found.kind === 'none') {
    return { state: 'none', ...(nearest === undefined ? {} : { nearest }) }
  }
  if (found.kind === 'callbacks') {
    const callbacks = found.clients.map(({ name, callbackPath }) => ({
      client: name,
      path: callbackPath,
    }))
    return { state: 'callbacks', callbacks }
  }
  if (found.kind !== 'found') {
    const { kind, ...rest } = found
    return { state: kind, ...rest } as HostFacts
  }
  const { clients, name, resources } = found.policy
  const server = resources?.authorizationServer
  return {
    state: 'found',
    policy: name,
    clients: clients.map((client) => clientFacts(client, host)),
    ...(resources === undefined || server === undefined
      ? {}
      : {
          authorizationServer: {
            client: server.client.name,
            redirectURI: returnUriOf({
              authority: authorityOf({ host, port: String(resources.port) }),
            }),
          },
        }),
  }
}
