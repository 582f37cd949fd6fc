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

/** How often something happened in the last hour, here alone, by decision and reason. */
export interface DecisionRate {
  readonly decision: string
  readonly reason: string
  readonly perMinute: number
}

/** A host and what serves it. */
export interface RouteRow {
  readonly host: string
  /** `namespace/name` of the ProtectedRoute. */
  readonly route: string
  readonly state: 'programmed' | 'conflicted' | 'broken' | 'last_good'
  readonly client?: string
  readonly lastCheckMs?: number
  readonly rates: readonly DecisionRate[]
}

/** A route with its rules, in words, in the order in which they count. */
export interface RouteView extends RouteRow {
  readonly rules: readonly { readonly title: string; readonly lines: readonly string[] }[]
  readonly problems: readonly ProblemRow[]
}

/** A provider as it is known here; nothing is asked for it. */
export interface ProviderRow {
  readonly name: string
  readonly issuer: string
  readonly isHealthy: boolean
  readonly lastSuccessMs?: number
  readonly lastError?: string
  readonly keys: readonly { readonly id: string; readonly algorithm?: string }[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
}

/** What is wrong with an object, and how to mend it. */
export interface ProblemRow {
  readonly kind: string
  /** `namespace/name`. */
  readonly object: string
  readonly field?: string
  readonly sentence: string
  readonly fix?: string
  readonly servesLastGood: boolean
}

/** What was said of one check, redacted as the log is. */
export interface RecentDecision {
  readonly timeMs: number
  readonly host: string
  readonly decision: string
  readonly reason: string
  readonly requestId: string
  readonly fields: Readonly<Record<string, string>>
}

/** Which decisions are wanted: all parts that are set must fit. */
export interface DecisionFilter {
  readonly host?: string
  readonly reason?: string
  readonly requestId?: string
}

/** What somebody asks to have explained. */
export interface ExplainRequest {
  readonly url: string
  readonly method: string
  /** `name: value` lines. */
  readonly headers: string
  /** YAML or JSON; empty: nobody. */
  readonly claims: string
}

/** An explanation as text, or what is wrong with what was asked. */
export type Explained =
  | { readonly kind: 'explained'; readonly text: string }
  | { readonly kind: 'problem'; readonly problems: readonly string[] }

/** What pages show besides sessions: all of it known in this process, bounded, no secrets. */
export interface ConsoleData {
  readonly routes: (query: string, page: PageWanted) => Paged<RouteRow>
  readonly route: (name: string) => RouteView | undefined
  readonly providers: () => readonly ProviderRow[]
  readonly problems: () => readonly ProblemRow[]
  /** The newest first. */
  readonly recentDecisions: (filter: DecisionFilter) => readonly RecentDecision[]
  /** Answers what ends it; `undefined` where too many follow already. */
  readonly followDecisions: (
    filter: DecisionFilter,
    onDecision: (decision: RecentDecision) => void,
  ) => (() => void) | undefined
  readonly explain: (request: ExplainRequest) => Promise<Explained>
}
