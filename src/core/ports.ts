import type { Deny, Header, Verdict } from './decision/decision.ts'
import type { Claims } from './identity/identity.ts'
import type { BearerMethod, Client, Policy } from './policy/policy.ts'
import type { Fault } from './reason/fault.ts'
import type { Reason } from './reason/reason.ts'
import type { Form } from './request/form.ts'
import type { Request } from './request/request.ts'
import type { PageMark } from './session/page-mark.ts'
import type { Recording } from './session/seen-at-login.ts'
import type { SessionBinding } from './session/session-binding.ts'
import type { Awaitable } from './time/awaitable.ts'

/** Wall-clock time. */
export interface Clock {
  readonly nowMs: () => number
}

/** Cryptographically strong randomness. */
export interface Random {
  /** `bytes` random bytes in base64url without padding. */
  readonly token: (bytes: number) => string
}

/**
 * How long a check may take. The signal is made when it is first read: a check without I/O never
 * pays for it.
 */
export interface Budget {
  /** Aborted when the budget is spent or Envoy has given up. */
  readonly signal: AbortSignal
}

/**
 * The whole service as a function. Throws, or rejects, with a `Fault` where something that should
 * work did not; the gRPC edge turns whatever is thrown into a denied 503 (R1).
 */
export type Check = (request: Request, budget: Budget) => Awaitable<Verdict>

/** One finished check, as the decision log and the metrics see it. */
export interface CheckFacts {
  /** Absent when the check request was malformed. */
  readonly request?: Request
  readonly requestId: string
  readonly verdict: Verdict
  readonly durationMs: number
}

/** Takes note of a finished check, after its answer has left. Never throws. */
export type Observe = (facts: CheckFacts) => void

/** The body of a denial, and the headers that describe it. */
export interface Presentation {
  readonly headers: readonly Header[]
  readonly body: string
}

/** Renders a denial as a page or as a problem document (RFC 9457), as the caller prefers. Pure. */
export type Present = (
  deny: Deny,
  caller: { readonly requestId: string; readonly header: Request['header'] },
) => Presentation

/** What is known about a host. */
export type PolicyLookup =
  | { readonly kind: 'found'; readonly policy: Policy }
  | { readonly kind: 'none' }
  /**
   * The host is where these clients are called back, and nothing else. `broken`: why others that
   * are called back here cannot be, as sentences without their full stops.
   */
  | {
      readonly kind: 'callbacks'
      readonly clients: readonly Client[]
      readonly broken: readonly string[]
    }
  /** The gateway's route names another ProtectedRoute than the one that owns the host (R3). */
  | { readonly kind: 'conflict'; readonly policy: string }
  /** The host has an owner whose policy cannot be used; `detail` is a sentence for the log. */
  | { readonly kind: 'broken'; readonly policy: string; readonly detail: string }
  | { readonly kind: 'not_synced' }

/** The current snapshot. */
export interface PolicySource {
  readonly find: (request: Pick<Request, 'host' | 'contextExtensions'>) => PolicyLookup
}

/** What is known about an OIDCClient. */
export type ClientLookup =
  | {
      readonly kind: 'found'
      readonly client: Client
      /**
       * Every client with its client id at its issuer, by providers of the same namespace, itself
       * included: the provider knows but one.
       */
      readonly sameRegistration: readonly string[]
    }
  | { readonly kind: 'none' }
  /** It is there and cannot be used for now; `detail` is a sentence for the log. */
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'not_synced' }

/** The clients of the current snapshot, whether a route uses them or not. */
export interface ClientSource {
  /** `name`: `namespace/name` of the resource. */
  readonly find: (name: string) => ClientLookup
}

/** The outcome of verifying an access token. */
export type Verification =
  | {
      readonly kind: 'verified'
      readonly issuer: string
      readonly subject: string
      readonly claims: Claims
      readonly scopes: readonly string[]
    }
  | { readonly kind: 'rejected'; readonly reason: Reason; readonly detail: string }

