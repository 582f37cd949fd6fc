import { COMPATIBILITY_HEADERS } from '../../../core/policy/compatibility.ts'
import type { Upstream } from '../../../core/policy/upstream.ts'
import { normalizeHeaderName } from '../../../core/request/request.ts'

/**
 * The header names that an upstream is told an identity by, besides those that all are: as they are
 * spelled, and in the form that all spellings have in common (R8).
 */
export const namesSetBy = ({ headers, compatibility, assertion }: Upstream): readonly string[] => {
  const names = [
    ...headers.map(({ name }) => name),
    ...(assertion === undefined ? [] : [assertion.header]),
    ...(compatibility === undefined ? [] : COMPATIBILITY_HEADERS[compatibility]),
  ]
  return [...new Set(names.flatMap((name) => [name, normalizeHeaderName(name)]))]
}
