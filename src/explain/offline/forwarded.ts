import type { Allow, Header } from '../../core/decision/decision.ts'
import type { Request } from '../../core/request/request.ts'

/**
 * The headers of a request as the upstream gets it, by their names in lower case; `:path` is the
 * path with the query.
 */
export const forwardedHeaders = (
  request: Request,
  { setHeaders, removeHeaders, path }: Pick<Allow, 'setHeaders' | 'removeHeaders' | 'path'>,
): ReadonlyMap<string, string> => {
  const headers = new Map(
    request.headerNames().map((name): Header => [name, request.header(name) ?? '']),
  )
  for (const name of removeHeaders) headers.delete(name)
  for (const [name, value] of setHeaders) headers.set(name, value)
  return headers.set(':path', path ?? request.path.raw)
}
