import type { AskedAuthentication } from '../identity/asked-authentication.ts'
import type { AskedContext } from './asked-context.ts'

/** A login that is to raise a session: whose it is, and what its authentication has to be. */
export interface SteppingUp extends AskedAuthentication {
  readonly issuer: string
  readonly subject: string
}

/** What must survive between authorization request and callback (R16). */
export interface LoginState {
  /** The `state` parameter; also names the attempt. */
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  /** What the key is made from that tokens are to be bound to; absent: to none (RFC 9449). */
  readonly proofKey?: string
  /** Path and query on the same host. */
  readonly returnPath: string
  readonly redirectUri: string
  readonly createdAtMs: number
  /** What the original request forwarded of `max_age` and `acr_values`. */
  readonly asked?: AskedContext
  /** The return path is not the whole that was asked for: it was too long to keep. */
  readonly cut?: true
  /** The person wants to stay signed in on this device. */
  readonly remember?: true
  /** Absent: the login begins a session. */
  readonly stepUp?: SteppingUp
  /** The ticket of the form that is sent again afterwards. */
  readonly form?: string
}