/** Checks JWT access tokens (RFC 9068, and plain ones). */
export interface TokenVerifier {
  /**
   * Verifies against the method whose issuer the token names. Answers at once for a token seen
   * before.
   * @throws Fault `provider_unreachable` if the keys were never fetched and cannot be.
   */
  readonly verify: (
    token: string,
    methods: readonly BearerMethod[],
    budget: Budget,
  ) => Awaitable<Verification>
}

/** What a provider hands out. */
export interface Tokens {
  readonly accessToken: string
  /** Absent when the provider did not say: then the session's own lifetime bounds it. */
  readonly accessTokenExpiresAtMs?: number
  readonly refreshToken?: string
  /** The ID token as received, for `id_token_hint`. */
  readonly idToken?: string
  /** Claims of the validated ID token. */
  readonly claims: Claims
  /** What the userinfo endpoint said, where the client asks it. */
  readonly userinfo?: Claims
  readonly scopes: readonly string[]
}

/** What must survive between authorization request and callback (R16). */
export interface LoginState {
  /** The `state` parameter; also names the attempt. */
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  /** Path and query on the same host. */
  readonly returnPath: string
  readonly redirectUri: string
  readonly createdAtMs: number
  /** The person wants to stay signed in on this device. */
  readonly remember?: true
  /** The ticket of the form that is sent again afterwards. */
  readonly form?: string
}

/**
 * The outcome of a code exchange. Everything but the tokens is a reason for the person and a detail
 * for the log.
 */
export type CodeOutcome =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly detail: string }

/** The outcome of a refresh. A transport error is neither: it is thrown. */
export type RefreshOutcome =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  /** `invalid_grant`: the session is over (RFC 6749 section 5.2). */
  | { readonly kind: 'refused'; readonly detail: string }

/** Whether a logout token of Back-Channel Logout 1.0 is good. */
export type LogoutTokenCheck =
  | {
      readonly kind: 'valid'
      /** Its `jti`, unique at its issuer. */
      readonly id: string
      /** From then on it is refused by itself, so its id need not be remembered. */
      readonly acceptedUntilMs: number
      /** At least one of the two is there. */
      readonly subject?: string
      readonly sid?: string
    }
  | { readonly kind: 'invalid'; readonly detail: string }

/**
 * Our role in the browser login. All calls throw `Fault` `provider_unreachable` or
 * `provider_misconfigured`.
 */
export interface RelyingParty {
  /**
   * The URL of the authorization request: code, PKCE S256, `state` and `nonce` (RFC 9700 section
   * 2.1.1).
   */
  readonly authorizationUrl: (
    client: Client,
    login: LoginState,
    forwarded: Readonly<Record<string, string>>,
    budget: Budget,
  ) => Promise<string>
  /**
   * Answers a callback: `iss` (RFC 9207), `error`, then the code for tokens and every check of
   * OpenID Connect Core 1.0 section 3.1.3.7 on the ID token, its signature included.
   */
  readonly exchange: (
    client: Client,
    login: LoginState,
    callbackQuery: URLSearchParams,
    budget: Budget,
  ) => Promise<CodeOutcome>
  /**
   * Refreshes; a new ID token must keep `iss`, `sub` and `aud` (OpenID Connect Core 1.0 section
   * 12.2).
   */
  readonly refresh: (client: Client, tokens: Tokens, budget: Budget) => Promise<RefreshOutcome>
  /** The end-session URL (RP-Initiated Logout 1.0); `undefined` if the provider offers none. */
  readonly endSessionUrl: (
    client: Client,
    request: { readonly idToken?: string; readonly state: string; readonly returnUrl: string },
    budget: Budget,
  ) => Promise<string | undefined>
  /** Every check on a logout token but whether it was used before. */
  readonly checkLogoutToken: (
    client: Client,
    logoutToken: string,
    budget: Budget,
  ) => Promise<LogoutTokenCheck>
}

/** What became of one token that was to be taken back. */
export interface RevocationFacts {
  /** `namespace/name` of the resource. */
  readonly client: string
  /** As RFC 7009 section 2.1 names them. */
  readonly kind: 'refresh_token' | 'access_token'
  /** `unsupported`: the provider does not take back tokens of this kind (section 2.2.1). */
  readonly outcome: 'revoked' | 'unsupported' | 'failed'
  /** Why it failed, as a sentence for the log. */
  readonly detail?: string
}

