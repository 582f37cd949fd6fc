import type {
  AuthorizationServer,
  AuthorizationServerEndpoint,
} from '../registration/authorization-server.ts'
import type { Client } from '../registration/client.ts'
import type { Rule } from './policy.ts'
import type { ProtectedResource } from './protected-resource.ts'

/** Which road a request takes through its policy; found without opening any credential. */
export type Intent =
  | { readonly kind: 'callback'; readonly client: Client }
  | { readonly kind: 'logout'; readonly client: Client }
  | { readonly kind: 'front_channel_logout'; readonly client: Client }
  /** A browser shows the key of its device, or proves it; of no client by itself. */
  | { readonly kind: 'device_bind' | 'device_refresh' }
  /** A page asks about its own session; `rule`: the one that covers the path. */
  | { readonly kind: 'session_info'; readonly rule: Rule }
  /** What a protected resource says of itself; absent: there is none by that path. */
  | { readonly kind: 'resource_metadata'; readonly resource?: ProtectedResource }
  /** A client, or a browser that it sent, at the authorization server that this host is. */
  | {
      readonly kind: 'authorization_server'
      readonly server: AuthorizationServer
      readonly endpoint: AuthorizationServerEndpoint
    }
  /** A link that begins a login. */
  | { readonly kind: 'login_link'; readonly rule: Rule }
  | { readonly kind: 'public'; readonly rule: Rule }
  | { readonly kind: 'protected'; readonly rule: Rule }
  /** The path is not canonical where a path decides. */
  | { readonly kind: 'ambiguous' }
