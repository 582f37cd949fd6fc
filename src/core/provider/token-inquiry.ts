import type { CredentialMethod } from '../policy/policy.ts'
import type { Client } from '../registration/client.ts'
import type { Awaitable } from '../time/awaitable.ts'
import type { Budget } from '../time/budget.ts'
import type { Verification } from './token-verifier.ts'

/** What a member `introspection` of `authenticate` says. */
export type IntrospectionSettings = {
  /** At least one of these must be in the claim that names audiences; never empty. */
  readonly audiences: readonly string[]
  /** Which claim that is: `aud`, unless the provider has none. */
  readonly audienceClaim: string
  /** `Always`: an answer counts if the provider signed it (RFC 9701), and no other does. */
  readonly signed: 'Auto' | 'Always'
  /** A longer token is refused, and shown to nobody. */
  readonly maxBytes: number
  /** How long an answer counts; 0: every check asks. */
  readonly ttlMs: number
}

/** The tokens that a provider is asked about, as a client of it. */
export interface IntrospectionMethod extends CredentialMethod<IntrospectionSettings> {
  readonly client: Client
}

/** What a member `userinfo` of `authenticate` says. */
export type UserinfoSettings = Pick<IntrospectionSettings, 'maxBytes' | 'ttlMs'>

/** The tokens that are shown to the userinfo endpoint of a provider. */
export type UserinfoMethod = CredentialMethod<UserinfoSettings>

/** What became of one call to a provider about a token. */
export interface InquiryFacts {
  readonly way: 'introspection' | 'userinfo'
  /** `inactive`: the token is not, or no longer, good. `failed`: there is no answer that counts. */
  readonly outcome: 'active' | 'inactive' | 'failed'
}

/** Asks the first of some methods whose provider may know a token, and the next if it does not. */
export type AskAbout<Method> = (
  token: string,
  methods: readonly Method[],
  budget: Budget,
) => Awaitable<Verification>

/**
 * Asks providers about tokens that only they can judge. An answer that is remembered comes at once,
 * and as the same object; what has to hold at every use, audience and validity, is looked at anew.
 * All calls throw `Fault` `provider_unreachable` or `provider_misconfigured` where the provider
 * gives no answer that counts: nothing is then known of the token.
 */
export interface TokenInquiry {
  /** Token introspection (RFC 7662), plain or signed (RFC 9701). */
  readonly introspect: AskAbout<IntrospectionMethod>
  /** The userinfo endpoint (OpenID Connect Core 1.0 section 5.3). */
  readonly userinfo: AskAbout<UserinfoMethod>
}
