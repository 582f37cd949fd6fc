import type { CheckPorts } from '../../core/check-ports.ts'
import type { TokenPlace } from '../../core/policy/applications.ts'
import type { AskedProof, CredentialMethod, WaySettings } from '../../core/policy/policy.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Findings } from '../compile/object/findings.ts'
import type { FieldPath } from '../resource/resource.ts'
import type { TakesTokens } from './bearer-token.ts'

/** Where a member of `authenticate` stands, and who gathers what is wrong with it. */
export interface WayReading {
  readonly namespace: string
  /** Of the member: its fields lie below. */
  readonly field: FieldPath
  readonly findings: Findings
}

/** Another object that a member names. */
export interface WayReference {
  readonly namespace: string
  readonly name: string
  readonly field: FieldPath
}

/**
 * What a member says, before the objects that it names are looked at. One of the two references is
 * there; with a client alone, its provider is meant, and with both, they have to agree.
 */
export interface WayDraft<Settings extends WaySettings = WaySettings> extends AskedProof {
  readonly provider?: WayReference
  readonly client?: WayReference
  readonly from?: readonly TokenPlace[]
  readonly settings: Settings
}

/**
 * What a request shows to a way. `detail` is for the log, without the credential. `scheme`: how an
 * access token came that is not shown as any bearer token is.
 */
export type Shown<Credential> =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'malformed'
      readonly detail: string
      /** Absent: it is a bearer token that is malformed. */
      readonly reason?: Reason
      readonly scheme?: 'DPoP'
    }
  | {
      readonly kind: 'one'
      readonly credential: Credential
      readonly scheme?: 'DPoP'
      /** The access token in it, where the request itself does not carry that to the upstream. */
      readonly moved?: string
    }

/** Written as a method: the ways are kept together whatever their credentials are. */
type Verify<Settings extends WaySettings, Credential> = {
  verify(
    credential: Credential,
    methods: readonly CredentialMethod<Settings>[],
    request: Request,
    budget: Budget,
  ): Awaitable<Verification>
}['verify']

/** A way in to a rule: a member of `authenticate` that takes a credential of some kind. */
export interface Way<
  Written = unknown,
  Settings extends WaySettings = WaySettings,
  Credential = unknown,
> {
  /**
   * What the challenge to somebody without a credential says (RFC 9110 section 11.6.1).
   * `RefreshToken` is a name of ours: whoever has one sends it in no `Authorization`.
   */
  readonly scheme: 'Bearer' | 'Basic' | 'RefreshToken'
  /** Whether it takes what stands in `Authorization` as `Bearer`, after those that refuse it. */
  readonly takesBearerTokens: boolean
  /** Whether it takes tokens that their bearer has to prove; absent: it does not. */
  readonly takesBoundTokens?: true
  /** What is surely not meant, or has to be known, though it is right; absent: nothing. */
  readonly caution?: string
  /** Reads the member; what is wrong with it becomes findings. */
  read(written: Written, reading: WayReading): WayDraft<Settings>
  /** What it accepts, for `explain`: completes "accepts …". */
  words(method: CredentialMethod<Settings>): string
  /**
   * A member as it takes tokens for these audiences, too; absent: nothing says for whom its
   * credentials are, or they are for us alone.
   */
  forAudiences?(
    method: CredentialMethod<Settings>,
    audiences: readonly string[],
  ): CredentialMethod<Settings>
  /**
   * Looks for the credential that some members may take; made once for each rule. `rivals`: other
   * members of it that take bearer tokens, for a token beside another one is none.
   */
  finder(
    methods: readonly CredentialMethod<Settings>[],
    rivals: readonly TakesTokens[],
  ): (request: Request) => Shown<Credential>
  /**
   * Finds out whose credential it is; made once for all rules. What it remembers it answers at
   * once, and as the same object.
   * @throws Fault if a provider should have answered and did not.
   */
  verifier(ports: CheckPorts): Verify<Settings, Credential>
}