/** Takes tokens back at the provider (RFC 7009). */
export interface TokenRevocation {
  /**
   * Returns at once: the calls are made behind the answer, bounded in time. Never throws; what
   * fails is logged and counted.
   */
  readonly revoke: (client: Client, tokens: Tokens) => void
}

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
  readonly tokens: Tokens
  /** When `tokens` came from the provider. */
  readonly tokensReceivedAtMs: number
  readonly createdAtMs: number
  readonly lastSeenAtMs: number
  /** No use beyond this, whatever happens. */
  readonly absoluteExpiresAtMs: number
  readonly idleTimeoutMs: number
}

/** A session as read from the store, with what is needed to write it back. */
export interface OpenSession {
  /** Names the record; safe to use as a lock name. Not a secret: it opens nothing. */
  readonly id: string
  /** The cookie value. A secret. */
  readonly ticket: string
  /** For compare-and-set. */
  readonly version: number
  /** Names the process key that sealed it. */
  readonly keyId: string
  readonly session: Session
}

/** The outcome of opening a ticket. */
export type SessionOpening =
  | { readonly kind: 'open'; readonly open: OpenSession }
  | { readonly kind: 'none'; readonly reason: 'session_unknown' | 'session_expired' }

/** Keeps sessions. All calls throw `Fault` `session_store_unavailable`. */
export interface SessionStore {
  /** Keeps a new session under a new ticket (R12) and returns the ticket. */
  readonly create: (session: Session) => Promise<string>
  /**
   * Opens a ticket for one tenant: sealed, of this tenant (R13), within its idle and absolute
   * lifetime (R14). Answers at once from the local cache.
   */
  readonly open: (tenant: string, ticket: string, budget: Budget) => Awaitable<SessionOpening>
  /** The same, past the cache. */
  readonly reopen: (tenant: string, ticket: string, budget: Budget) => Promise<SessionOpening>
  /**
   * Writes if nobody wrote since `open` was read; `undefined` if somebody did, or the session has
   * ended.
   */
  readonly replace: (
    open: OpenSession,
    session: Session,
    budget: Budget,
  ) => Promise<OpenSession | undefined>
  /**
   * Notes that the session is in use. Writes behind the answer, seldom, and never fails a check.
   */
  readonly touch: (open: OpenSession) => void
  /** Ends the session; ending it twice is no error. */
  readonly remove: (open: OpenSession, budget: Budget) => Promise<void>
}

/** What is known about a session without its ticket. Never a token. */
export interface SessionEntry {
  /** That of `OpenSession`. */
  readonly id: string
  readonly tenant: string
  /** `namespace/name` of the OIDCClient. */
  readonly client: string
  readonly clientId: string
  readonly issuer: string
  readonly subject: string
  readonly sid?: string
  readonly host: string
  readonly createdAtMs: number
  /** Lags behind as the record does. */
  readonly lastSeenAtMs: number
  /** When it ends whatever happens. */
  readonly expiresAtMs: number
  readonly idleTimeoutMs: number
  readonly address?: string
  readonly agent?: string
}

/** Which sessions are looked for: all parts that are set must fit. */
export interface SessionQuery {
  readonly subject?: string
  readonly issuer?: string
  readonly client?: string
  readonly host?: string
}

/** Which sessions are to end. */
export type SessionSelector =
  | { readonly kind: 'session'; readonly id: string }
  | {
      readonly kind: 'subject'
      readonly subject: string
      /** Absent: of every issuer. */
      readonly issuer?: string
      readonly client?: string
    }
  | {
      readonly kind: 'sid'
      readonly issuer: string
      readonly sid: string
      readonly client: string
    }
  | { readonly kind: 'client'; readonly client: string; readonly createdBeforeMs?: number }
  | { readonly kind: 'everything' }

