import type { Intent } from '../../core/policy/intent.ts'
import { isUnder, type Match, type PathMatch } from '../../core/policy/match.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { Path, Request } from '../../core/request/request.ts'
import { isInRanges } from '../../core/request/source-address.ts'
import { readingsOf } from '../matching/readings.ts'
import { headerMatches } from './header-matches.ts'
import {
  authorizationServerRoad,
  isForReading,
  ownRoadOf,
  resourceMetadataRoad,
} from './own-roads.ts'
import { haveSameNeeds } from './same-needs.ts'

type Asked = Pick<
  Request,
  'method' | 'host' | 'authority' | 'path' | 'header' | 'encoding' | 'address'
>

const pathMatches = (match: PathMatch, path: string): boolean => {
  switch (match.kind) {
    case 'exact':
      return path === match.path
    case 'prefix':
      return isUnder(match.path, path)
    case 'pattern':
      return match.test(path)
  }
}

/** Whether every part of a match holds for a request, of which this is the path. */
export const matches = (match: Match, request: Asked, path: string): boolean =>
  (match.methods === undefined || match.methods.has(request.method)) &&
  (match.path === undefined || pathMatches(match.path, path)) &&
  (match.headers === undefined || match.headers.every((one) => headerMatches(one, request))) &&
  (match.sourceAddresses === undefined || isInRanges(request.address, match.sourceAddresses))

/** The rule that a path falls under: the first that matches, else the route-level settings. */
const ruleFor = (policy: Policy, request: Asked, path: string): Rule =>
  policy.rules.find((rule) => rule.matches.some((match) => matches(match, request, path))) ??
  policy.fallback

const encodedOf = ({ raw }: Path): string => {
  const mark = raw.indexOf('?')
  return mark < 0 ? raw : raw.slice(0, mark)
}

/** Whether every reading of a path asks for the same as the one that is decoded once. */
const isOneInAllReadings = (policy: Policy, request: Asked, rule: Rule): boolean => {
  const readings = readingsOf(encodedOf(request.path))
  if (readings === undefined) return false
  for (const reading of readings) {
    if (!haveSameNeeds(rule, ruleFor(policy, request, reading))) return false
  }
  return true
}

/** The road of ours that a request takes, if it is one. */
const ownIntent = (policy: Policy, request: Asked): Intent | undefined => {
  const { canonical, unambiguous } = request.path
  const discovered =
    unambiguous && policy.resources !== undefined
      ? (resourceMetadataRoad(policy, request) ?? authorizationServerRoad(policy, request))
      : undefined
  if (discovered !== undefined) return discovered
  const road = unambiguous ? ownRoadOf(policy, canonical) : undefined
  if (road === undefined) return undefined
  if (!isForReading(road)) return road
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  return isReading ? { ...road, rule: ruleFor(policy, request, canonical) } : undefined
}

/**
 * Which road a request takes. Our own paths come first and need an exact, unambiguous match. A path
 * that may be read in two ways is refused where two of its readings ask for something else, and is
 * public only if all of them are; to somebody else who decides by it none is told (R5).
 */
export const classify = (policy: Policy, request: Asked): Intent => {
  const { canonical, unambiguous } = request.path
  const own = ownIntent(policy, request)
  if (own !== undefined) return own
  const rule = ruleFor(policy, request, canonical)
  if (!unambiguous && rule.decisionPoint !== undefined) return { kind: 'ambiguous' }
  const isDecided = policy.pathSensitive || rule.public
  if (!unambiguous && isDecided && !isOneInAllReadings(policy, request, rule)) {
    return { kind: 'ambiguous' }
  }
  return { kind: rule.public ? 'public' : 'protected', rule }
}
