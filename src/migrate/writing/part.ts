import type { JsonObject } from '../reading/json.ts'
import type { Place } from './manifests.ts'
import type { RankedMatch } from './ranked-match.ts'

/** What holds for some paths of some hosts. */
export interface Part {
  readonly place: Place
  readonly hosts: readonly string[]
  /** Nothing says where it holds, so that without hosts it gets a route of its own. */
  readonly isUnplaced?: boolean
  /** For which requests; each becomes a rule in its own place. */
  readonly matches: readonly RankedMatch[]
  /** Of a route, or of a rule. */
  readonly settings: JsonObject
  /** Rules of its own, which go before it. */
  readonly rules: readonly JsonObject[]
  /** The settings whose loss closes it. */
  readonly closed: readonly string[]
  /** What stands above its route. */
  readonly comments: readonly string[]
}
