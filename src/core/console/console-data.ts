/** A page of something that there is much of. */
export interface Paged<T> {
  readonly items: readonly T[]
  /** How many there are in all that fit. */
  readonly total: number
}

/** Which page, from 0, and how many on each. */
export interface PageWanted {
  readonly at: number
  readonly size: number
}

/** How often something happened, by decision and reason, in this process alone. */
export interface DecisionRate {
  readonly decision: string
  readonly reason: string
  /** In the last minute that is over. */
  readonly lastMinute: number
  /** On average over the last hour, or since the process was started. */
  readonly perMinute: number
  readonly lastHour: number
  /** Since when it has happened without an hour between. */
  readonly sinceMs: number
  readonly lastMs: number
}

/** A host and what serves it. */
export interface RouteRow {
  readonly host: string
  /** `namespace/name` of the ProtectedRoute. */
  readonly route: string
  readonly state: 'programmed' | 'conflicted' | 'broken' | 'last_good'
  /** Who has the host; absent: this route. */
  readonly owner?: string
  /** Why it answers 503, as a sentence; absent unless it does. */
  readonly detail?: string
  /** `namespace/name` of the OIDCClients that people sign in with. */
  readonly clients: readonly string[]
  readonly lastCheckMs?: number
  readonly rates: readonly DecisionRate[]
}

/** What is said about one thing, in lines. */
export interface LabelledLines {
  readonly label: string
  readonly lines: readonly string[]
}

/** A route with its rules, in words, in the order in which they count. */
export interface RouteView {
  /** `namespace/name`. */
  readonly name: string
  /** Whether it is in force as it is now, or an earlier version of it, or none. */
  readonly inForce: 'current' | 'last_good' | 'none'
  readonly hosts: readonly RouteRow[]
  readonly rules: readonly { readonly title: string; readonly rows: readonly LabelledLines[] }[]
  readonly problems: readonly ProblemRow[]
}

/** A verification key of a provider. */
export interface ProviderKey {
  /** Absent: it has no name. */
  readonly id?: string
  readonly algorithms: readonly string[]
}

/** A client as it stands. */
export interface ClientRow {
  /** `namespace/name`. */
  readonly name: string
  /** Why nobody can sign in by it. */
  readonly hindrance?: string
  readonly notes: readonly string[]
  /** When the certificate expires that it shows. */
  readonly certificateExpiresAtMs?: number
  /** The key that is made here and signs now. */
  readonly signingKey?: { readonly id: string; readonly madeAtMs: number }
}

/** A provider as it is known here; nothing is asked for it. */
export interface ProviderRow {
  /** `namespace/name`. */
  readonly name: string
  readonly issuer?: string
  readonly state: 'ready' | 'waiting' | 'unusable'
  /** Calls are held back after failures. */
  readonly isHeldBack: boolean
  readonly lastDiscoveryMs?: number
  readonly lastKeysMs?: number
  readonly lastError?: string
  /** Why nobody can sign in at it. */
  readonly loginHindrance?: string
  readonly notes: readonly string[]
  readonly keys: readonly ProviderKey[]
  /** Negative: its clock is behind ours. */
  readonly clockAheadMs?: number
  readonly clients: readonly ClientRow[]
}

/** What is wrong with an object, and how to mend it. */
export interface ProblemRow {
  readonly severity: 'problem' | 'warning'
  /** Absent where the text is not even an object with a name. */
  readonly kind?: string
  /** `namespace/name`, or the file. */
  readonly object: string
  readonly field?: string
  /** What is wrong, what follows, and the fix. */
  readonly sentence: string
  /** `file:line:column`; absent: it came from the API server. */
  readonly place?: string
  readonly servesLastGood: boolean
}

/** What was said of one check, redacted as the log is. */
export interface RecentDecision {
  /** Later ones have higher ones; they begin anew where the process does. */
  readonly number: number
  readonly timeMs: number
  /** Absent: the request was malformed. */
  readonly host?: string
  readonly decision: string
  readonly reason: string
  readonly requestId: string
  /** The other members of the line in the decision log, by our own names. */
  readonly fields: Readonly<Record<string, string>>
}

/** Which decisions are wanted: all parts that are set must fit. */
export interface DecisionFilter {
  readonly host?: string
  readonly reason?: string
  readonly requestId?: string
}

/** Something that is refused again and again. */
export interface Refusal extends DecisionRate {
  readonly host: string
  /** `namespace/name` of the ProtectedRoute; absent: none serves the host. */
  readonly route?: string
  /** Those of the latest that are remembered, as the log names people. */
  readonly who: readonly string[]
}

/** What an operator asks first. */
export interface Overview {
  readonly version: string
  readonly startedMs: number
  readonly routes: number
  readonly hosts: number
  readonly problems: number
  readonly providers: { readonly total: number; readonly ready: number }
  /** Sentences about what is degraded. */
  readonly troubles: readonly string[]
  /** Since when the newest key of the process is known; absent: it is not told. */
  readonly sealingSinceMs?: number
  /** The certificates of files, by the field of the configuration that names the file. */
  readonly certificates: readonly { readonly field: string; readonly expiresAtMs: number }[]
  /** Of Redis and of providers: how far they are ahead of ours. */
  readonly clocks: readonly { readonly against: string; readonly aheadMs: number }[]
  readonly rates: readonly DecisionRate[]
  /** The most frequent first. */
  readonly refusals: readonly Refusal[]
}

/** What somebody asks to have explained, as it was written. */
export interface ExplainRequest {
  readonly url: string
  readonly method: string
  /** `Name: value` lines. */
  readonly headers: string
  readonly sourceAddress: string
  /** By what somebody is asked as; empty: as whatever the headers say. */
  readonly via: string
  /** YAML or JSON; empty: none beyond what every token has. */
  readonly claims: string
  /** By space or comma. */
  readonly scopes: string
  /** The OIDCClient of the session. */
  readonly client: string
}

/** An explanation, or what is wrong with what was asked. */
export type Explained =
  | { readonly kind: 'explained'; readonly rows: readonly LabelledLines[] }
  | { readonly kind: 'problem'; readonly problems: readonly string[] }
  /** Another one is being made. */
  | { readonly kind: 'busy' }

/**
 * What the console shows besides sessions: all of it known in this process, bounded, no secrets.
 */
export interface ConsoleData {
  readonly overview: () => Promise<Overview>
  /** Those whose host, route, client or state holds the text. */
  readonly routes: (query: string, page: PageWanted) => Promise<Paged<RouteRow>>
  /** By `namespace/name`; `undefined`: there is none. */
  readonly route: (name: string) => Promise<RouteView | undefined>
  readonly providers: () => readonly ProviderRow[]
  readonly problems: () => readonly ProblemRow[]
  /** How many checks of the last hour are counted at no host, for want of room. */
  readonly countedTogether: () => number
  /** The newest first. */
  readonly recentDecisions: (filter: DecisionFilter) => readonly RecentDecision[]
  /** Answers what ends it; `undefined` where too many follow already. */
  readonly followDecisions: (
    filter: DecisionFilter,
    onDecision: (decision: RecentDecision) => void,
  ) => (() => void) | undefined
  readonly explain: (request: ExplainRequest) => Promise<Explained>
}
