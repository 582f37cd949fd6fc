import type { MetadataValue } from '../../core/decision/metadata.ts'
import type { AskedRequest } from '../../explain/offline/asked-request.ts'
import type { Somebody } from '../../explain/offline/somebody.ts'
import type { DecisionName } from '../../observability/lines/decision-name.ts'

/** What is expected of one header: this value, none at all, or any. */
export type ExpectedHeader = string | null | { readonly present: true }

/** Headers by their names in lower case. */
export interface ExpectedHeaders {
  readonly headers?: Readonly<Record<string, ExpectedHeader>>
}

/** What is expected of one key that Envoy is told: this value, nothing at all, or anything. */
export type ExpectedTold = MetadataValue | null | { readonly present: true }

/** What is expected of an answer; what is absent may be anything. Never empty. */
export interface Expected {
  readonly verdict?: DecisionName
  readonly status?: number
  readonly reason?: string
  /** `namespace/name` of the ProtectedRoute. */
  readonly route?: string
  readonly rule?: string
  /** Of the request as the upstream gets it. */
  readonly upstream?: ExpectedHeaders
  /** Of the answer that the downstream gets. */
  readonly response?: ExpectedHeaders
  /** Of the dynamic metadata, by key. */
  readonly metadata?: Readonly<Record<string, ExpectedTold>>
}

/** What a decision point is to answer; `fails`: nothing that counts. */
export type CaseRuling = 'permits' | 'denies' | 'fails'

/** One request, as whom it is asked, and what is expected. */
export interface Case {
  readonly name: string
  /** Where it stands in its file; counts from 1. */
  readonly line: number
  readonly request: AskedRequest
  readonly nowMs: number
  /** Absent: as whatever the headers say. */
  readonly somebody?: Somebody
  /** What the decision point of the rule answers; absent: none is asked. */
  readonly decisionPoint?: CaseRuling
  readonly expect: Expected
}

/** A file of expectations. */
export interface Expectations {
  /** Files or folders of the manifests. */
  readonly resources: readonly string[]
  /** Never empty. */
  readonly cases: readonly Case[]
}

/** One thing that is otherwise than expected. */
export interface Difference {
  /** As it is written below `expect`. */
  readonly field: string
  readonly expected: string
  readonly actual: string
}

/** What became of one case. */
export interface CaseResult {
  readonly name: string
  readonly line: number
  /** The answer as one line. */
  readonly answer: string
  /** Empty: all is as expected. */
  readonly differences: readonly Difference[]
  /** Why it could not be asked, and what may help, in sentences. */
  readonly notes: readonly string[]
  /** Whether it could be asked. */
  readonly isAsked: boolean
}

/** What became of one file. */
export interface FileResult {
  readonly file: string
  /** What is wrong with the file, which asks nothing then, and with its manifests. */
  readonly problems: readonly string[]
  readonly cases: readonly CaseResult[]
}

/** Whether a case is as expected. */
export const isMet = ({ isAsked, differences }: CaseResult): boolean =>
  isAsked && differences.length === 0
