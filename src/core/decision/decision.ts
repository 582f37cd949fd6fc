import type { AskedAuthentication } from '../identity/asked-authentication.ts'
import type { DeviceSkip } from '../identity/device-skip.ts'
import type { Claims, Identity, Json, Unauthenticated } from '../identity/identity.ts'
import type { PermissionReason } from '../reason/permission-reasons.ts'
import type { Reason } from '../reason/reason.ts'
import type { Form } from '../request/form.ts'
import type { Phrase } from '../wording/phrase.ts'
import type { Metadata } from './metadata.ts'

/** The policy's answer to an identity. */
export type Access =
  | { readonly kind: 'permitted' }
  /** `alternatives`: what would do instead, where there is a choice. */
  | {
      readonly kind: 'scope_missing'
      readonly required: readonly string[]
      readonly alternatives?: readonly (readonly string[])[]
    }
  /**
   * `absent`: there is no such claim. `elsewhere`: the token says that it is to be had somewhere
   * else, so that nobody knows what it holds (OpenID Connect Core 1.0 section 5.6.2). `object` and
   * `mixed_list`: it is one, or a list that holds objects or lists, which nothing is compared with.
   */
  | {
      readonly kind: 'claim_refused'
      readonly claim: string
      readonly state: 'present' | 'absent' | 'elsewhere' | 'object' | 'mixed_list'
    }
  /** Of the alternatives of a clause none holds; what each came to, in their order. */
  | { readonly kind: 'none_holds'; readonly each: readonly Refusal[] }
  /** A clause does not hold that the platform requires; `by` is what it calls that. */
  | { readonly kind: 'platform_refused'; readonly by: string; readonly refusal: Refusal }
  /**
   * Another authentication is all that is missing: every other clause of the rule holds. `asked` is
   * what all of its clauses ask of one; `detail` is for the log.
   */
  | {
      readonly kind: 'step_up'
      readonly asked: AskedAuthentication
      readonly detail: string
    }
  /** Any other clause that does not hold. `detail` is for the log: no claim's value. */
  | {
      readonly kind: 'clause_refused'
      readonly reason: PermissionReason
      readonly detail: string
    }

/** Why an identity is not permitted. */
export type Refusal = Exclude<Access, { readonly kind: 'permitted' }>

/** The core's answer, before the login is prepared and the headers are made. */
export type Decision =
  | { readonly kind: 'allow'; readonly identity: Identity }
  /** `form`: what the request sent, to be sent again afterwards. `framed`: it is for a frame. */
  | {
      readonly kind: 'login'
      readonly refused: Unauthenticated
      readonly form?: Form
      readonly framed?: true
    }
  | { readonly kind: 'challenge'; readonly refused: Unauthenticated }
  /** A session is not counted for its device, and another login is not the first thing to try. */
  | {
      readonly kind: 'device'
      readonly refused: Unauthenticated
      readonly device: Required<Unauthenticated>['device']
    }
  /** Nobody is known, and the rule lets that pass. */
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'forbid'
      readonly identity: Identity
      readonly access: Refusal
    }

/** A header as name and value; names are lower case. */
export type Header = readonly [name: string, value: string]

/** A link that a page offers. */
export interface Way {
  readonly label: Phrase
  readonly href: string
  /** Out of a frame, in the whole window. */
  readonly target?: 'top'
}

/** Who may show an answer in a frame: anybody, or the host itself and these origins. */
export type Framing = 'anybody' | readonly string[]

/** A question to a person: whether a program may act for them. */
export interface Consent {
  /** What the program calls itself, which nobody has verified. */
  readonly name?: string
  /** The host that its client id is a document of, where its code goes to a web host. */
  readonly documentHost?: string
  /** The same where the code goes to a program, and any program may say that it is this one. */
  readonly claimedHost?: string
  /** Where the code goes: the origin or scheme; absent: to a program on this computer. */
  readonly goesTo?: string
  /** What it asks for: the name or the URL. */
  readonly resource: string
  readonly scopes: readonly string[]
  /** Where the answers go, by POST: paths of this host. */
  readonly allow: string
  readonly deny: string
}

/** Who asked for a logout, and how. `local`: a person, and the provider was not told. */
export type LogoutKind = 'local' | 'rp_initiated' | 'front_channel' | 'back_channel'

