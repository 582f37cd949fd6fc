import type { Intent } from '../../core/policy/intent.ts'
import type { Match, PathMatch, Policy, Rule } from '../../core/policy/policy.ts'
import type { Request } from '../../core/request/request.ts'

type Asked = Pick<Request, 'method' | 'path'>

const pathMatches = (match: PathMatch, path: string): boolean => {
  switch (match.kind) {
    case 'exact':
      return path === match.path
    case 'prefix':
      return (
        match.path === '/' ||
        (path.startsWith(match.path) &&
          (path.length === match.path.length ||
            match.path.endsWith('/') ||
            path[match.path.length] === '/'))
      )
    case 'pattern':
      return match.test(path)
  }
}

const matches = (match: Match, request: Asked): boolean =>
  (match.methods === undefined || match.methods.has(request.method)) &&
  (match.path === undefined || pathMatches(match.path, request.path.canonical))

/** The rule that a request falls under: the first that matches, else the route-level settings. */
const ruleFor = (policy: Policy, request: Asked): Rule =>
  policy.rules.find((rule) => rule.matches.some((match) => matches(match, request))) ??
  policy.fallback

/** The road of a path that belongs to this service; no two clients of a policy share one. */
const ownRoad = ({ clients }: Policy, path: string): Intent | undefined => {
  for (const client of clients) {
    if (path === client.callbackPath) return { kind: 'callback', client }
    if (path === client.logout.path) return { kind: 'logout', client }
    if (path === client.logout.frontChannelPath) return { kind: 'front_channel_logout', client }
  }
  return undefined
}

/**
 * Which road a request takes. Our own paths come first and need an exact, unambiguous match; a path
 * that may be read in two ways is never public, and is refused as soon as any rule of the policy
 * looks at paths (R5).
 */
export const classify = (policy: Policy, request: Asked): Intent => {
  const { canonical, unambiguous } = request.path
  const own = unambiguous ? ownRoad(policy, canonical) : undefined
  if (own !== undefined) return own
  if (!unambiguous && policy.pathSensitive) return { kind: 'ambiguous' }
  const rule = ruleFor(policy, request)
  if (!rule.public) return { kind: 'protected', rule }
  return unambiguous ? { kind: 'public', rule } : { kind: 'ambiguous' }
}
