import type { Tokens } from '../provider/tokens.ts'
import type { SessionBinding } from './session-binding.ts'
import type { SessionDevice } from './session-device.ts'

/** Our record of a login. */
export interface Session {
  readonly tenant: string
  /** `namespace/name` of the OIDCClient. */
  readonly client: string
  /** The host that the login was for. */
  readonly host: string
  readonly issuer: string
  readonly clientId: string
  readonly subject: string
  /** `sid` of the ID token: names the session at the provider. */
  readonly sid?: string
  /** Where the login came from, if that is recorded. */
  readonly address?: string
  /** The user agent of the login, if that is recorded. */
  readonly agent?: string
  /** The browser and network that it is bound to, where the client asks for that. */
  readonly binding?: SessionBinding
  /** The device that it began on, where the client asks for that. */
  readonly device?: SessionDevice
  readonly tokens: Tokens
  /** When `tokens` came from the provider. */
  readonly tokensReceivedAtMs: number
  readonly createdAtMs: number
  readonly lastSeenAtMs: number
  /** No use beyond this, whatever happens. */
  readonly absoluteExpiresAtMs: number
  readonly idleTimeoutMs: number
  /** The login that it began with, and where that led to, if that is short. */
  readonly login?: { readonly attempt: string; readonly returnPath: string }
}
