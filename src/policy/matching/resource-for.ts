import { isUnder } from '../../core/policy/match.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { ProtectedResource } from '../../core/policy/protected-resource.ts'
import { authorityOf, type Request } from '../../core/request/request.ts'
import { readingsOf } from './readings.ts'

type Asked = Pick<Request, 'host' | 'authority' | 'path'>

type Having = Pick<Policy, 'resources'>

/**
 * The resources of a policy on the host of a request, those with the longest path first. Whoever
 * asks chooses the port that it names, and could have a token for a neighbour of the host taken.
 */
export const resourcesOn = (
  { resources }: Having,
  { host, authority }: Pick<Request, 'host' | 'authority'>,
): readonly ProtectedResource[] => {
  if (resources === undefined || resources.hosts?.has(host) === false) return []
  return authority === authorityOf({ host, port: String(resources.port) }) ? resources.list : []
}

/**
 * The protected resource that a request is for. One whose path may be read in two ways is for a
 * resource only if it is in all of its readings, as the audience of its token follows from that.
 */
export const resourceFor = (policy: Having, request: Asked): ProtectedResource | undefined => {
  if (policy.resources === undefined) return undefined
  const all = resourcesOn(policy, request)
  const { canonical, unambiguous, raw } = request.path
  const at = (path: string) => all.find((one) => isUnder(one.path, path))
  const found = at(canonical)
  if (found === undefined || unambiguous) return found
  const readings = readingsOf(raw.replace(/\?.*$/s, ''))
  if (readings === undefined) return undefined
  for (const reading of readings) if (at(reading) !== found) return undefined
  return found
}
