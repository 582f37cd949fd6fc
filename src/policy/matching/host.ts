import { parseAuthority } from '../../core/request/request.ts'
import { type Checked, right, wrong } from './checked.ts'

const WILDCARD = '*.'

/** Whether a host stands for every name below a suffix. */
export const isWildcard = (host: string): boolean => host.startsWith(WILDCARD)

/**
 * A host of a ProtectedRoute in canonical form (R4): a DNS name as A-labels, or `*.` and such a
 * name for one or more labels before it, never the name itself.
 */
export const parseHost = (text: string): Checked<string> => {
  const name = isWildcard(text) ? text.slice(WILDCARD.length) : text
  if (name.includes('*')) return wrong('holds a `*` elsewhere than as its whole first label')
  const parsed = parseAuthority(name)
  if (!parsed.ok) return wrong('is no host name: write A-labels, as in `shop.example.com`')
  if (parsed.value.port !== undefined) return wrong('names a port: a host holds for every port')
  if (name.endsWith('.')) return wrong('ends with a dot: leave it out')
  return right(isWildcard(text) ? WILDCARD + parsed.value.host : parsed.value.host)
}

/**
 * The wildcards above a host, the closest first: `*.b.c`, then `*.c`, for `a.b.c` and for `*.a.b.c`
 * alike.
 */
export const coveringWildcards = function* (host: string): Generator<string> {
  const name = isWildcard(host) ? host.slice(WILDCARD.length) : host
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    yield `*${name.slice(dot)}`
  }
}