/** Finds and ends sessions without their tickets. All calls throw as those of `SessionStore` do. */
export interface SessionDirectory {
  /**
   * One page, those that end soonest first. It may hold fewer than `limit`, or none, and still have
   * a `next`: only so many are looked at for one page.
   */
  readonly list: (
    query: SessionQuery,
    page: { readonly after?: PageMark; readonly limit: number },
    budget: Budget,
  ) => Promise<{ readonly entries: readonly SessionEntry[]; readonly next?: PageMark }>
  readonly find: (id: string, budget: Budget) => Promise<SessionEntry | undefined>
  /**
   * Ends them in the store and in this process, and tells the other replicas; answers how many
   * there were. Repeating it is no error.
   */
  readonly end: (selector: SessionSelector, budget: Budget) => Promise<number>
}

/** What a back-channel logout request came to. */
export type BackChannelOutcome =
  /** Done, on every replica. */
  | { readonly kind: 'ended'; readonly sessions: number }
  /** There is no such client, or it takes no such requests. */
  | { readonly kind: 'unknown_client' }
  | { readonly kind: 'refused'; readonly detail: string }
  /** Worth another try: nothing is lost. */
  | { readonly kind: 'unavailable'; readonly fault: Fault }

/**
 * OpenID Connect Back-Channel Logout 1.0, for the client of that `namespace/name`. Never rejects.
 */
export type BackChannelLogout = (
  client: string,
  logoutToken: string,
  budget: Budget,
) => Promise<BackChannelOutcome>

/** A lock that was taken. */
export interface HeldLock {
  /** Whether nobody else can have it: false for a holder that was frozen or cut off too long. */
  readonly isHeld: () => boolean
  readonly release: () => Promise<void>
}

/** Mutual exclusion across replicas. */
export interface Lock {
  /**
   * Takes the lock, or answers `undefined` at once if somebody holds it. The lease is renewed until
   * `release`, for a minute at most; of a holder that is lost, it ends after `ttlMs`.
   */
  readonly acquire: (name: string, ttlMs: number, budget: Budget) => Promise<HeldLock | undefined>
  /** Resolves when it is worth trying again: bounded, and earlier if `budget` ends. */
  readonly pause: (budget: Budget) => Promise<void>
}

/** "Has this id been used?", shared by all replicas. */
export interface ReplayGuard {
  /** True for the first caller of an id within `ttlMs`, false for every other. */
  readonly claim: (id: string, ttlMs: number, budget: Budget) => Promise<boolean>
  /** Whether somebody has claimed an id, within its `ttlMs`; claims nothing. */
  readonly isClaimed: (id: string, budget: Budget) => Promise<boolean>
}

/** Forms that wait for the end of a login. Calls throw `Fault` `session_store_unavailable`. */
export interface FormStore {
  /**
   * Keeps a form for one tenant of a client, `namespace/name`, and answers its ticket, a secret;
   * `undefined` where too many are kept already for the clients of the namespace.
   */
  readonly keep: (
    client: string,
    tenant: string,
    form: Form,
    ttlMs: number,
    budget: Budget,
  ) => Promise<string | undefined>
  /** Gives a form back, once; `undefined` for a ticket that opens none for this tenant. */
  readonly take: (tenant: string, ticket: string, budget: Budget) => Promise<Form | undefined>
}

/** Authenticated encryption under the process's key list: the newest key seals, every key opens. */
export interface Seal {
  /**
   * `context` (purpose, tenant, name) is authenticated, not stored: the same one must be given to
   * open.
   */
  readonly seal: (context: readonly string[], plaintext: string) => string
  /** `undefined` for anything that this service did not seal under this very context. */
  readonly open: (context: readonly string[], sealed: string) => string | undefined
}

/** Everything a check needs from outside. */
export interface CheckPorts {
  readonly policies: PolicySource
  readonly verifier: TokenVerifier
  readonly relyingParty: RelyingParty
  readonly revocation: TokenRevocation
  readonly sessions: SessionStore
  readonly directory: SessionDirectory
  readonly forms: FormStore
  readonly lock: Lock
  readonly replay: ReplayGuard
  readonly seal: Seal
  readonly clock: Clock
  readonly random: Random
  /** What sessions record of where their login came from. */
  readonly recording: Recording
  /**
   * A budget of its own, for work that must be finished even if the request that began it is given
   * up.
   */
  readonly newBudget: (timeoutMs: number) => Budget
  /** Work that goes on behind answers; the process waits for it before it ends. Never throws. */
  readonly behind: (work: Promise<unknown>) => void
}