/** What a logout came to; `nothing`: there was no session to end. */
export type LogoutOutcome = 'ended' | 'nothing' | 'refused' | 'failed' | 'unavailable'

/** What the decision log and the metrics say about a verdict besides its reason. */
export interface About {
  readonly policy?: string
  readonly rule?: string
  readonly subject?: string
  /** The claims about the subject, for logs that name people by one. */
  readonly claims?: Claims
  readonly via?: Identity['via']
  /** `namespace/name` of the OIDCClient whose session it is. */
  readonly client?: string
  /** Names of headers that the upstream does not get, as there was no room for them (R9). */
  readonly leftOut?: readonly string[]
  /** Older sessions of the subject that made room for this one. */
  readonly endedSessions?: number
  /** The browser was asked to bind the session that begins to its device. */
  readonly deviceOffered?: true
  /** Why the browser says that it did not prove its device. */
  readonly deviceSkipped?: DeviceSkip
  /** Set where a check was a logout and came to an end. */
  readonly logout?: { readonly kind: LogoutKind; readonly outcome: LogoutOutcome }
}

/**
 * The part of an allow that follows from the rule and who it is alone: the same object, and never
 * changed, at every check that comes to it.
 */
export interface PreparedAllow {
  readonly setHeaders: readonly Header[]
  /** Taken off whether or not the request shows them; disjoint from `setHeaders`. */
  readonly removeHeaders: readonly string[]
  /** Put on the answer of the upstream; absent: none. */
  readonly responseHeaders?: readonly Header[]
  readonly reason: Reason
  readonly about: About
  /** What Envoy's filters and logs are told about who is calling. */
  readonly metadata?: Metadata
}

/** The request goes to the upstream, changed as said. */
export interface Allow {
  readonly kind: 'allow'
  readonly reason: Reason
  /** Replace whatever the request carries under these names. */
  readonly setHeaders: readonly Header[]
  /** Taken off the request; disjoint from `setHeaders`. */
  readonly removeHeaders: readonly string[]
  /** What both lists begin with, where that was made before: the lists themselves, if it is all. */
  readonly prepared?: PreparedAllow
  /** The path and query that go on instead of those of the request; absent: those go on. */
  readonly path?: string
  /**
   * Put on the answer of the upstream, in place of what it says under these names; `vary` and
   * `set-cookie` beside it. Absent: none.
   */
  readonly responseHeaders?: readonly Header[]
  readonly about: About
  /** What Envoy's filters and logs are told about who is calling. */
  readonly metadata?: Metadata
}

/** The request ends here with this answer. */
export interface Deny {
  readonly kind: 'deny'
  readonly reason: Reason
  readonly status: number
  /** Response headers; `set-cookie` may occur several times. */
  readonly headers: readonly Header[]
  /**
   * `none` for a redirect; a page or a problem document, as the caller prefers; a problem document
   * whatever they prefer; or `members` as they are.
   */
  readonly content: 'none' | 'page' | 'problem' | 'json'
  /** The members of a document in JSON, or what a problem document says besides. */
  readonly members?: Readonly<Record<string, Json>>
  /** Links that a page offers, the main one first. */
  readonly ways: readonly Way[]
  /** What the caller can do, for a problem document alone: a sentence in English. */
  readonly howTo?: string
  /** Sentences that a page says besides its message, of bounded length. */
  readonly facts?: readonly Phrase[]
  /** What a page sends again, by itself and by a button. */
  readonly resend?: { readonly form: Form; readonly url: string }
  /** Where a page goes on to by itself, with the fragment that its own address has. */
  readonly onward?: string
  /** What a page asks a person. */
  readonly consent?: Consent
  /** A page asks for itself once more, by itself. */
  readonly reload?: true
  /** Absent: nobody. */
  readonly framing?: Framing
  /** For the log alone: what exactly went wrong. Never holds a credential. */
  readonly detail?: string
  readonly about: About
  /** What Envoy's filters and logs are told about who is calling. */
  readonly metadata?: Metadata
}

/**
 * A decision that may leave the service. Whatever is not a proven allow is a `Deny` with a status
 * (R1).
 */
export type Verdict = Allow | Deny
