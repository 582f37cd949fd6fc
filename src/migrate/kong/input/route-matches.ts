import type { JsonObject } from '../../reading/json.ts'
import type { RankedMatch } from '../../writing/ranked-match.ts'

/** A path of a route of Kong as it is compared here. */
export interface KongPath {
  /** Nothing for a pattern that nobody can hold a path against here. */
  readonly path: JsonObject | undefined
  readonly isRegex: boolean
  /** What every such path begins with; empty where that is not known. */
  readonly begins: string
  /** How long Kong takes it to be. */
  readonly length: number
}

/** What a route of Kong is chosen by. */
export interface KongConditions {
  readonly hosts: readonly string[]
  /** Absent: no path is asked for. */
  readonly paths: readonly KongPath[]
  readonly methods: readonly string[]
  readonly headerCount: number
  /** How many further fields are asked for. */
  readonly furtherCount: number
  readonly regexPriority: number
  readonly isUnordered?: boolean
}

const NO_PATH: KongPath = { path: {}, isRegex: false, begins: '', length: 0 }

/** The matches of a route, each in the place that Kong's router gives it. */
export const routeMatches = (route: KongConditions): readonly RankedMatch[] => {
  const { hosts, paths, methods, headerCount, furtherCount, regexPriority } = route
  const fields = [hosts.length, paths.length, methods.length, headerCount]
  const weight = fields.filter((count) => count > 0).length + furtherCount
  const isPlain = hosts.length > 0 && hosts.every((one) => !one.includes('*'))
  return (paths.length === 0 ? [NO_PATH] : paths).map(({ path, isRegex, begins, length }) => ({
    match: { ...path, ...(methods.length === 0 || path === undefined ? {} : { methods }) },
    rank: [
      ...[weight, Number(isPlain), headerCount, Number(isRegex)],
      isRegex ? regexPriority : length,
    ],
    begins,
    ...(route.isUnordered === true ? { isUnordered: true } : {}),
  }))
}
